"""What a member does, as a browser does it; and the house around: plans, periods, settlements through the engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask.testing import FlaskClient
from stdnum.cn import ric
from werkzeug.test import TestResponse

from app.db import db, transaction
from app.memberships.joining import actions as joining_room
from app.memberships.joining import queries as offers
from app.memberships.joining.forms import NewPerson
from app.models import Account, Application, Claim, Decision, Membership, Period, Plan, Pool, Recommendation
from app.services import joining, periods, pools, rulebook, settling, vault
from app.services.days import midnight
from app.web import clock
from app.web.clock import at_instant
from tests import seen
from tests.domain.plan_files import plan as rules_of
from tests.web.gate import account_in, send, words

CATALOGUE = ("child-health", "young-cancer", "senior-cancer", "accident", "lifelong-million")
OPENED = dt.date(2026, 3, 1)
TODAY = dt.date(2026, 10, 1)
NOON = dt.timedelta(hours=12)


def noon(day: dt.date) -> dt.datetime:
    """12:00 of a local day."""
    return midnight(day) + NOON


@contextmanager
def it_is(app: Flask, day: dt.date) -> Iterator[None]:
    """Inside, every clock shows noon of this day."""
    with app.app_context():
        moment = noon(day)
    with at_instant(moment):
        yield


def publish_plans(app: Flask) -> None:
    """All five plans with their first version."""
    with app.app_context(), transaction():
        for slug in CATALOGUE:
            rulebook.publish(rules_of(slug), valid_from=OPENED, by=None, at=noon(OPENED))


def resident_number(birth_on: dt.date, serial: int = 12) -> str:
    """A number of a resident identity card with a sound check digit."""
    head = f"330106{birth_on:%Y%m%d}{serial:03}"
    return head + str(ric.calc_check_digit(head + "0"))


def somebody(birth_on: dt.date = dt.date(1998, 5, 2), serial: int = 12, **other: str) -> dict[str, str]:
    """The answers of the form that names a person."""
    return {
        "name": "林岚",
        "relation": "self",
        "year": str(birth_on.year),
        "month": str(birth_on.month),
        "day": str(birth_on.day),
        "province": "33",
        "document_type": "resident",
        "number": resident_number(birth_on, serial),
        **other,
    }


def draft_of(app: Flask, slug: str = "young-cancer") -> str:
    """The reference of the last application for a plan."""
    with app.app_context():
        found = db.session.scalar(
            db.select(Application.ref).join(Plan).where(Plan.slug == slug).order_by(Application.id.desc()).limit(1)
        )
        assert found is not None
        return found


def membership_ref(app: Flask, slug: str = "young-cancer") -> str:
    """The reference of the last membership of a plan."""
    with app.app_context():
        found = db.session.scalar(
            db.select(Membership.ref).join(Plan, Plan.id == Membership.plan_id).where(Plan.slug == slug)
            .order_by(Membership.id.desc()).limit(1)
        )  # fmt: skip
        assert found is not None
        return found


def name_person(client: FlaskClient, person: dict[str, str], slug: str = "young-cancer") -> TestResponse:
    """Name somebody who wants to join."""
    return send(client, f"/join/{slug}/person", person)


def declare(client: FlaskClient, base: str, slug: str, *yes: str) -> TestResponse:
    """Answer every question with no, but these."""
    answers = {f"item_{item.key}": "yes" if item.key in yes else "no" for item in rules_of(slug).member.declaration}
    return send(client, f"{base}/declaration", answers)


def agree(client: FlaskClient, base: str) -> TestResponse:
    """Tick both consents."""
    return send(client, f"{base}/consents", {"consent_joining": "y", "consent_declaration": "y"})


def up_to_check(
    app: Flask, client: FlaskClient, person: dict[str, str], slug: str = "young-cancer", choice: str = "3000"
) -> str:
    """Every step but the last; returns the address of the application."""
    name_person(client, person, slug)
    base = f"/join/{slug}/{draft_of(app, slug)}"
    declare(client, base, slug)
    agree(client, base)
    answer = send(client, f"{base}/top-up", {"choice": choice})
    assert answer.location == f"{base}/check", answer.location
    return base


def join_on_the_site(app: Flask, client: FlaskClient, person: dict[str, str], slug: str = "young-cancer") -> str:
    """Every page of joining; returns the reference of the membership."""
    base = up_to_check(app, client, person, slug)
    answer = send(client, f"{base}/check")
    assert answer.location == f"{base}/done", answer.location
    return membership_ref(app, slug)


def join(
    app: Flask, client: FlaskClient, person: dict[str, str], slug: str = "young-cancer", choice: str = "3000"
) -> str:
    """A member who joined the same way as on the site, without its pages; returns the reference of the membership."""
    born = dt.date(*(int(person[part]) for part in ("year", "month", "day")))
    named = NewPerson(
        person["name"], born, person["relation"], person["province"], person["document_type"], person["number"]
    )
    with app.app_context(), transaction():
        account, at = account_in(client), clock.now()
        offered = offers.offer(slug, on=clock.today())
        assert offered is not None
        application = joining_room.begin(offered, joining_room.name_person(named, by=account, at=at), by=account, at=at)
        items = offered.member.declaration
        joining_room.declare(application, items, {item.key: False for item in items}, language="zh", at=at)
        joining_room.agree(application, language="zh", at=at)
        joining_room.submit(application, offered, int(choice), by=account, at=at)
    return membership_ref(app, slug)


def pool_of(slug: str) -> Pool:
    return joining.pool_of(db.session.scalars(db.select(Plan.id).where(Plan.slug == slug)).one())


def plan_month(app: Flask, day: dt.date, slug: str = "young-cancer") -> None:
    """Write down the periods from this day on."""
    with app.app_context(), transaction():
        periods.plan_ahead(pool_of(slug), at=noon(day))


def approve_claim(app: Flask, ref: str, amount_fen: int, day: dt.date) -> None:
    """A claim on this membership, decided and approved."""
    with app.app_context(), transaction():
        of = db.session.scalars(db.select(Membership).where(Membership.ref == ref)).one()
        before = db.session.scalar(db.select(db.func.count(Claim.id)).where(Claim.membership_id == of.id))
        event_on = day - dt.timedelta(days=before or 0)  # each claim is for an event of its own
        claim = Claim(
            account_id=of.account_id, membership_id=of.id, member_terms_id=of.member_terms_id, state="approved",
            benefit="low_grade_tumour", disease_group="thyroid_low_grade", province="33", event_on=event_on,
            created_at=noon(day), submitted_at=noon(day), publication_level=1,
            account_sealed=vault.seal("6222020200012345678", purpose="bank-account"),
        )  # fmt: skip
        db.session.add(claim)
        db.session.flush()
        said = {"by": of.account_id, "at": noon(day), "verdict": "approve", "amount_fen": amount_fen, "clause": "4.2"}
        first = Recommendation(claim_id=claim.id, round=1, reason="pathology agrees", **said)
        db.session.add(first)
        db.session.flush()
        db.session.add(
            Decision(claim_id=claim.id, recommendation_id=first.id, round=1, evidence="report", reason="agrees", **said)
        )


def lock(app: Flask, name: str) -> None:
    """Lock and publish a period at 00:00 of its day."""
    with app.app_context(), transaction():
        found = db.session.scalars(db.select(Period).where(Period.name == name)).one()
        seen.lock(found, at=midnight(found.publication_day))


def settle(app: Flask, name: str) -> None:
    """Approve and settle a period on its day; then those who waited begin to share."""
    with app.app_context():
        with transaction():
            found = db.session.scalars(db.select(Period).where(Period.name == name)).one()
            at, first = noon(found.settle_day), Account(email="first@example.org", name="钱一", password_hash="x")
            first.created_at, treasurer = at, db.session.scalars(db.select(Account.id).limit(1)).one()
            db.session.add(first)
            db.session.flush()
            settling.check(found, settling.preview(found, at=at).digest, by=first.id, at=at)
            settling.approve(found, settling.preview(found, at=at).digest, by=treasurer, at=at)
            settling.settle(found, by=None, at=at)
        with transaction():
            pools.let_pending_enter(db.session.get_one(Pool, found.pool_id), at=at)


def pay(client: FlaskClient, ref: str, amount_fen: int) -> TestResponse:
    path = f"/me/{ref}/top-up/check"
    return send(client, f"{path}?amount={amount_fen}", action=path)


def said(answer: TestResponse) -> str:
    return words(answer).replace("\N{NO-BREAK SPACE}", " ")
