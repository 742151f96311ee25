"""What the desk of transfers by hand asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from app.db import db
from app.models import Account, Membership, Plan, SuspenseItem, TransferByHand
from app.services import transfers_by_hand
from app.services.transfer_meanings import Meant, meaning_of
from app.treasury.transfers.forms import Wanted

A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list, newest first."""

    rows: Sequence[TransferByHand]
    before: int | None
    """The key of the next page; None on the last one."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One transfer, what it means, who had a hand in it, and where its money is."""

    transfer: TransferByHand
    meant: Meant | None
    people: dict[int, str]
    in_suspense: bool


def transfers(wanted: Wanted) -> Page:
    """The transfers asked for, newest first."""
    chosen = select(TransferByHand).order_by(TransferByHand.id.desc()).limit(A_PAGE + 1)
    if wanted.state:
        chosen = chosen.where(TransferByHand.state == wanted.state)
    if wanted.before:
        chosen = chosen.where(TransferByHand.id < wanted.before)
    rows = db.session.scalars(chosen).all()
    more = len(rows) > A_PAGE
    return Page(rows[:A_PAGE], rows[A_PAGE - 1].id if more else None)


def sums() -> dict[str, tuple[int, int]]:
    """How many transfers wait in each of the two states that wait, and what they come to."""
    rows = db.session.execute(
        select(TransferByHand.state, func.count(TransferByHand.id), func.sum(TransferByHand.amount_fen))
        .where(TransferByHand.state.in_(("recorded", "held")))
        .group_by(TransferByHand.state)
    ).all()
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def custody_accounts() -> list[str]:
    """Every custody account a plan keeps its money in."""
    return list(db.session.scalars(select(Plan.custody_account).distinct().order_by(Plan.custody_account)))


def one(ref: str) -> Opened | None:
    """One transfer."""
    transfer = transfers_by_hand.transfer_with(ref)
    if transfer is None:
        return None
    ids = {transfer.recorded_by, transfer.decided_by, transfer.closed_by} - {None}
    people = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    held = select(SuspenseItem.id).where(
        SuspenseItem.payment_id == transfer.payment_id, SuspenseItem.closed_at.is_(None)
    )
    return Opened(
        transfer,
        meaning_of(transfer.written, transfer.custody, transfer.bank_reference),
        {row.id: row.name for row in people},
        transfer.payment_id is not None and db.session.scalar(held) is not None,
    )


def membership_of(transfer: TransferByHand) -> str | None:
    """The membership whose balance a booked transfer belongs to."""
    if transfer.payment is None or transfer.payment.membership_id is None:
        return None
    return db.session.scalar(select(Membership.ref).where(Membership.id == transfer.payment.membership_id))
