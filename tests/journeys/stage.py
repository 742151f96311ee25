"""What was there before the journey begins: rules, a list of members, people who work here, and months that pass."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask import Flask

from app.accounts import actions as gate
from app.db import db, transaction
from app.jobs.tick import set_clock, tick
from app.models import Account, Period, Plan, StaffRole
from app.services import enrolment, rulebook, settling
from app.services.days import midnight
from app.story import cast
from app.treasury import actions as treasury
from app.web import clock
from tests.domain.plan_files import plan as rules_of

PASSWORD = "four quiet paper lanterns"
SLUGS = ("child-health", "young-cancer", "senior-cancer", "accident", "lifelong-million")
SLUG = "young-cancer"
OPENED = dt.date(2026, 1, 5)
"""Five plans open, and 300 people are enrolled by list."""
JOINED = dt.date(2026, 1, 16)
"""The visitor comes: between two periods, so that sharing begins at once."""
FEE_FROM = dt.date(2026, 3, 1)
"""From here on version 2 holds, with a fee of 8 %: the equation has a second term."""
MEMBERS = 300
ORGANISER = "organiser@example.org"
CASEWORKERS = ("shen@example.org", "gao@example.org")
TREASURERS = ("fang@example.org", "luo@example.org")


@contextmanager
def inside(app: Flask) -> Iterator[None]:
    """Look into the database beside the browser; each look is a fresh one."""
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()


def noon(day: dt.date) -> dt.datetime:
    return midnight(day) + dt.timedelta(hours=12)


def open_house(app: Flask, locale: str) -> None:
    """Publish five plans, appoint staff of this language, and let the clock stand at noon of the visitor's day."""
    with inside(app):
        at = noon(OPENED)
        with transaction():
            for slug in SLUGS:
                rulebook.publish(rules_of(slug), valid_from=OPENED, by=None, at=at)
            first = rules_of(SLUG)
            second = replace(first, number=2, pool=replace(first.pool, fee_bp=800))
            rulebook.publish(second, valid_from=FEE_FROM, by=None, at=at)
            for email, name, role in (
                (CASEWORKERS[0], "沈静", "caseworker"),
                (CASEWORKERS[1], "高远", "caseworker"),
                (TREASURERS[0], "方敏", "treasurer"),
                (TREASURERS[1], "罗建国", "treasurer"),
            ):
                person = gate.sign_up(email=email, name=name, password=PASSWORD, language=locale, at=at)
                person.demo_label = email.partition("@")[0]
                db.session.add(StaffRole(account_id=person.id, role=role, appointed_at=at))
        set_clock(noon(JOINED))


def enrol_the_list(app: Flask, locale: str) -> None:
    """An organiser's list of people joins, each with a balance of an own."""
    with inside(app), transaction():
        at = noon(OPENED)
        organiser = gate.sign_up(email=ORGANISER, name="长青社区", password=PASSWORD, language=locale, at=at)
        chance, numbers = random.Random(2026), cast.Numbers()
        people = list(cast.rows(chance, numbers, count=MEMBERS, youngest=19, oldest=48, on=OPENED))
        done = enrolment.enrol(plan(SLUG), people, account=organiser, at=at)
        assert done.members == MEMBERS, done.refused


def plan(slug: str) -> Plan:
    return db.session.scalars(db.select(Plan).where(Plan.slug == slug)).one()


def live_until(app: Flask, day: dt.date) -> None:
    """Let the months pass through the jobs, at every midnight on which something happens to a period.

    A treasurer approves each period on the day after its objections. There are no cases, so nobody is charged and no
    balance sinks: the midnights between have nothing to do.
    """
    with inside(app):
        calendar = rules_of(SLUG).pool.calendar
        today = clock.today()
        while today < day:
            today += dt.timedelta(days=1)
            if today.day in (*calendar.publish_days, *calendar.settle_days):
                set_clock(midnight(today))
                tick(midnight(today))
            _approve_what_waits(at=noon(today))
        set_clock(noon(day))


def _approve_what_waits(*, at: dt.datetime) -> None:
    waiting = db.select(Period.id).where(Period.state == "locked", Period.objections_last_day < clock.local(at).date())
    for period_id in db.session.scalars(waiting).all():
        with transaction():
            period = db.session.get_one(Period, period_id)
            seen = settling.preview(period, at=at)
            by = db.session.scalars(db.select(Account).where(Account.email == TREASURERS[0])).one()
            treasury.approve(period, seen.digest, by=by, at=at)
