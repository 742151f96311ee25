"""Each question about the money sees the fault it is there for, planted beneath every guard of the application."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import insert, text

from app.db import db, transaction
from app.models import JournalEntry
from app.services import selfcheck
from tests.services import pool_story as story


def unguarded(table: str, statement: str, engine_name: str) -> None:
    """Run a statement on a table whose triggers are gone, as somebody with the database's own password could."""
    with transaction():
        if engine_name == "sqlite":
            names = db.session.scalars(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name"), {"name": table}
            ).all()
            for name in names:
                db.session.execute(text(f"DROP TRIGGER {name}"))
        else:
            db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        changed = db.session.execute(text(statement))
        assert changed.rowcount >= 1, "the fault was planted"  # type: ignore[attr-defined]


# question → (table, statement)
FAULTS = {
    "thresholds-minus-index-is-the-ledger": (
        "posting", "UPDATE posting SET amount_fen = amount_fen + 1 WHERE credit_account = 'member_funds:young-cancer'"
    ),
    "pending-deposits-are-the-ledger": (
        "posting", "UPDATE posting SET amount_fen = amount_fen - 1 WHERE credit_account = 'pending_funds:young-cancer'"
    ),
    "counters-are-the-rows": ("pool_counter", "UPDATE pool_counter SET members = members + 1 WHERE slot = 3"),
    "surplus-is-the-ledger": ("pool", "UPDATE pool SET surplus_fen = surplus_fen + 1"),
    "settlements-follow-each-other": ("pool", "UPDATE pool SET seq = seq + 1"),
    "settlements-recomputed": ("settlement_award", "UPDATE settlement_award SET shared_fen = shared_fen - 1"),
    "settlements-are-booked": (
        "posting", "UPDATE posting SET amount_fen = amount_fen + 1 WHERE credit_account = 'claims_payable:young-cancer'"
    ),
    "deposits-are-what-was-paid": ("deposit", "UPDATE deposit SET amount_fen = amount_fen + 1 WHERE id = 1"),
    "awards-are-disclosed": ("published_case", "DELETE FROM published_case"),
    "locked-is-charged": ("period", "UPDATE period SET members = members + 1 WHERE number = 1 AND month = 9"),
    "custody-covers-what-is-owed": (
        "posting",
        "UPDATE posting SET debit_account = 'unpaid_shares:young-cancer' WHERE debit_account = 'bank:main' AND id = 1",
    ),
}  # fmt: skip


@pytest.fixture
def living(engine: Flask) -> None:
    """A pool with one settlement that left a surplus, a payment on its way, and somebody who waits."""
    story.open_plan()
    story.enrol(7)
    story.approve_claim(20_00, benefit="low_grade_tumour")
    story.settled()
    story.lock(story.SECOND)
    story.enrol(1, series="B", at=story.september(22))
    story.sound()


def questions() -> dict[str, tuple[str, ...]]:
    return {question.name: question.rows for question in selfcheck.check()}


@pytest.mark.usefixtures("living")
@pytest.mark.parametrize("name", FAULTS)
def test_each_question_sees_its_planted_fault(name: str, engine_name: str) -> None:
    unguarded(*FAULTS[name], engine_name)
    assert questions()[name], f"{name} does not see it"


@pytest.mark.usefixtures("living")
def test_an_entry_without_postings_is_seen() -> None:
    with transaction():
        db.session.execute(
            insert(JournalEntry).values(kind="topup", ref="an empty one", at=story.september(1), by=None)
        )
    assert questions()["entries-have-postings"] == ("an empty one: an entry without postings",)


@pytest.mark.usefixtures("living")
def test_an_open_lock_that_counts_other_heads_is_seen(engine_name: str) -> None:
    unguarded("pool_counter", "UPDATE pool_counter SET members = members - 1 WHERE members > 0", engine_name)
    assert questions()["locked-is-charged"] == (f"{story.SECOND}: 7 locked, 6 counted",)


@pytest.mark.usefixtures("living")
def test_a_gap_in_the_settlements_is_seen(engine_name: str) -> None:
    moved = "UPDATE settlement SET index_before_fen = 1, index_after_fen = index_after_fen + 1"
    unguarded("settlement", moved, engine_name)
    assert len(questions()["settlements-follow-each-other"]) == 2


def test_every_question_has_its_fault_here() -> None:
    asked: dict[str, Callable[..., object]] = selfcheck._QUESTIONS
    assert set(asked) == {*FAULTS, "entries-have-postings"}


@pytest.mark.usefixtures("living")
def test_a_sound_house_has_nothing_to_report() -> None:
    assert set(questions().values()) == {()}
