"""What the desk of payouts asks: the line of each custody account, and what is on its way, arrived or came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.db import db
from app.models import Award, BankBatch, BankBatchLine, BankTransfer, Case, Payout, PayoutReturn, Period
from app.services import custody, payouts, returns
from app.services.custody import Cover

LATELY: Final = 20


@dataclass(frozen=True, slots=True)
class Line:
    """What is due out of one custody account, in the order in which it leaves."""

    custody: str
    cover: Cover
    waiting: list[payouts.InLine]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One payout with what it belongs to."""

    payout: Payout
    period: Period
    number: int
    case: str


@dataclass(frozen=True, slots=True)
class ByFile:
    """A transfer that leaves by a bank file, and its batch; None while it waits for one."""

    transfer: str
    batch: str | None


def lines() -> list[Line]:
    """Every custody account with what is due out of it."""
    found = custody.custodies()
    due = payouts.lines(found)
    return [Line(one.name, one.cover, due[one.name]) for one in found]


def in_states(*states: str, most: int = LATELY) -> list[Outgoing]:
    """Payouts in these states, the last released first."""
    rows = db.session.execute(
        select(Payout, Period, Award.number, Case.ref)
        .join(Award, Payout.award_id == Award.id)
        .join(Period, Award.period_id == Period.id)
        .join(Case, Case.award_id == Award.id)
        .where(Payout.state.in_(states))
        .order_by(Payout.released_at.desc(), Payout.id.desc())
        .limit(most)
    ).all()
    return [Outgoing(*row) for row in rows]


def one(ref: str) -> Outgoing | None:
    """One payout."""
    row = db.session.execute(
        select(Payout, Period, Award.number, Case.ref)
        .join(Award, Payout.award_id == Award.id)
        .join(Period, Award.period_id == Period.id)
        .join(Case, Case.award_id == Award.id)
        .where(Payout.ref == ref)
    ).first()
    return Outgoing(*row) if row else None


def by_file(payout: Payout) -> ByFile | None:
    """The bank file by which this attempt leaves; None when it leaves otherwise."""
    row = db.session.execute(
        select(BankTransfer.ref, BankBatch.ref)
        .outerjoin(BankBatchLine, (BankBatchLine.transfer_id == BankTransfer.id) & BankBatchLine.dropped_at.is_(None))
        .outerjoin(BankBatch, BankBatch.id == BankBatchLine.batch_id)
        .where(BankTransfer.payout_id == payout.id, BankTransfer.attempt == payout.attempt)
    ).first()
    return ByFile(*row) if row else None


def story_of(payout: Payout) -> Sequence[PayoutReturn]:
    """Each time it did not stay."""
    return returns.of_payout(payout)
