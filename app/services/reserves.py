"""The reserve of a plan: filled from outside by two treasurers, and every movement of it as the public reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select, update

from app.db import db
from app.domain import ledger
from app.models import Funding, Plan
from app.services import audit, bank_lines, facts, journal, two_people
from app.services.bank_lines import Line, RecordedBefore
from app.services.movements import Movement, movements_of

Kind = Literal["subsidy", "donation", "promised"]
"""`promised`: the operator hands over what it owed for credits and cases; it is not the reserve's."""
Answer = Literal["confirmed", "refused"]


class SameTreasurer(two_people.SamePersonAgain):
    """Whoever recorded money for a reserve does not confirm it as well."""


class AnsweredBefore(two_people.AnsweredAlready):
    """Somebody answered this record already; `state` says how."""


def record(  # noqa: PLR0913 -- what came, from where, for which plan, who saw it, when
    plan: Plan, kind: Kind, amount_fen: int, *, source: str, reference: str, by: int, at: dt.datetime
) -> Funding:
    """A treasurer records money that came for a reserve; nothing is booked yet.

    Raises `RecordedBefore`, and `BookedBefore` when the bank's line is booked at another desk.
    """
    known = db.session.scalar(select(Funding.ref).where(Funding.reference == reference))
    if known is not None:
        raise RecordedBefore("funding", known)
    funding = Funding(
        plan_id=plan.id, kind=kind, amount_fen=amount_fen, source=source, reference=reference, recorded_by=by,
        recorded_at=at,
    )  # fmt: skip
    db.session.add(funding)
    db.session.flush()
    bank_lines.take(Line(plan.custody_account, reference, "in"), desk="funding", of=funding.ref, at=at)
    audit.note("record-funding", "funding", funding.ref, by=by, role="treasurer", at=at)
    return funding


def answer(funding: Funding, verdict: Answer, *, by: int, at: dt.datetime) -> None:
    """A second treasurer confirms that the money is in custody, and it is booked; or says that it is not there.

    Raises `SameTreasurer`, and `AnsweredBefore` for whoever comes second.
    """
    if funding.recorded_by == by:
        raise SameTreasurer
    db.session.refresh(funding, with_for_update={"of": Funding})
    if funding.state != "recorded":
        raise AnsweredBefore(funding.state)
    entry_id = _book(funding, by=by, at=at) if verdict == "confirmed" else None
    db.session.execute(
        update(Funding)
        .where(Funding.id == funding.id, Funding.state == "recorded")
        .values(state=verdict, decided_by=by, decided_at=at, entry_id=entry_id)
        .execution_options(synchronize_session=False)
    )
    if verdict == "refused":
        bank_lines.free("funding", funding.ref, at=at)
    db.session.refresh(funding)
    audit.note(f"funding-{verdict}", "funding", funding.ref, by=by, role="treasurer", at=at)


def _book(funding: Funding, *, by: int, at: dt.datetime) -> int:
    plan = funding.plan
    if funding.kind == "promised":
        paid = ledger.subsidy_paid(plan.custody_account, plan.slug, funding.amount_fen)
        entry = journal.book("operator-paid", f"funding:{funding.ref}", paid, by=by, at=at)
        facts.state(
            "operator-paid", plan.slug, at=at, amount_fen=funding.amount_fen, source=funding.source,
            promised_fen=promised_fen(plan),
        )  # fmt: skip
        return entry.id
    postings = ledger.reserve_funded(plan.custody_account, plan.slug, funding.amount_fen)
    entry = journal.book("reserve-funded", f"funding:{funding.ref}", postings, by=by, at=at)
    facts.state(
        "reserve", plan.slug, at=at, kind=funding.kind, amount_fen=funding.amount_fen, source=funding.source,
        held_fen=held_fen(plan),
    )  # fmt: skip
    return entry.id


def held_fen(plan: Plan) -> int:
    """What the reserve of a plan holds."""
    return journal.held_fen(ledger.reserve(plan.slug))


def promised_fen(plan: Plan) -> int:
    """What the operator of a plan owes it still: for its own errors, and for cases. Below zero: it has paid ahead."""
    return journal.held_fen(ledger.operator_subsidy(plan.slug))


def waiting() -> Sequence[Funding]:
    """What was recorded and waits for a second treasurer, oldest first."""
    return db.session.scalars(select(Funding).where(Funding.state == "recorded").order_by(Funding.id)).all()


def funding_with(ref: str) -> Funding | None:
    """The record of this reference."""
    return db.session.scalar(select(Funding).where(Funding.ref == ref))


def movements(plan: Plan, *, before: int | None = None, most: int = 20) -> list[Movement]:
    """Movements of a reserve, newest first, of entries with a number below `before`; up to `most`."""
    return movements_of(ledger.reserve(plan.slug), before=before, most=most)
