"""What the database refuses by itself, whoever asks: edits of what is written, and settlements that do not add up."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from app.db import db, transaction
from app.models import Period, Settlement
from tests.services import pool_story as story

EDITS = {
    "a posting is edited": "UPDATE posting SET amount_fen = amount_fen + 1",
    "a posting is deleted": "DELETE FROM posting",
    "an entry is edited": "UPDATE journal_entry SET kind = 'other'",
    "a deposit is edited": "UPDATE deposit SET amount_fen = amount_fen + 1",
    "a settlement is edited": "UPDATE settlement SET share_fen = share_fen",
    "a result is edited": "UPDATE settlement_award SET shared_fen = 0",
    "a fact is edited": "UPDATE fact SET body = '{}'",
    "an audit row is deleted": "DELETE FROM audit",
    "a decision is edited": "UPDATE decision SET amount_fen = amount_fen + 1",
    "an index falls": "UPDATE pool SET index_fen = index_fen - 1",
    "a settlement is uncounted": "UPDATE pool SET seq = seq - 1",
    "a locked head-count changes": "UPDATE period SET members = members + 1 WHERE locked_at IS NOT NULL",
    "a lock is dated back": "UPDATE period SET locked_at = settled_at WHERE locked_at IS NOT NULL",
    "a surplus goes below nothing": "UPDATE pool SET surplus_fen = -1",
    "a settled case is paid more": "UPDATE payout SET amount_fen = amount_fen + 1",
    "a settled case is paid out twice": (
        "INSERT INTO payout (ref, award_id, amount_fen, state, due_at, attempt, salt) "
        "SELECT 'ABCDEFGHJKMN', award_id, 1, 'due', due_at, 1, salt FROM payout"
    ),
    "a membership ends at no settlement": "UPDATE membership SET state = 'left' WHERE state = 'sharing'",
    "an end has no reason": "UPDATE membership SET ends_after_seq = 1 WHERE state = 'sharing'",
    "a settled period was never approved": "UPDATE period SET approved_digest = NULL WHERE settled_at IS NOT NULL",
    "a period settles twice": "UPDATE period SET state = 'locked' WHERE settled_at IS NOT NULL",
}


@pytest.fixture
def settled(engine: Flask) -> Settlement:
    """A pool with one settlement behind it."""
    story.open_plan()
    story.enrol(7)
    story.approve_claim(20_00)
    story.settled()
    return db.session.scalars(db.select(Settlement)).one()


def accepts(statement: str) -> bool:
    try:
        with transaction():
            db.session.execute(text(statement))
    except IntegrityError:
        return False
    return True


def test_nothing_that_is_written_can_be_edited(settled: Settlement) -> None:
    assert settled.seq == 1
    assert [what for what, statement in EDITS.items() if accepts(statement)] == []
    story.sound()


@pytest.mark.usefixtures("settled")
def test_an_over_paid_claim_cannot_be_written() -> None:
    """Above its award by a fen it is refused; exactly its award is taken."""
    due = db.session.execute(text("SELECT award_id, amount_fen, due_at, salt FROM payout")).one()._asdict()

    def pay(more_fen: int) -> None:
        with transaction():
            db.session.execute(text("DELETE FROM payout"))
            values = {**due, "amount_fen": due["amount_fen"] + more_fen}
            db.session.execute(
                text(
                    "INSERT INTO payout (ref, award_id, amount_fen, state, due_at, attempt, salt) "
                    "VALUES ('ABCDEFGHJKMN', :award_id, :amount_fen, 'due', :due_at, 1, :salt)"
                ),
                values,
            )

    with pytest.raises(IntegrityError, match="never paid more than its settlement awards"):
        pay(1)
    pay(0)
    story.sound()


def columns(row: Settlement, **other: Any) -> dict[str, Any]:
    """The settlement that would come next, adding up, with some columns spoiled."""
    second = story.period(story.SECOND)
    same = {column.name: getattr(row, column.name) for column in Settlement.__table__.columns}
    fresh = {
        "seq": 2, "period_id": second.id, "entry_id": None, "cases": 0, "approved_fen": 0, "shared_payouts_fen": 0,
        "need_fen": 0, "share_fen": 0, "index_before_fen": row.index_after_fen, "index_after_fen": row.index_after_fen,
        "surplus_before_fen": row.surplus_after_fen, "surplus_after_fen": row.surplus_after_fen,
    }  # fmt: skip
    return {**same, **fresh, **other}


def write(values: dict[str, Any]) -> None:
    with transaction():
        db.session.execute(insert(Settlement).values(**values))


SPOILED: dict[str, dict[str, Any]] = {
    "the need is not its terms": {"need_fen": 1},
    "something is lost": {"surplus_after_fen": 0},
    "something is made": {"share_fen": 1, "index_after_fen": 2_87},
    "the index does not move by the share": {"index_after_fen": 2_87},
    "more than approved is paid": {"shared_payouts_fen": 1, "need_fen": 1, "surplus_after_fen": 1, "entry_id": 1},
    "money moves without an entry": {
        "approved_fen": 1, "shared_payouts_fen": 1, "need_fen": 1, "surplus_after_fen": 1,
    },
    "nobody shares": {"members": 0},
    "a share is negative": {"share_fen": -1, "index_after_fen": 2_85, "surplus_before_fen": 9},
    "the same period settles twice": {"period_id": None},
    "the same number is given twice": {"seq": 1},
}  # fmt: skip


@pytest.mark.parametrize("fault", SPOILED)
def test_a_settlement_that_does_not_add_up_cannot_be_written(settled: Settlement, fault: str) -> None:
    other = dict(SPOILED[fault])
    if other.get("period_id", 0) is None:
        other["period_id"] = settled.period_id
    with pytest.raises(IntegrityError):
        write(columns(settled, **other))


def test_the_settlement_that_is_spoiled_above_could_otherwise_be_written(settled: Settlement) -> None:
    write(columns(settled))
    assert db.session.scalar(db.select(db.func.count()).select_from(Settlement)) == 2


def test_a_pool_has_at_most_one_open_lock(settled: Settlement) -> None:
    story.lock(story.SECOND)
    third = story.period("young-cancer-2026-10-1")
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(
            db.update(Period)
            .where(Period.id == third.id)
            .values(state="locked", members=7, seq=3, locked_at=settled.at, pool_terms_id=settled.pool_terms_id)
        )
