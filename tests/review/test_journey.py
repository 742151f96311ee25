"""The workbench in a real browser: documents change beside the checklist, the queue narrows without a reload."""

from __future__ import annotations

import io
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page, expect

import app.jobs.work  # noqa: F401 -- fills outbox.handlers
from app.db import transaction
from app.models import Account, Claim
from app.services import claims, evidence, outbox
from app.web.clock import real_now
from tests.claims.builders import account, claim, membership, paper, picture
from tests.review.desk import handed_in
from tests.web.gate import PASSWORD, open_account


def enter(page: Page) -> None:
    page.goto("/sign-in")
    page.fill("#email", "shen.desk@example.org")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")


def brought(one: Claim, owner: Account, content: bytes, kind: str) -> None:
    evidence.receive(io.BytesIO(content), claim=one, kind=kind, filename="a", account=owner, at=real_now())


def test_a_document_opens_beside_the_checklist(
    app: Flask, page: Page, locale: str, axe: Callable[[Page], None]
) -> None:
    open_account(app, "shen.desk@example.org", name="沈", roles=("caseworker",))
    with app.app_context():
        with transaction():
            owner = account()
            one = claim(membership(owner.id))
        brought(one, owner, picture(), "pathology_report")
        brought(one, owner, paper(), "discharge_summary")
        with transaction():
            claims.move(one, "submit", by=owner.id, role="member", at=real_now())
        ref = one.ref
    enter(page)
    page.goto(f"/review/{ref}?lang={locale}")
    page.locator("#viewer [role=status]").wait_for()
    page.evaluate("window.notReloaded = true")
    with app.app_context():
        outbox.sweep(real_now())
    page.locator("#viewer .page svg").wait_for()
    axe(page)
    page.locator("#viewer .tabs a").nth(1).click()
    page.locator("#viewer [role=status]").wait_for()
    with app.app_context():
        outbox.sweep(real_now())
    page.locator("#viewer-next").click()
    page.locator("#viewer-before").wait_for()
    page.locator("#viewer-zoom-2").press("Enter")
    large = page.locator("#viewer .zoom-2 svg")
    large.wait_for()
    assert large.evaluate("one => one.clientWidth > 1.5 * one.parentElement.clientWidth")
    expect(page.locator("#viewer-zoom-2")).to_be_focused()
    page.locator("#viewer-right").press("Enter")
    page.locator("#viewer .zoom-2 image[transform]").wait_for()
    assert page.evaluate("window.notReloaded")
    axe(page)


def test_the_queue_narrows_without_a_reload_and_without_a_script(app: Flask, page: Page, no_js: Page) -> None:
    open_account(app, "shen.desk@example.org", name="沈", roles=("caseworker",))
    with app.app_context(), transaction():
        here = handed_in().ref
    for visitor in (page, no_js):
        enter(visitor)
        visitor.goto("/review")
        visitor.get_by_role("link", name=here).wait_for()
        visitor.select_option("#state", "appealed")
        if visitor is no_js:
            visitor.locator("form[role=search] button").click()
        visitor.get_by_role("link", name=here).wait_for(state="detached")
        assert "state=appealed" in visitor.url
