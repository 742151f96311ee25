"""A settlement costs the same whatever the size of the pool: no row of a member is touched, none is added."""

from __future__ import annotations

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import NotSupportedError

from app.db import db, transaction
from app.services import pools, settling
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")

MOST_STATEMENTS = 34
"""With one case; docs/performance.md says what they cost."""


def rows_of_all_tables() -> dict[str, int]:
    return {
        name: db.session.scalar(db.select(db.func.count()).select_from(table)) or 0
        for name, table in db.metadata.tables.items()
    }


def cost_of_settling(slug: str, count: int) -> tuple[int, dict[str, int]]:
    """How many statements a settlement of so many members takes, and how many rows it adds to each table."""
    name = f"{slug}-2026-09-1"
    story.open_plan(slug)
    story.enrol(count, slug=slug, series=slug[:1].upper())
    story.approve_claim(20_00, slug=slug)
    story.lock(name)
    story.approve(name)
    before = rows_of_all_tables()
    balances = [row.paid_net_fen for row in story.members(slug)]
    statements: list[str] = []

    def listen(*call: object) -> None:
        statements.append(str(call[2]))

    event.listen(db.engine, "before_cursor_execute", listen)
    with transaction():
        settling.settle(story.period(name), by=None, at=story.september(14))
    event.remove(db.engine, "before_cursor_execute", listen)
    assert [row.paid_net_fen for row in story.members(slug)] == balances
    after = rows_of_all_tables()
    return len(statements), {table: after[table] - before[table] for table in after}


def test_what_a_settlement_costs_does_not_depend_on_how_many_share() -> None:
    statements, added = cost_of_settling("young-cancer", 10)
    assert added["membership"] == added["deposit"] == added["pool_counter"] == 0
    assert (added["settlement"], added["settlement_award"], added["journal_entry"], added["payout"]) == (1, 1, 1, 1)
    assert cost_of_settling("senior-cancer", 1_000) == (statements, added), "the same for ten and for a thousand"
    assert statements <= MOST_STATEMENTS


def test_what_is_asked_often_stays_prepared_though_every_reader_lets_go(engine_name: str) -> None:
    story.open_plan()
    pool_id = story.pool().id
    for _turn in range(8):
        assert pools.counted(pool_id).members == 0
        db.session.rollback()
    if engine_name == "postgresql":
        kept = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM pool_counter%'")
        assert db.session.scalar(kept) == 1


def test_a_table_that_changes_its_shape_spoils_a_connection_once_and_not_for_ever(engine_name: str) -> None:
    every = text("SELECT * FROM shape")
    with db.engine.connect() as reader, db.engine.connect() as builder:
        builder.execute(text("CREATE TABLE shape (one integer)"))
        builder.commit()
        for _turn in range(8):
            reader.execute(every)
            reader.rollback()
        builder.execute(text("ALTER TABLE shape ADD COLUMN two integer"))
        builder.commit()
        if engine_name == "postgresql":
            with pytest.raises(NotSupportedError):
                reader.execute(every)
            reader.rollback()
        assert list(reader.execute(every).keys()) == ["one", "two"]
        reader.rollback()
        builder.execute(text("DROP TABLE shape"))
        builder.commit()
