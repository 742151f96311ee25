"""A family and its balances: four people join, run low, pay together, grow up, leave and stay after all."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.db import db
from app.models import Membership
from app.services import selfcheck
from app.web import clock
from tests.domain.plan_files import plan as rules_of
from tests.journeys import people, stage
from tests.journeys.stage import Claimant, relative
from tests.journeys.walker import Walker, spaced
from tests.journeys.words import yuan
from tests.memberships.walk import approve_claim

YOUNG, CHILD, SENIOR = (rules_of(slug) for slug in ("young-cancer", "child-health", "senior-cancer"))
FATHER = Claimant(email="wang@example.org", name="王建", birth=("1980", "6", "1"), number="330106198006010127")
GRANDMOTHER = relative("parent", "刘桂花", dt.date(1962, 5, 5))
DAUGHTER = relative("child", "王朵", dt.date(2017, 9, 9))
SON = relative("child", "王阳", dt.date(2008, 3, 10))
LEAST_FEN = 9_00
LOW, IN_GRACE = dt.date(2026, 2, 15), dt.date(2026, 3, 1)
"""One day after each of two settlements; the yearly cap lets each take a bit more than two caps of a case."""
GRACE_ENDS = dt.date(2026, 3, 14)
GROWN_UP = dt.date(2026, 3, 22)
"""One day after the lock that follows the son's birthday."""


@pytest.mark.parametrize(("locale", "scripts"), [("zh", True), ("en", False)])
def test_a_family_joins_runs_low_grows_up_leaves_and_stays(
    app: Flask, new_page: Callable[..., Page], locale: str, *, scripts: bool
) -> None:
    stage.open_house(app, locale)
    stage.enrol_the_list(app, locale)
    father = Walker(new_page(java_script_enabled=scripts), locale, scripts=scripts)
    the_family_joins(father)
    three_cases_are_shared(app, until=LOW)
    a_low_balance_is_told(father)
    three_cases_are_shared(app, until=IN_GRACE)
    the_balance_is_used_up_and_restored(father)
    stage.live_until(app, GROWN_UP)
    the_son_has_moved(father)
    the_grandmother_leaves_and_stays_after_all(father)
    with stage.inside(app):
        wrong = [f"{question.name}: {row}" for question in selfcheck.check() for row in question.rows]
    assert not wrong, wrong


def the_family_joins(father: Walker) -> None:
    """Each into the plan of the own age; for a plan that is not for that age the site says from when on."""
    father.go("/join/young-cancer")
    people.open_account(father, FATHER)
    people.join(father, FATHER, YOUNG, amount_fen=LEAST_FEN)
    for who, rules in ((DAUGHTER, CHILD), (SON, CHILD), (GRANDMOTHER, SENIOR)):
        father.go("/me")
        father.follow("Join for somebody of the family")
        father.link_called(father.tongue.of(rules.name)).first.click()
        father.follow("Join this plan")
        people.join(father, who, rules)
    father.go("/me")
    father.reads(*(who.name for who in (FATHER, DAUGHTER, SON, GRANDMOTHER)), father.say("Together"), "99.00")


def three_cases_are_shared(app: Flask, *, until: dt.date) -> None:
    """Three of the list are helped in the period that settles next."""
    with stage.inside(app):
        day = clock.today()
        listed = db.select(Membership.ref).where(Membership.application_id.is_(None)).order_by(Membership.id).limit(3)
        refs = db.session.scalars(listed).all()
    for ref in refs:
        approve_claim(app, ref, 50_000_00, day)
    stage.live_until(app, until)


def a_low_balance_is_told(father: Walker) -> None:
    """Before anything ends: what is left, what comes next, and when grace would begin."""
    father.go("/me")
    father.told(father.say("The balance of %(name)s is running out", name=FATHER.name))
    father.reads("2.48", father.tongue.day(GRACE_ENDS))


def the_balance_is_used_up_and_restored(father: Walker) -> None:
    """The first page names whom, how much and until when; one form pays for everybody."""
    say = father.say
    father.go("/me")
    father.told(say("The balance of %(name)s is running out", name=FATHER.name))
    father.reads(say("in grace until %(day)s", day=f"{GRACE_ENDS}"), father.tongue.day(GRACE_ENDS))
    father.go("/me/messages")
    father.reads(FATHER.name, father.tongue.day(GRACE_ENDS))
    father.go("/me")
    father.follow("Top up for several at once")
    father.arrives("Top up for the family")
    father.choose(say("How much"), say("One sum, divided evenly"))
    father.fill("One sum", "80")
    father.press("Next: check")
    father.arrives("Check the top-up")
    father.reads(FATHER.name, GRANDMOTHER.name, "20.00", "80.00")
    father.press("Pay %(amount)s", amount=yuan(80_00))
    father.go("/me")
    assert not father.page.get_by_text(say("The balance of %(name)s is running out", name=FATHER.name)).count()
    father.go("/me/payments")
    receipts = father.page.get_by_role("link", name=re.compile(re.escape(say("Receipt %(number)s", number=""))))
    assert receipts.count() == 4 + 4, "four first payments, and four of the one form"
    receipts.first.click()
    letter = father.letter(father.link("The same on paper"))
    assert yuan(20_00) in letter


def the_son_has_moved(father: Walker) -> None:
    """At the lock after the eighteenth birthday the membership goes on in the next plan, with balance and waiting."""
    say = father.say
    father.go("/me")
    father.page.get_by_role("row").filter(has_text=SON.name).filter(has_text=father.tongue.of(YOUNG.name)).get_by_role(
        "link"
    ).first.click()
    father.arrives_at(SON.name)
    father.reads(father.tongue.of(YOUNG.name), "50.00", father.tongue.day(stage.JOINED + dt.timedelta(days=180)))
    father.follow("The membership before, with its statement")
    father.arrives_at(SON.name)
    father.reads(father.tongue.of(CHILD.name), say("The balance and the waiting already served went along."))


def the_grandmother_leaves_and_stays_after_all(father: Walker) -> None:
    """One step to leave, which says what follows; one button to undo it; the others of the family stay as they are."""
    say = father.say
    father.go("/me")
    father.page.get_by_role("row").filter(has_text=spaced(GRANDMOTHER.name, whole=False)).get_by_role(
        "link"
    ).first.click()
    father.follow("What follows from leaving")
    father.arrives("Leave this plan")
    father.reads(say("What goes back to you"), say("Undo"), "50.00")
    father.press("Leave this plan")
    father.arrives_at(GRANDMOTHER.name)
    father.press("Stay after all")
    father.arrives_at(GRANDMOTHER.name)
    father.reads("50.00")
    assert father.button("Stay after all").count() == 0
