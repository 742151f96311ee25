"""Two published cases, somebody who objects, and caseworkers who answer."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from flask.testing import FlaskClient

from app.accounts import actions as gate
from app.db import db, transaction
from app.disclosures.objecting import actions as filing
from app.disclosures.objecting.actions import Said
from app.jobs.tick import tick
from app.models import Account, Case, Claim, Deferral, Message, Objection, Period
from app.review.objections import actions as answering
from app.services import settling
from app.services.days import midnight
from tests.services import pool_story as story
from tests.web.gate import PASSWORD, enter

WORDS = "病理报告上的日期早于加入日期。"
REASON = "The pathology report was issued before the membership began."
LARGE, SMALL = 20_00, 5_00
LAST_DAY = dt.date(2026, 9, 9)
SETTLE_DAY = dt.date(2026, 9, 14)


def two_cases() -> None:
    """Two claims decided by caseworker-1 and caseworker-2, ready to be published."""
    story.open_plan()
    story.enrol(10)
    story.approve_claim(LARGE)
    story.approve_claim(SMALL, benefit="low_grade_tumour")


def case(number: int = 1, period: str = story.FIRST) -> Case:
    wanted = db.select(Case).join(Period).where(Case.number == number, Period.name == period)
    return db.session.scalars(wanted).one()


def claim(number: int = 1, period: str = story.FIRST) -> Claim:
    return db.session.get_one(Claim, case(number, period).award.claim_id)


def file(  # noqa: PLR0913 -- what a form holds
    number: int = 1, *, period: str = story.FIRST, at: dt.datetime | None = None, sender: str = "192.0.2.7",
    name: str = "", contact: str = "",
) -> str:  # fmt: skip
    """Somebody objects to a case on the second objection day; returns the reference."""
    with transaction():
        said = Said(WORDS, name, contact)
        return filing.file(case(number, period), said, sender=sender, at=at or story.september(8)).ref


def objection(ref: str) -> Objection:
    return db.session.scalars(db.select(Objection).where(Objection.ref == ref)).one()


def independent(label: str = "caseworker-3") -> Account:
    """A caseworker who had no hand in any claim of the story."""
    return story.account(label, "caseworker")


def admit(ref: str, *, by: Account | None = None, at: dt.datetime | None = None, reason: str = REASON) -> None:
    who = by or independent()
    with transaction():
        answering.admit(objection(ref), reason, by=who, at=at or story.september(10))


def dismiss(ref: str, *, by: Account | None = None, at: dt.datetime | None = None, reason: str = REASON) -> None:
    who = by or independent()
    with transaction():
        answering.dismiss(objection(ref), reason, by=who, at=at or story.september(10))


def settle_day(day: dt.date = SETTLE_DAY) -> list[str]:
    """What the clock settles and defers a few seconds after a midnight."""
    done = tick(midnight(day) + dt.timedelta(seconds=7))
    return [line for line in done if "deferred" in line or "settled" in line]


def numbers(name: str) -> list[int]:
    """The cases that a period would settle now."""
    return [share.number for share in settling.preview(story.period(name), at=story.september(10)).quote.cases]


def deferral() -> Deferral | None:
    return db.session.scalar(db.select(Deferral))


def signed_in(app: Flask, email: str) -> FlaskClient:
    """Somebody of the story in the browser, in English: given the password of the tests first."""
    with app.app_context(), transaction():
        row = db.session.scalars(db.select(Account).where(Account.email == email)).one()
        row.password_hash, row.email_confirmed_at = gate.hash_password(PASSWORD), row.created_at
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    enter(client, email)
    client.get("/account?lang=en")
    return client


def told(kind: str) -> int:
    """How many messages of a kind were left."""
    return db.session.scalar(db.select(db.func.count(Message.id)).where(Message.kind == kind)) or 0
