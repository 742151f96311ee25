"""What was there before the journey begins: rules, a list of members, people who work here, and months that pass."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache

from flask import Flask
from stdnum.cn import ric

from app.accounts import actions as gate
from app.claims import actions as claiming
from app.claims.forms import Event
from app.db import db, transaction
from app.jobs.tick import set_clock, tick
from app.memberships.joining import actions as joining
from app.memberships.joining import queries as offers
from app.memberships.joining.forms import NewPerson
from app.models import Account, Claim, Membership, Period, Plan, StaffRole
from app.services import enrolment, evidence, rulebook, settling
from app.services.claim_file import BankAccount
from app.services.days import midnight
from app.story import cast
from app.treasury import actions as treasury
from app.web import clock
from tests.domain.plan_files import plan as rules_of
from tests.journeys import papers

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


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who joins, and may fall ill."""

    email: str = "lan@example.org"
    name: str = "林岚"
    birth: tuple[str, str, str] = ("1998", "5", "2")
    number: str = "11010519980502002X"
    province: str = "33"
    bank_number: str = "6222 0202 0001 2345 670"
    relation: str = "myself"
    """To the account, as the form asks for it."""


def relative(relation: str, name: str, born: dt.date) -> Claimant:
    """Somebody of a family, with a sound number of an identity card."""
    head = f"330106{born:%Y%m%d}012"
    number = head + str(ric.calc_check_digit(head + "0"))
    return Claimant(name=name, birth=(str(born.year), str(born.month), str(born.day)), number=number, relation=relation)


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
                person = open_account(email, name, locale, at=at)
                person.demo_label = email.partition("@")[0]
                db.session.add(StaffRole(account_id=person.id, role=role, appointed_at=at))
        set_clock(noon(JOINED))


def open_account(email: str, name: str, locale: str, *, at: dt.datetime) -> Account:
    """Somebody opened an account, with the password of this journey."""
    return gate.open_account(email=email, name=name, password_hash=_password_hash(), language=locale, at=at)


@cache
def _password_hash() -> str:
    return gate.hash_password(PASSWORD)


def enrol_the_list(app: Flask, locale: str) -> None:
    """An organiser's list of people joins, each with a balance of an own."""
    with inside(app), transaction():
        at = noon(OPENED)
        organiser = open_account(ORGANISER, "长青社区", locale, at=at)
        chance, numbers = random.Random(2026), cast.Numbers()
        people = list(cast.rows(chance, numbers, count=MEMBERS, youngest=19, oldest=48, on=OPENED))
        done = enrolment.enrol(plan(SLUG), people, account=organiser, at=at)
        assert done.members == MEMBERS, done.refused


def let_join(app: Flask, who: Claimant, locale: str) -> None:
    """Somebody joined already, step by step as on the site."""
    with inside(app), transaction():
        at = noon(JOINED)
        account = open_account(who.email, who.name, locale, at=at)
        born = dt.date(*(int(part) for part in who.birth))
        person = joining.name_person(
            NewPerson(who.name, born, "self", who.province, "resident", who.number), by=account, at=at
        )
        offered = offers.offer(SLUG, on=JOINED)
        assert offered is not None
        application = joining.begin(offered, person, by=account, at=at)
        items = offered.member.declaration
        joining.declare(application, items, {item.key: False for item in items}, language=locale, at=at)
        joining.agree(application, language=locale, at=at)
        joining.submit(application, offered, offered.pool.join_proposed_fen, by=account, at=at)


def let_claim(app: Flask, who: Claimant, event_on: dt.date, locale: str) -> str:
    """A claim that was handed in already, with a photograph for each document; returns its reference."""
    ref = let_draft(app, who, event_on, locale)
    with inside(app), transaction():
        claim = db.session.scalars(db.select(Claim).where(Claim.ref == ref)).one()
        claiming.submit(claim, by=db.session.get_one(Account, claim.account_id), at=noon(event_on))
    return ref


def let_draft(app: Flask, who: Claimant, event_on: dt.date, locale: str, *, without: tuple[str, ...] = ()) -> str:
    """A claim with everything in it but some kinds of documents, not handed in yet; returns its reference."""
    with inside(app):
        at = noon(event_on)
        account = db.session.scalars(db.select(Account).where(Account.email == who.email)).one()
        membership = db.session.scalars(db.select(Membership).where(Membership.account_id == account.id)).one()
        with transaction():
            claim = claiming.open_claim(membership, by=account, at=at)
            event = Event(event_on, "leukaemia", "malignant_tumour", who.province, "")
            claiming.tell_event(claim, event, by=account, at=at)
        for wanted in (kind for kind in rules_of(SLUG).member.checklist if kind.required and kind.key not in without):
            content, name = io.BytesIO(papers.photograph(wanted.name.zh)), f"{wanted.name.zh}.jpg"
            evidence.receive(content, claim=claim, kind=wanted.key, filename=name, account=account, at=at)
        with transaction():
            number = who.bank_number.replace(" ", "")
            claiming.name_bank_account(claim, BankAccount(who.name, "农业银行", number), by=account, at=at)
            claiming.give_consents(claim, level=1, language=locale, by=account, at=at)
        return claim.ref


def plan(slug: str) -> Plan:
    return db.session.scalars(db.select(Plan).where(Plan.slug == slug)).one()


def live_until(app: Flask, day: dt.date) -> None:
    """Let the months pass through the jobs, at every midnight on which something happens to a period.

    Treasurers read each period on the day after its objections. There are no cases, so nobody is charged and no
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


def a_worker_looks(app: Flask) -> None:
    """The clock strikes once: what waits for the worker is done."""
    with inside(app):
        tick(clock.now())


def _approve_what_waits(*, at: dt.datetime) -> None:
    waiting = db.select(Period.id).where(Period.state == "locked", Period.objections_last_day < clock.local(at).date())
    for period_id in db.session.scalars(waiting).all():
        with transaction():
            period = db.session.get_one(Period, period_id)
            seen = settling.preview(period, at=at)
            one, other = (
                db.session.scalars(db.select(Account).where(Account.email == email)).one() for email in TREASURERS
            )
            treasury.check(period, seen.digest, by=one, at=at)
            treasury.approve(period, seen.digest, by=other, at=at)
