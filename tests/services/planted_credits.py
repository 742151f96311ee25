"""Faults planted among the credits for wrong settlements (see planted.py)."""

from __future__ import annotations

from app.db import db, transaction
from app.domain import ledger
from app.models import Credit, Settlement
from app.services import facts, journal
from tests.services import pool_story as story

_NOTHING = (
    *ledger.move(ledger.bank("main"), ledger.suspense, 1),
    *ledger.move(ledger.suspense, ledger.bank("main"), 1),
)
"""Postings that leave everything where it was."""


def booked_elsewhere() -> None:
    """A credit that says it entered the carry, and its entry moved nothing there."""
    at, two = story.september(22), [story.treasurer(label).id for label in ("one", "two")]
    with transaction():
        row = db.session.scalars(db.select(Settlement)).one()
        entry = journal.book("planted", "planted:credit", _NOTHING, by=None, at=at)
        db.session.add(
            Credit(
                pool_id=row.pool_id, seq=row.seq, members=row.members, over_fen=1, cause="rules", reason="planted",
                state="confirmed", proposed_by=two[0], proposed_at=at, decided_by=two[1], decided_at=at,
                entry_id=entry.id, named=0, carried_fen=row.members, from_reserve_fen=0, into_seq=2,
            )
        )  # fmt: skip
        story.pool().credits_fen += row.members
        facts.state("correction", story.FIRST, at=at)


def confirmed() -> None:
    """A sound credit for everybody who was charged."""
    story.corrected(1)
