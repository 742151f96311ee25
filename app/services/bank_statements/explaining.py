"""Explaining what differs: one treasurer says what it is, a second one confirms it, and then it is booked.

A bank's charge is borne by the operator, never by members; interest goes into a reserve; money nobody asked for stays
in suspense until it goes back. What is on its way is explained for one statement only: the next one asks again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from app.db import db
from app.domain import ledger, reconciling
from app.domain.ledger import Entry
from app.models import CustodyExplanation, CustodyMatch, CustodyStatement, Plan
from app.services import audit, bank_lines, facts, journal, two_people
from app.services.bank_statements import differing, reading
from app.services.bank_statements.differing import Part

_BOOKED_AS: Final = {
    "bank_charge": "bank-charge",
    "interest": "custody-interest",
    "unknown_deposit": "unknown-deposit",
    "deposit_returned": "unknown-deposit-returned",
    "operator_pays": "operator-pays",
}


class DoesNotFit(ValueError):
    """This explanation is not possible for this part: money came where it says that money went, or the reverse."""


class NoSuchDeposit(ValueError):
    """No unknown deposit of this amount waits in this account, so none can have gone back."""


class ExplainedAlready(Exception):
    """Somebody explained this part in the meantime."""


class OwnExplanation(two_people.SamePersonAgain):
    """Whoever proposed an explanation does not confirm it as well."""


class Decided(two_people.AnsweredAlready):
    """Somebody answered this explanation already; `state` says how."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a treasurer says of one part."""

    kind: str
    plan_id: int | None
    note: str


def propose(statement: CustodyStatement, part: Part, told: Told, *, by: int, at: dt.datetime) -> CustodyExplanation:
    """A treasurer says what one part of a difference is. Nothing is booked yet.

    Raises `DoesNotFit`, `NoSuchDeposit`, `ExplainedAlready`, and `BookedBefore` when another desk has booked the line.
    """
    if told.kind not in possible(part):
        raise DoesNotFit
    if part.is_explained or (part.explanation is not None and part.explanation.state == "proposed"):
        raise ExplainedAlready
    returned = _waiting_deposit(statement, -part.difference.amount_fen) if told.kind == "deposit_returned" else None
    if told.kind == "deposit_returned" and returned is None:
        raise NoSuchDeposit
    found = CustodyExplanation(
        statement_id=statement.id,
        line_id=part.line.id if part.line is not None else None,
        entry_id=part.entry.id if part.entry is not None else None,
        kind=told.kind,
        amount_fen=part.difference.amount_fen,
        plan_id=told.plan_id if told.kind in {"bank_charge", "interest", "operator_pays"} else None,
        returns_id=returned,
        note=told.note,
        proposed_by=by,
        proposed_at=at,
    )
    db.session.add(found)
    db.session.flush()
    if part.line is not None and told.kind in reconciling.BOOKS:
        bank_lines.take_entered(part.line, of=found.ref, at=at)
    audit.note("propose-explanation", "custody-statement", statement.ref, by=by, role="treasurer", at=at,
               detail=f"{found.ref}: {told.kind}")  # fmt: skip
    return found


def possible(part: Part) -> tuple[str, ...]:
    """The kinds of explanation a part can have."""
    if part.difference.of == "before":
        return ("before",)
    if part.difference.of == "booking":
        return ("in_transit",)
    if part.difference.amount_fen > 0:
        return ("in_transit", "interest", "unknown_deposit", "operator_pays")
    return ("in_transit", "bank_charge", "deposit_returned")


def answer(found: CustodyExplanation, verdict: str, *, by: int, at: dt.datetime) -> None:
    """A second treasurer confirms an explanation, which books it where it needs a booking; or refuses it.

    Raises `OwnExplanation`, and `Decided` for whoever comes second.
    """
    if found.proposed_by == by:
        raise OwnExplanation
    db.session.refresh(found, with_for_update={"of": CustodyExplanation})
    if found.state != "proposed":
        raise Decided(found.state)
    statement = db.session.get_one(CustodyStatement, found.statement_id)
    booked = _book(found, statement, by=by, at=at) if verdict == "confirmed" else None
    db.session.execute(
        update(CustodyExplanation)
        .where(CustodyExplanation.id == found.id, CustodyExplanation.state == "proposed")
        .values(state=verdict, decided_by=by, decided_at=at, booked_id=booked)
        .execution_options(synchronize_session=False)
    )
    if verdict == "refused":
        bank_lines.free("statement", found.ref, at=at)
    db.session.refresh(found)
    audit.note(f"explanation-{verdict}", "custody-statement", statement.ref, by=by, role="treasurer", at=at,
               detail=found.ref)  # fmt: skip
    differing.settle_explained(statement.custody_account, at=at)


