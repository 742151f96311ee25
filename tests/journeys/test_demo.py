"""The demonstration's story, seen in a browser: every page of every role."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.db import db
from app.models import Account, BankBatch, Case, Claim, CustodyStatement, Membership, Period, Person
from tests.fixtures.story import UNTIL
from tests.journeys.sound_pages import complaints, dead_among, frame_of, links_of, violations
from tests.journeys.walker import Walker

PUBLIC, MEMBER, CASEWORKER, TREASURER = "visitor", "member-1", "caseworker-1", "treasurer-1"
OPERATOR, AUDITOR = "operator-1", "auditor-1"
ROLES = (PUBLIC, MEMBER, CASEWORKER, TREASURER, OPERATOR, AUDITOR)
DESKS = {MEMBER: "/me", CASEWORKER: "/review", TREASURER: "/treasury", OPERATOR: "/background-work", AUDITOR: "/review"}


@pytest.fixture
def app(story: Flask) -> Flask:
    """The application on a copy of the story."""
    return story


# --- roles and clock -------------------------------------------------------------------------------------------------


def test_one_click_steps_into_each_role_and_another_moves_the_clock_a_day(
    new_page: Callable[..., Page], locale: str
) -> None:
    visitor = Walker(new_page(), locale)
    say, day = visitor.say, visitor.tongue.day
    visitor.go("/")
    visitor.page.get_by_role("complementary", name=say("Demonstration")).get_by_role("link").click()
    visitor.arrives("Change role or move the clock")
    for name, desk, heading in (
        ("林岚", "/me", "My memberships"),
        ("沈静", "/review", "Claims to review"),
        ("方敏", "/treasury", "Treasury"),
    ):
        visitor.go("/demo")
        visitor.press("Be %(name)s", name=name)
        visitor.arrives(heading)
        assert visitor.path() == desk
        assert name in visitor.page.content()
    visitor.go("/demo")
    visitor.reads(say("that is you now"))
    visitor.press("Move one day forward")
    tomorrow = UNTIL  # the story ends on the second objection day of the newest period: the 22nd
    visitor.told(say("It is now %(day)s. Everything due until then was done.", day=day(tomorrow)))


# --- every page of every role ----------------------------------------------------------------------------------------


@pytest.fixture
def addresses(app: Flask) -> dict[str, list[str]]:
    """One page of each kind that each role can reach, with things in it."""
    with app.app_context():
        lan = account(MEMBER)
        mine = db.select(Membership.ref).join(Person).where(Membership.account_id == lan.id, Person.relation == "self")
        settled = db.select(Period.name).where(Period.state.in_(("settled", "paid"))).order_by(Period.id.desc())
        with_case = settled.join(Case, Case.period_id == Period.id)
        locked = db.select(Period.name).where(Period.state == "locked").join(Case, Case.period_id == Period.id)
        draft = db.select(Claim.ref).where(Claim.account_id == lan.id)
        return {
            PUBLIC: [
                "/", "/plans", "/plans?born=34", "/plans/young-cancer", "/plans/young-cancer?year=1990&month=5&day=4",
                "/plans/young-cancer/rules/1",
                "/plans/young-cancer/rules/2/changes", "/how-it-works", "/not-insurance", "/privacy", "/accessibility",
                "/disclosures", f"/disclosures/{first(with_case)}", f"/disclosures/{first(locked)}",
                f"/cases/{first(db.select(Case.ref).order_by(Case.id))}", "/sign-in", "/sign-up", "/demo",
            ],
            MEMBER: [
                "/me", "/me/messages", f"/me/{first(mine)}", f"/me/{first(mine)}/top-up",
                f"/me/{first(mine)}/rules", "/account", "/notices",
                "/join/child-health", "/join/child-health/person", "/claims", "/claims/new",
                f"/claims/{first(draft)}", f"/claims/{first(draft)}/event", f"/claims/{first(draft)}/documents/1",
                f"/claims/{first(draft)}/bank-account", f"/claims/{first(draft)}/consents",
                f"/claims/{first(draft)}/submission", f"/claims/{first(draft)}/withdrawal",
            ],
            CASEWORKER: [
                "/review",
                *(f"/review/{first(db.select(Claim.ref).where(Claim.state == state))}" for state in (
                    "submitted", "in_review", "recommended", "evidence_asked", "refused", "paid")),
            ],
            TREASURER: [
                "/treasury", "/treasury/checks", f"/treasury/{first(with_case)}", f"/treasury/{first(locked)}",
                "/treasury/bank-files", f"/treasury/bank-files/{first(db.select(BankBatch.ref))}",
                "/treasury/statements", f"/treasury/statements/{first(db.select(CustodyStatement.ref))}",
            ],
            OPERATOR: ["/demo", "/account"],
            AUDITOR: [
                "/review", "/treasury", f"/treasury/{first(locked)}",
                f"/review/{first(db.select(Claim.ref).where(Claim.state == 'in_review'))}",
            ],
        }  # fmt: skip


def account(label: str) -> Account:
    return db.session.scalars(db.select(Account).where(Account.demo_label == label)).one()


def first(asked: db.Select) -> str:
    found = db.session.scalars(asked.limit(1)).first()
    assert found is not None, f"the story tells of nothing like this: {asked}"
    return str(found)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_page_opens_fits_and_is_open_to_everybody(
    role: str,
    addresses: dict[str, list[str]],
    new_page: Callable[..., Page],
    axe: Callable[[Page], None],
    locale: str,
) -> None:
    """At both widths and without an error in the console; axe finds nothing, on the first page by night neither."""
    walker = Walker(new_page(), locale)
    enter(walker, role)
    wrong, linked = [], set[str]()
    pages = dict.fromkeys((*addresses[role], *frame_of(walker)))
    for address in pages:
        answer = walker.page.goto(address)
        wrong += complaints(walker.page, address, answer, axe)
        linked |= links_of(walker)
    if locale == "zh":  # where a link leads does not depend on the language
        wrong += dead_among(walker, linked - set(pages))
    walker.page.emulate_media(color_scheme="dark")
    walker.go(addresses[role][0])
    wrong += violations(walker.page, f"{addresses[role][0]} by night", axe)
    assert not wrong, "\n".join(wrong)


def enter(walker: Walker, role: str) -> None:
    if role == PUBLIC:
        walker.go("/")
        return
    walker.go("/demo")
    walker.page.get_by_role("button").and_(walker.page.locator(f"[value={role}]")).click()
    walker.page.wait_for_url(re.compile(rf"{DESKS[role]}$"))
