"""Public facts against the rows they speak of, in both directions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, func, select

from app.db import db
from app.models import (
    Case,
    Claim,
    Credit,
    CustodyStatement,
    Decision,
    Fact,
    Membership,
    NamedCredit,
    Payout,
    Period,
    Plan,
    RuleVersion,
    Settlement,
    TakenAway,
)

_MOST = 100


def rows_have_facts() -> Iterable[str]:
    """Whatever the public has to know was stated as a fact."""
    for kind, names in _NEEDED.items():
        silent = db.session.scalars(names.limit(_MOST)).all()
        yield from (f"{name}: no fact of kind {kind}" for name in silent)


def _unstated(kind: str, name: Any, *tables: Any) -> Select[Any]:
    """The public names of rows about which no fact of this kind was stated."""
    wanted = select(name).select_from(tables[0])
    for table, on in tables[1:]:
        wanted = wanted.join(table, on)
    return wanted.where(~exists().where(Fact.type == kind, Fact.about == name))


_PAID = _unstated("payout", Case.ref, Payout, (Case, Case.award_id == Payout.award_id)).where(Payout.state == "paid")
_CARRIED_NAME = Credit.ref + "-" + cast(NamedCredit.number, Text)
_RULES_NAME = Plan.slug + "-" + cast(RuleVersion.number, Text)
_NEEDED = {
    "members-locked": _unstated("members-locked", Period.name, Period).where(Period.visible_at.is_not(None)),
    "settlement": _unstated("settlement", Period.name, Settlement, (Period, Period.id == Settlement.period_id)),
    "disclosure": _unstated("disclosure", Case.ref, Case),
    "expired": _unstated("expired", Case.ref, TakenAway, (Case, Case.id == TakenAway.case_id)).where(
        TakenAway.cause == "expired", TakenAway.story_id.is_(None)
    ),
    "takedown": _unstated("takedown", Case.ref, TakenAway, (Case, Case.id == TakenAway.case_id)).where(
        TakenAway.cause != "expired"
    ),
    "correction": _unstated(
        "correction",
        Period.name,
        Credit,
        (Settlement, and_(Settlement.pool_id == Credit.pool_id, Settlement.seq == Credit.seq)),
        (Period, Period.id == Settlement.period_id),
    ).where(Credit.state == "confirmed"),
    "correction-carried": _unstated(
        "correction-carried", _CARRIED_NAME, NamedCredit, (Credit, Credit.id == NamedCredit.credit_id)
    ).where(NamedCredit.into_seq.is_not(None)),
    "payout": _PAID,
    "custody-statement": _unstated("custody-statement", CustodyStatement.ref, CustodyStatement),
    "custody-explained": _unstated("custody-explained", CustodyStatement.ref, CustodyStatement).where(
        CustodyStatement.explained_at.is_not(None)
    ),
    "rules": _unstated("rules", _RULES_NAME, RuleVersion, (Plan, Plan.id == RuleVersion.plan_id)),
}


def facts_have_rows() -> Iterable[str]:
    """Every fact speaks of a row that is there and says the same."""
    for kind, found in _SPOKEN_OF.items():
        lost = db.session.scalars(
            select(Fact.about).where(Fact.type == kind, ~found).order_by(Fact.id).limit(_MOST)
        ).all()
        yield from (f"{about}: a fact of kind {kind} speaks of nothing that is there" for about in lost)
    yield from _settlements_say_the_same()
    yield from _locks_say_the_same()
    yield from _decisions_were_made()


_PERIOD_LOCKED = exists().where(Period.name == Fact.about, Period.locked_at.is_not(None))
_PERIOD_SETTLED = exists().where(Period.name == Fact.about, Settlement.period_id == Period.id)
_CASE = exists().where(Case.ref == Fact.about)
_PAYOUT: ColumnElement[bool] = exists().where(
    Case.ref == Fact.about, Payout.award_id == Case.award_id, Payout.entry_id.is_not(None)
)


def _taken(*causes: str) -> ColumnElement[bool]:
    return exists().where(Case.ref == Fact.about, TakenAway.case_id == Case.id, TakenAway.cause.in_(causes))


_SPOKEN_OF: dict[str, ColumnElement[bool]] = {
    "members-locked": _PERIOD_LOCKED,
    "settlement": _PERIOD_SETTLED,
    "correction": exists().where(
        Period.name == Fact.about,
        Settlement.period_id == Period.id,
        Credit.pool_id == Settlement.pool_id,
        Credit.seq == Settlement.seq,
        Credit.state == "confirmed",
    ),
    "correction-carried": exists().where(
        NamedCredit.credit_id == Credit.id, NamedCredit.into_seq.is_not(None), Fact.about == _CARRIED_NAME
    ),
    "disclosure": _CASE,
    "expired": _taken("expired"),
    "takedown": _taken("withdrawn", "takedown"),
    "payout": _PAYOUT,
    "custody-statement": exists().where(CustodyStatement.ref == Fact.about),
    "custody-explained": exists().where(CustodyStatement.ref == Fact.about, CustodyStatement.explained_at.is_not(None)),
    "rules": exists().where(RuleVersion.plan_id == Plan.id, Fact.about == _RULES_NAME),
}


def _settlements_say_the_same() -> Iterable[str]:
    rows = db.session.execute(
        select(Fact.body, Settlement, Period.name)
        .join(Period, Fact.about == Period.name)
        .join(Settlement, Settlement.period_id == Period.id)
        .where(Fact.type == "settlement")
        .order_by(Fact.id)
    ).all()
    for body, settlement, name in rows:
        said = json.loads(body)
        differs = [
            column.name
            for column in Settlement.__table__.columns
            if column.name in said and column.name.endswith(("_fen", "seq", "members", "cases"))
            and said[column.name] != getattr(settlement, column.name)
        ]  # fmt: skip
        if differs:
            yield f"{name}: the fact of its settlement says something else: {', '.join(differs)}"


def _locks_say_the_same() -> Iterable[str]:
    rows = db.session.execute(
        select(Fact.body, Period.name, Period.members)
        .join(Period, Fact.about == Period.name)
        .where(Fact.type == "members-locked", Period.locked_at.is_not(None))
        .order_by(Fact.id)
    ).all()
    for body, name, members in rows:
        if json.loads(body)["members"] != members:
            yield f"{name}: the fact says {json.loads(body)['members']} locked, the period {members}"


def _decisions_were_made() -> Iterable[str]:
    """As many decisions were made as were stated, plan by plan: which is which only its salt tells."""
    rows = db.session.execute(
        select(Plan.slug, func.count(Decision.id))
        .join(Membership, Membership.plan_id == Plan.id)
        .join(Claim, Claim.membership_id == Membership.id)
        .join(Decision, Decision.claim_id == Claim.id)
        .group_by(Plan.slug)
    ).all()
    made = {slug: number for slug, number in rows}  # noqa: C416 -- rows are not pairs to a reader of types
    stated = db.session.execute(
        select(Fact.about, func.count()).where(Fact.type == "decision").group_by(Fact.about).order_by(Fact.about)
    ).all()
    yield from (
        f"{slug}: {number} decisions were stated, {made.get(slug, 0)} were made"
        for slug, number in stated
        if number > made.get(slug, 0)
    )
