"""Faults, planted beneath every guard of the application: one for each question about the money, by its name.

A wrong entry is booked, or rows are changed as somebody with the database's own password could change them: without
triggers, foreign keys and unique indexes. Each plant is made so that only its own question has to see it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from sqlalchemy import text

from app.db import db, transaction
from app.domain import ledger
from app.domain.ledger import Account
from app.models import (
    Closing,
    Delivery,
    JournalEntry,
    Payout,
    PostingRow,
)
from app.services import facts, journal, leaving
from tests.services import planted_banks, planted_credits, planted_figures
from tests.services import pool_story as story

YOUNG, SENIOR = "young-cancer", "senior-cancer"


def living() -> None:
    """Two pools. One has a settlement with a surplus and a paid payout, and an open lock; one waits, one has left."""
    story.open_plan()
    story.open_plan(SENIOR)
    story.enrol(7)
    story.enrol(3, slug=SENIOR, series="S")
    story.top_up(story.members()[0], 50_00, at=story.september(1))
    story.approve_claim(20_00, benefit="low_grade_tumour")
    story.settled()
    story.release()
    story.sweep(at=story.september(15))
    story.lock(story.SECOND)
    story.enrol(2, series="B", at=story.september(22))
    with transaction():
        gone = story.members(state="pending")[0]
        leaving.leave(gone, by=gone.account_id, at=story.september(22))
    story.sound()


def book(debit: Account, credit: Account, amount_fen: int = 1, *, kind: str = "planted") -> None:
    """Book what nobody did."""
    with transaction():
        ref = f"planted:{debit}:{credit}"
        journal.book(kind, ref, ledger.move(debit, credit, amount_fen), by=None, at=story.september(22))


WRITERS = ("posting_moves_balances", "fact_waits")
"""Triggers that write rather than watch."""


def unguarded(*statements: str) -> None:
    """Run statements where no trigger and no foreign key watches."""
    db.session.remove()
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        if db.engine.dialect.name == "sqlite":
            cursor.execute("PRAGMA foreign_keys = OFF")
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for (name,) in cursor.execute(triggers).fetchall():
                if name not in WRITERS:
                    cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
            assert statement.startswith("DROP") or cursor.rowcount >= 1, f"planted nothing: {statement}"
        connection.commit()
    finally:
        connection.detach()  # type: ignore[attr-defined]
        connection.close()


_NOTHING_LOGGED = (
    "INSERT INTO fact_waiting SELECT fact_id FROM log_entry", "DELETE FROM checkpoint", "DELETE FROM log_tile",
    "DELETE FROM log_entry",
)  # fmt: skip
"""As if the log had not begun: whoever changes a fact that is logged is found by that as well."""


def _sql(*statements: str) -> Callable[[], None]:
    return lambda: unguarded(*statements)


def _books(debit: Account, credit: Account, amount_fen: int = 1) -> Callable[[], None]:
    return lambda: book(debit, credit, amount_fen)


def _of(slug: str) -> str:
    return f"(SELECT id FROM pool WHERE name = '{slug}')"


def _award_gets_more_than_settled() -> None:
    unguarded("UPDATE payout SET amount_fen = amount_fen + 1")
    book(ledger.bank("main"), ledger.operator_subsidy(YOUNG))
    with transaction():
        payout = db.session.scalars(db.select(Payout)).one()
        more = {"debit_account": ledger.operator_subsidy(YOUNG), "credit_account": ledger.bank("main")}
        db.session.add(PostingRow(entry_id=payout.entry_id, amount_fen=1, **more))


def _enters_while_locked() -> None:
    pool = story.pool()
    index_fen, paid_fen, pool_id = pool.index_fen, story.members(state="pending")[0].paid_net_fen, pool.id
    unguarded(
        f"UPDATE membership SET state = 'sharing', join_seq = 2, join_index_fen = {index_fen} WHERE state = 'pending'",
        f"UPDATE pool_counter SET members = members + 1, thresholds_fen = thresholds_fen + {index_fen + paid_fen} "
        f"WHERE pool_id = {pool_id} AND slot = 0",
    )
    book(ledger.pending_funds(YOUNG), ledger.member_funds(YOUNG), paid_fen)


def _empty_entry() -> None:
    with transaction():
        db.session.add(JournalEntry(kind="topup", ref="an empty one", at=story.september(1)))


def _fact_that_waits_no_more() -> None:
    """It was stated, and somebody saw to it that it is never numbered."""
    with transaction():
        facts.state("calendar", story.SECOND, at=story.september(22), plan=YOUNG)
    unguarded("DELETE FROM fact_waiting")


def _fact_of_nothing() -> None:
    with transaction():
        facts.state("disclosure", "ABCDEFGHJKMN", at=story.september(1), amount_fen=1)


def _deposit_of_another_entry() -> None:
    other = db.session.scalars(text("SELECT entry_id FROM settlement")).one()
    unguarded(f"UPDATE deposit SET entry_id = {other} WHERE id = 1")


def _news_that_wait() -> None:
    with transaction():
        told = {
            "told_id": "evt-1",
            "type": "payout.returned",
            "reference": "0" * 12,
            "amount_fen": 1,
            "reason": "other",
        }
        when, waits = story.september(1), {"digest": b"planted", "outcome": "waiting", "why": "too_early"}
        db.session.add(Delivery(**told, **waits, told_at=when, received_at=when))


def _closes(stage: str, **values: object) -> None:
    """The second pool's plan is closing, by a row alone."""
    when = story.september(22)
    with transaction():
        db.session.add(
            Closing(
                plan_id=story.plan(SENIOR).id, stage=stage, closing_day=dt.date(2026, 9, 1), reason="planted",
                proposed_by=story.treasurer("treasurer-1").id, proposed_at=when,
                announced_by=story.treasurer("treasurer-2").id, announced_at=when, **values,
            )
        )  # fmt: skip
        facts.state("closing-announced", SENIOR, at=when)


