"""What the desk of closings asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.domain.claim_states import OPEN_STATES
from app.domain.closing import ClosingDays, earliest_closing_day
from app.models import Account, Claim, Closing, Membership, Plan, Remainder
from app.services import closing_money, closings, counters, joining, rulebook
from app.services.days import day_of


@dataclass(frozen=True, slots=True)
class Line:
    """One plan in the list."""

    plan: Plan
    members: int
    closing: Closing | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a closing would mean, or means: its days, and what is there now."""

    days: ClosingDays
    earliest: dt.date
    members: int
    waiting: int
    """Members who do not share yet."""
    open_claims: int
    held: Mapping[str, int]
    """By the families of the ledger, in fen."""


def plans() -> list[Line]:
    """Every plan with how many share, and its closing if one is under way."""
    found = db.session.scalars(select(Plan).order_by(Plan.position)).all()
    return [
        Line(plan, counters.counted(joining.pool_of(plan.id).id).members, closings.open_of(plan.id)) for plan in found
    ]


def plan(slug: str) -> Plan | None:
    """The plan of this slug."""
    return db.session.scalar(select(Plan).where(Plan.slug == slug))


def closing_with(ref: str) -> Closing | None:
    """The closing of this reference."""
    return db.session.scalar(select(Closing).where(Closing.ref == ref))


def remainder_with(ref: str) -> Remainder | None:
    """The record of this reference."""
    return db.session.scalar(select(Remainder).where(Remainder.ref == ref))


def outlook(plan_: Plan, closing: Closing | None, *, wanted: dt.date | None, at: dt.datetime) -> Outlook:
    """The days and figures of a closing; of the earliest one possible while none is proposed and no day is wanted."""
    pool = joining.pool_of(plan_.id)
    terms = closings.terms_of(closing) if closing else rulebook.rules_of(rulebook.version_on(plan_.id, day_of(at))).pool
    earliest = earliest_closing_day(day_of(at), terms)
    if closing is not None and closing.announced_at is not None:
        days = closings.days_of_closing(closing)
    else:
        chosen = closing.closing_day if closing else max(wanted or earliest, earliest)
        days = closings.foreseen(plan_, chosen, terms, announced_on=day_of(at))
    return Outlook(
        days=days,
        earliest=earliest,
        members=counters.counted(pool.id).members,
        waiting=_count(select(func.count(Membership.id)), Membership.pool_id == pool.id, Membership.state == "pending"),
        open_claims=_count(
            select(func.count(Claim.id)).join(Membership, Claim.membership_id == Membership.id),
            Membership.plan_id == plan_.id,
            Claim.state.in_(OPEN_STATES),
        ),
        held=closing_money.held_by_family(pool),
    )


def _count(wanted: object, *which: object) -> int:
    return int(db.session.scalar(wanted.where(*which)) or 0)  # type: ignore[attr-defined]


def names(closing: Closing | None, remainders: list[Remainder]) -> dict[int, str]:
    """The names of everybody who had a hand in it."""
    ids = {one.recorded_by for one in remainders} | {one.decided_by for one in remainders if one.decided_by}
    if closing is not None:
        ids |= {by for by in (closing.proposed_by, closing.announced_by, closing.ended_by) if by is not None}
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in rows}