def _book(found: CustodyExplanation, statement: CustodyStatement, *, by: int, at: dt.datetime) -> int | None:
    if found.kind not in reconciling.BOOKS:
        return None
    postings = _postings(found, statement.custody_account)
    entry = journal.book(_BOOKED_AS[found.kind], f"custody:{found.ref}", postings, by=by, at=at)
    db.session.add(CustodyMatch(entry_id=entry.id, line_id=found.line_id, at=at))
    db.session.flush()
    if found.kind == "interest":
        plan = db.session.get_one(Plan, found.plan_id)
        facts.state(
            "reserve", plan.slug, at=at, kind="interest", amount_fen=found.amount_fen, source="",
            held_fen=journal.held_fen(ledger.reserve(plan.slug)),
        )  # fmt: skip
    return entry.id


def _postings(found: CustodyExplanation, account: str) -> Entry:
    amount_fen = abs(found.amount_fen)
    if found.kind == "unknown_deposit":
        return ledger.suspense_deposit(account, amount_fen)
    if found.kind == "deposit_returned":
        return ledger.suspense_returned(account, amount_fen)
    slug = db.session.get_one(Plan, found.plan_id).slug
    if found.kind == "bank_charge":
        return ledger.bank_charge(account, slug, amount_fen)
    if found.kind == "interest":
        return ledger.custody_interest(account, slug, amount_fen)
    return ledger.subsidy_paid(account, slug, amount_fen)


def _waiting_deposit(statement: CustodyStatement, amount_fen: int) -> int | None:
    """The longest waiting unknown deposit of this amount in the account of a statement."""
    back = aliased(CustodyExplanation)
    return db.session.scalar(
        select(CustodyExplanation.id)
        .join(CustodyStatement, CustodyStatement.id == CustodyExplanation.statement_id)
        .outerjoin(back, (back.returns_id == CustodyExplanation.id) & (back.state != "refused"))
        .where(
            CustodyStatement.custody_account == statement.custody_account,
            CustodyExplanation.kind == "unknown_deposit",
            CustodyExplanation.state == "confirmed",
            CustodyExplanation.amount_fen == amount_fen,
            back.id.is_(None),
        )
        .order_by(CustodyExplanation.id)
        .limit(1)
    )


def explanation_with(ref: str) -> CustodyExplanation | None:
    """The explanation of this reference."""
    return db.session.scalar(select(CustodyExplanation).where(CustodyExplanation.ref == ref))


def in_suspense_fen() -> int:
    """What unknown deposits come to that have not gone back: part of what the ledger holds in suspense."""
    signed = func.sum(CustodyExplanation.amount_fen)
    return int(
        db.session.scalar(
            select(signed).where(
                CustodyExplanation.state == "confirmed",
                CustodyExplanation.kind.in_(("unknown_deposit", "deposit_returned")),
            )
        )
        or 0
    )


def borne_fen(account: str) -> int:
    """What a bank has charged to a custody account and the operator has not made good yet; 0 when nothing."""
    signed = func.sum(CustodyExplanation.amount_fen)
    moved = db.session.scalar(
        select(signed)
        .join(CustodyStatement, CustodyStatement.id == CustodyExplanation.statement_id)
        .where(
            CustodyStatement.custody_account == account,
            CustodyExplanation.state == "confirmed",
            CustodyExplanation.kind.in_(("bank_charge", "operator_pays")),
        )
    )
    return max(0, -int(moved or 0))


def compare_again(account: str, *, by: int, at: dt.datetime) -> int:
    """Look once more for the bookings of lines that had none; returns how many were found."""
    found = reading.find_bookings(account, at=at)
    differing.settle_explained(account, at=at)
    if found:
        audit.note("compare-again", "custody-account", account, by=by, role="treasurer", at=at, detail=str(found))
    return found