def _closed_with_members_in_it() -> None:
    when = story.september(22)
    _closes("closed", run_off_at=when, closed_at=when, held={}, held_entry_id=0)


def _surplus_for_the_operator() -> None:
    _closes("announced")
    book(ledger.unclaimed_balances(SENIOR), ledger.operator_subsidy(SENIOR))
    book(ledger.operator_subsidy(SENIOR), ledger.unclaimed_balances(SENIOR))


def _credit_to_somebody_else() -> None:
    planted_credits.confirmed()
    unguarded("UPDATE membership SET join_seq = 1 WHERE id = 1")


PLANTS: dict[str, Callable[[], None]] = {
    "closed-plans-hold-nothing": _closed_with_members_in_it,
    "closings-give-operators-nothing": _surplus_for_the_operator,
    "bank-files-are-their-transfers": planted_banks.batch_without_transfers,
    "statements-add-up": planted_banks.statement_that_does_not_add_up,
    "statement-lines-are-matched-once": planted_banks.line_of_another_amount,
    "differences-are-explained": planted_banks.difference_nobody_explains,
    "bank-lines-are-booked-once": _sql(
        "INSERT INTO bank_line (custody_account, reference, way, occurrence, desk, of_ref, at) "
        "SELECT 'main', 'B-9', 'in', 1, 'transfer', 'ABCDEFGHJKMN', due_at FROM payout"
    ),
    "thresholds-minus-index-is-the-ledger": _sql(
        "UPDATE membership SET join_index_fen = join_index_fen + 1 WHERE id = 1",
        f"UPDATE pool_counter SET thresholds_fen = thresholds_fen + 1 WHERE slot = 3 AND pool_id = {_of(YOUNG)}",
    ),
    "pending-deposits-are-the-ledger": _books(ledger.pending_funds(YOUNG), ledger.bank("main")),
    "counters-are-the-rows": _sql(
        f"UPDATE pool_counter SET members = members + 1 WHERE slot = 3 AND pool_id = {_of(SENIOR)}"
    ),
    "balances-are-the-postings": _sql(
        f"UPDATE account_balance SET net_fen = net_fen + 1 WHERE account = '{ledger.claims_payable(YOUNG)}'"
    ),
    "unclaimed-is-what-ended-left": _books(ledger.unclaimed_balances(YOUNG), ledger.bank("main")),
    "surplus-is-the-ledger": _books(ledger.rounding_carry(YOUNG), ledger.bank("main")),
    "surplus-is-carried": _sql(
        "UPDATE settlement SET credits_fen = credits_fen + 1",
        """UPDATE fact SET body = replace(body, '"credits_fen":0', '"credits_fen":1') WHERE type = 'settlement'""",
        *_NOTHING_LOGGED,
    ),
    "index-is-carried": _sql(
        f"UPDATE pool SET index_fen = index_fen + 1 WHERE name = '{SENIOR}'",
        f"UPDATE membership SET join_index_fen = join_index_fen + 1 WHERE pool_id = {_of(SENIOR)}",
        f"UPDATE pool_counter SET thresholds_fen = thresholds_fen + 3 WHERE slot = 3 AND pool_id = {_of(SENIOR)}",
    ),
    "settlements-have-no-gap": _sql(f"UPDATE pool SET seq = seq + 1 WHERE name = '{SENIOR}'"),
    "suspense-is-its-payments": _books(ledger.suspense, ledger.bank("main")),
    "claims-payable-is-what-is-due": _books(ledger.claims_payable(YOUNG), ledger.operator_subsidy(YOUNG)),
    "fee-is-what-settlements-say": _books(ledger.operator_subsidy(YOUNG), ledger.fee_payable(YOUNG)),
    "fee-is-taken-by-two": lambda: book(ledger.bank("main"), ledger.operator_subsidy(YOUNG), kind="fee-taken"),
    "reserve-is-not-overdrawn": _books(ledger.reserve(YOUNG), ledger.operator_subsidy(YOUNG)),
    "settlements-recomputed": _sql("UPDATE award SET amount_fen = amount_fen + 1"),
    "settlements-are-booked": _sql("UPDATE settlement SET entry_id = (SELECT entry_id FROM payout)"),
    "deposits-are-what-was-paid": _sql(
        "UPDATE deposit SET amount_fen = amount_fen + 1 WHERE id = 1",
        "UPDATE deposit SET amount_fen = amount_fen - 1 WHERE id = 2",
    ),
    "deposits-are-booked": _deposit_of_another_entry,
    "payments-are-booked": _sql("UPDATE payment SET amount_fen = amount_fen + 1"),
    "payments-have-their-word": _sql("UPDATE payment SET adapter = 'manual' WHERE id = 1"),
    "news-do-not-wait-for-ever": _news_that_wait,
    "entries-have-postings": _empty_entry,
    "parts-stay-within-what-was-approved": _sql("UPDATE decision SET amount_fen = amount_fen - 1"),
    "awards-are-disclosed": _sql(
        "INSERT INTO award (claim_id, period_id, number, amount_fen) "
        f"SELECT min(claim_id), (SELECT id FROM period WHERE name = '{story.SECOND}'), 9, 1 FROM award"
    ),
    "awards-are-paid": _award_gets_more_than_settled,
    "payouts-have-awards": _sql(
        "INSERT INTO payout (ref, award_id, amount_fen, state, due_at, attempt, salt) "
        "SELECT 'ABCDEFGHJKMN', 999, 1, 'due', due_at, 1, salt FROM payout"
    ),
    "paid-is-booked": _sql("UPDATE payout SET entry_id = (SELECT min(id) FROM journal_entry)"),
    "credits-are-booked": planted_credits.booked_elsewhere,
    "credits-reach-everybody": _credit_to_somebody_else,
    "locked-is-charged": _enters_while_locked,
    "counted-is-locked": _sql("UPDATE membership SET ref = 'ABCDEFGHJKMN' WHERE id = 2"),
    "claims-add-up": _sql(
        """UPDATE period SET received = '{"received": 3, "approved": 1, "refused": 1, "withdrawn": 0, "open": 0}'"""
        " WHERE received IS NOT NULL"
    ),
    "figures-are-recomputed": planted_figures.another_sum,
    "one-lock-a-pool": _sql(
        "DROP INDEX ix_period_one_open_lock",
        f"UPDATE period SET state = 'locked', settled_at = NULL, paid_at = NULL WHERE name = '{story.FIRST}'",
    ),
    "nobody-locked-past-their-time": _sql(
        "UPDATE membership SET joined_at = (SELECT min(joined_at) FROM membership) WHERE state = 'pending'"
    ),
    "custody-covers-what-is-owed": _books(ledger.operator_subsidy(YOUNG), ledger.bank("main"), 500_00),
    "claims-wait-with-their-promised-day": _sql(
        "UPDATE claim SET due_on = (SELECT min(published_on) FROM published_case), due_why = 'decision'"
    ),
    "claims-are-with-somebody-who-works-here": _sql("UPDATE claim SET assigned_to = account_id"),
    "rows-have-their-facts": _sql("UPDATE fact SET type = 'calendar' WHERE type = 'disclosure'"),
    "facts-have-their-rows": _fact_of_nothing,
    "facts-have-their-number": _fact_that_waits_no_more,
    "log-is-what-was-signed": _sql(
        "UPDATE fact SET body = body || ' ' WHERE id = (SELECT max(fact_id) FROM log_entry)"
    ),
}
"""Question → what plants its fault."""


def named(questions: Sequence[tuple[str, int]]) -> set[str]:
    """The questions that found something."""
    return {name for name, found in questions if found}
