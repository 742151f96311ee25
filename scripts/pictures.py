"""Take the README's pictures from a running demonstration, as in `scripts/pictures.py http://127.0.0.1:8000`.

Each picture is a page as somebody sees it, in Chinese, by day, 1280 px wide.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
NEWEST_SETTLED = "/disclosures?plan=young-cancer&state=paid"
HEIGHT = 900


def main(base: str) -> None:
    """All pictures, one after the other."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        page = browser.new_context(viewport={"width": 1280, "height": HEIGHT}, locale="zh-CN").new_page()
        page.goto(base + "/?lang=zh")
        take(page, "home")
        page.goto(base + NEWEST_SETTLED)
        page.locator("main a[href*='/disclosures/young-cancer-']").first.click()
        take(page, "period")
        play(page, base, "member-1")
        page.goto(base + "/me")
        take(page, "me")
        play(page, base, "caseworker-2")
        page.goto(base + "/review")
        page.locator("#claim-rows a[href*='/review/']").first.click()
        take(page, "review")
        play(page, base, "treasurer-1")
        page.goto(base + "/disclosures?plan=young-cancer&state=open")
        name = page.locator("main a[href*='/disclosures/young-cancer-']").first.get_attribute("href") or ""
        page.goto(base + name.replace("/disclosures/", "/treasury/"))
        take(page, "treasury")
        browser.close()


def play(page: Page, base: str, label: str) -> None:
    """Step into a role with one click."""
    page.goto(base + "/demo?lang=zh")
    page.locator(f"form:has(input[value='{label}']) button, button[value='{label}']").first.click()
    page.wait_for_load_state()


def take(page: Page, name: str) -> None:
    """The first screenful of the page, once its fonts are there."""
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / f"{name}.png", clip={"x": 0, "y": 0, "width": 1280, "height": HEIGHT})


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
