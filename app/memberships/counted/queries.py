"""What is asked of being counted: in which periods a membership shared, and what proves it in one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from app.db import db
from app.models import Checkpoint, Fact, Membership, Period
from app.services.counting import proving
from app.services.counting.proving import CountProof
from app.services.public_log import proving as log_proving
from app.services.public_log import reading


@dataclass(frozen=True, slots=True)
class Counted:
    """One membership in one period. `proof` is None where the lock has no tree, or `broken`: which must never be."""

    period: Period
    proof: CountProof | None
    broken: bool
    entry: Fact
    number: int | None
    """Of the entry in the public log; None while it waits."""
    signed: Checkpoint | None
    """The first checkpoint that holds it."""

    def file(self) -> str | None:
        """The proof as the file to keep, with the latest checkpoint; None without a proof."""
        if self.proof is None:
            return None
        log_proof = log_proving.proof_file(self.number) if self.number is not None else None
        return proving.written(self.proof, self.entry.body, self.number, log_proof)


def count_shared(membership: Membership) -> int:
    """In how many locked periods that the public sees a membership shared."""
    return db.session.scalar(select(func.count(Period.id)).where(*_shared(membership))) or 0


def shared(membership: Membership, *, page: int, a_page: int) -> Sequence[Period]:
    """Those periods, the newest first."""
    return db.session.scalars(
        select(Period).where(*_shared(membership)).order_by(Period.seq.desc()).limit(a_page).offset((page - 1) * a_page)
    ).all()


def counted(membership: Membership, name: str) -> Counted | None:
    """A membership in the period of this name; None where it did not share, or the public does not see the period."""
    period = db.session.scalar(select(Period).where(*_shared(membership), Period.name == name))
    entry = proving.entry_of(period) if period is not None else None
    if period is None or entry is None:
        return None
    proof, broken = None, False
    try:
        proof = proving.prove(membership, period)
    except proving.NoTree:
        broken = "root" in entry.body and period.members != 0
    except proving.CountBroken:
        broken = True
    number = reading.number_of(entry.id)
    signed = reading.checkpoint_holding(number) if number is not None else None
    return Counted(period, proof, broken, entry, number, signed)


def _shared(membership: Membership) -> tuple[ColumnElement[bool], ...]:
    """Of the pool's periods those in (join_seq, end_seq]; a lock that was cancelled charged nobody."""
    first = membership.join_seq
    if first is None:
        return (Period.id.is_(None),)
    last = () if membership.end_seq is None else (Period.seq <= membership.end_seq,)
    return (
        Period.pool_id == membership.pool_id,
        Period.seq > first,
        Period.state != "cancelled",
        Period.visible_at.is_not(None),
        *last,
    )
