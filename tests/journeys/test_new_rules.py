"""Rules change, a member agrees, and what happened before is judged by what held for that member on its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.db import transaction
from app.domain.terms import Rules
from app.services import rulebook
from tests.domain.plan_files import plan as rules_of
from tests.journeys import people, stage
from tests.journeys.stage import Claimant
from tests.journeys.walker import Walker
from tests.journeys.words import yuan

LIN = Claimant()
PUBLISHED, HOLDS_FROM = dt.date(2026, 5, 20), dt.date(2026, 7, 1)
EVENT, TODAY = dt.date(2026, 7, 16), dt.date(2026, 7, 29)
LESS_FEN = 250_000_00


@pytest.mark.parametrize(("locale", "scripts"), [("zh", False), ("en", True)])
def test_an_event_before_the_agreement_is_judged_by_the_old_version(
    app: Flask, new_page: Callable[..., Page], locale: str, *, scripts: bool
) -> None:
    stage.open_house(app, locale)
    stage.enrol_the_list(app, locale)
    stage.let_join(app, LIN, locale)
    stage.live_until(app, PUBLISHED)
    less_for_the_young_is_published(app)
    stage.live_until(app, TODAY)
    member = Walker(new_page(java_script_enabled=scripts), locale, scripts=scripts)
    people.sign_in(member, LIN.email, towards="/me")
    the_member_reads_what_changes_and_agrees(member)
    people.begin_claim(member, EVENT.isoformat(), who=LIN)
    it_is_judged_by(member, 1)
    member.follow("Change", about=member.say("The event"))
    member.fill("Date of the event", (TODAY + dt.timedelta(days=-1)).isoformat())
    member.press("Save and go on")
    it_is_judged_by(member, 1)
    member.follow("Check and hand in")
    member.reads(member.say("by the rules %(amount)s", amount=yuan(300_000_00)))


def less_for_the_young_is_published(app: Flask) -> None:
    """Version 3 gives 50,000 less for the first age band: what only an agreement can bring."""
    rules = rules_of(stage.SLUG)
    first, *others = rules.member.benefits
    lower = replace(rules.member, benefits=(replace(first, amount_fen=LESS_FEN), *others))
    new: Rules = replace(rules, number=3, member=lower, pool=replace(rules.pool, fee_bp=800))
    with stage.inside(app), transaction():
        rulebook.publish(new, valid_from=HOLDS_FROM, by=None, at=stage.noon(PUBLISHED))


def the_member_reads_what_changes_and_agrees(member: Walker) -> None:
    """The first page says that something is asked; the next one shows both amounts, and what follows from agreeing."""
    say = member.say
    member.reads(say("Part of it changes for this membership only if you agree."))
    member.follow("What changes", about=f"{LIN.name}, {member.tongue.of(rules_of(stage.SLUG).name)}")
    member.arrives("What version %(number)s changes", number=3)
    member.reads("300,000", "250,000", say("If you do not agree"))
    member.press("I have read this and agree to version %(number)s", number=3)
    tomorrow = member.tongue.day(TODAY + dt.timedelta(days=1))
    member.go("/me")
    member.page.get_by_role("row").filter(has_text=LIN.name).get_by_role("link").first.click()
    member.arrives_at(LIN.name)
    member.page.locator("a[href$='/rules']").first.click()
    member.reads(say("events from %(day)s on", day=tomorrow))


def it_is_judged_by(member: Walker, number: int) -> None:
    member.arrives("Fill in the claim")
    member.reads(
        member.say(
            "Judged by rule version %(number)s: the one this membership had agreed to on the day of the event.",
            number=number,
        )
    )
