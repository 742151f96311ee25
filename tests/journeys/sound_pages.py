"""What every page of the demonstration must be in a real browser: it opens, fits, and is open to everybody."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Response

from tests.journeys.walker import Walker

WIDTHS = (360, 1280)
STICKING_OUT = """() => document.scrollingElement.scrollWidth <= innerWidth ? "" :
  [...document.querySelectorAll("body *")].filter(node => node.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 3).map(node => node.outerHTML.slice(0, 160)).join(" | ")"""
"""The first elements that reach beyond the window, when the page can be scrolled sideways."""


def frame_of(walker: Walker) -> list[str]:
    """Every page that masthead and foot lead to: the navigation."""
    return sorted(links_of(walker, within="header, footer"))


def links_of(walker: Walker, *, within: str = "body") -> set[str]:
    """Every address of this site that the page leads to, in its own language."""
    addresses = (
        walker.page.locator(within)
        .locator("a[href^='/']")
        .evaluate_all("links => links.map(link => link.getAttribute('href').split('#')[0])")
    )
    return {address for address in addresses if "lang=" not in address}


def dead_among(walker: Walker, addresses: set[str]) -> list[str]:
    """The links that lead nowhere for this visitor."""
    answers = {address: walker.page.context.request.get(address).status for address in sorted(addresses)}
    return [
        f"a link leads to {address}, which answers {status}" for address, status in answers.items() if status != 200
    ]


def complaints(page: Page, address: str, answer: Response | None, axe: Callable[[Page], None]) -> list[str]:
    """What is wrong with the page that stands in the browser."""
    if answer is None or answer.status != 200:
        return [f"{address} answered {answer and answer.status}"]
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if sticking_out := page.evaluate(STICKING_OUT):
            found.append(f"{address} is wider than {width} px: {sticking_out}")
    return found + violations(page, address, axe)


def violations(page: Page, address: str, axe: Callable[[Page], None]) -> list[str]:
    """What axe finds on the page."""
    try:
        axe(page)
    except AssertionError as wrong:
        return [f"{address}: {wrong}"]
    return []
