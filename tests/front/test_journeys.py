from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.db import db, transaction
from app.models import Case, Instance
from app.web import clock
from tests.disclosures import story


@pytest.fixture
def told(app: Flask) -> Flask:
    """The story, with the clock of the demonstration on the second objection day of its newest period."""
    with app.app_context():
        story.tell()
        with transaction():
            instance = db.session.get_one(Instance, 1)
            instance.clock_offset_seconds = int((story.TODAY - clock.real_now()).total_seconds())
    return app


def case_address(app: Flask) -> str:
    with app.app_context():
        return f"/cases/{db.session.scalars(db.select(Case.ref).order_by(Case.id)).first()}"


PHONE = {"viewport": {"width": 360, "height": 780}, "color_scheme": "light"}
DESK = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"}


@pytest.mark.usefixtures("locale")
@pytest.mark.parametrize("look", [PHONE, DESK], ids=["phone", "desk"])
def test_public_pages_are_accessible_at_every_width(
    told: Flask, new_page: Callable[..., Page], axe: Callable[[Page], None], look: dict[str, Any]
):
    page = new_page(**look)
    addresses = ["/", "/plans?born=200", "/plans/young-cancer?year=1991&month=3&day=8", "/plans/accident/rules/1"]
    addresses += ["/disclosures", "/disclosures/young-cancer-2026-09-2", "/disclosures/young-cancer-2026-10-1"]
    addresses += [case_address(told), "/privacy", "/how-it-works"]
    for address in addresses:
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} is too wide"


def test_plans_are_filtered_without_leaving_the_page(told: Flask, page: Page):
    page.goto("/plans?lang=en")
    page.evaluate("document.body.dataset.stayed = 'yes'")
    field = page.get_by_label("Age or date of birth")
    field.fill("35")
    expect(page.locator("#plan-list [role=status]")).to_have_text("3 of 5 plans")
    expect(page.get_by_role("heading", name="Child Health Mutual Aid")).to_have_count(0)
    field.fill("200")
    expect(page.locator("#plan-list [role=status]")).to_contain_text("Write an age from 0 to 120")
    expect(field).to_have_value("200")
    field.fill("")
    page.get_by_label("Helps with").select_option("accident")
    expect(page.locator("#plan-list [role=status]")).to_have_text("1 of 5 plans")
    assert page.evaluate("document.body.dataset.stayed") == "yes"


def test_plans_are_filtered_by_a_plain_form_without_javascript(told: Flask, no_js: Page):
    no_js.goto("/plans?lang=en")
    no_js.get_by_label("Age or date of birth").fill("1991-03-08")
    no_js.get_by_role("button", name="Show").click()
    expect(no_js.locator("#plan-list [role=status]")).to_have_text("3 of 5 plans")
    no_js.get_by_role("link", name="Young Adult Cancer Mutual Aid").click()
    for name, value in (("year", "1991"), ("month", "3"), ("day", "8")):
        no_js.get_by_label(name, exact=True).fill(value)
    no_js.get_by_role("button", name="Work it out").click()
    expect(no_js.get_by_text("joining is possible")).to_be_visible()


def test_a_visitor_follows_the_sum_from_the_home_page_to_one_case(told: Flask, page: Page):
    page.goto("/?lang=en")
    page.get_by_role("link", name="Payouts, 3 cases: ¥26.55").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("September 2026, period 2")
    page.get_by_role("link", name="0001").click()
    expect(page.get_by_text("Receives ¥20.00, which arrived on 29 September 2026.")).to_be_visible()
    page.get_by_role("link", name="See the whole sum").click()
    page.get_by_role("link", name="from September 2026, period 1").click()
    expect(page.get_by_text("Nothing was needed, so nobody is charged.")).to_be_visible()
