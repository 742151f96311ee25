"""Named questions about the money that must come back empty. Each is asked of sources that did not produce each other.

The ledger, the counters, the rows of members, the stored settlements and the public facts are accounts of the same
money. Where two of them disagree, the question names the row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from app.db import db, engine_name, transaction
from app.models import CheckRun
from app.services import check_runs
from app.services.check_runs import AUDIT, Asked, Question
from app.services.selfcheck import (
    bank_lines,
    banks,
    closings,
    counting,
    desk,
    facts,
    fees,
    figures,
    funds,
    logs,
    money,
    news,
    parts,
    periods,
    settlements,
)
from app.services.selfcheck import credits as credits_
from app.services.selfcheck.books import Books, open_books

__all__ = ["AUDIT", "QUESTIONS", "Question", "audit", "check", "check_at_one_moment"]

_OF_BOOKS: dict[str, Callable[[Books], Iterable[str]]] = {
    "thresholds-minus-index-is-the-ledger": funds.thresholds,
    "pending-deposits-are-the-ledger": funds.pending,
    "counters-are-the-rows": funds.counted,
    "balances-are-the-postings": funds.balances,
    "unclaimed-is-what-ended-left": funds.unclaimed,
    "surplus-is-the-ledger": settlements.surplus,
    "surplus-is-carried": settlements.surplus_carried,
    "index-is-carried": settlements.index_carried,
    "settlements-have-no-gap": settlements.gaps,
    "suspense-is-its-payments": money.suspense,
    "claims-payable-is-what-is-due": money.claims_payable,
    "fee-is-what-settlements-say": fees.settled,
    "reserve-is-not-overdrawn": money.reserve,
    "closed-plans-hold-nothing": closings.nothing_stays,
}
_OF_ROWS: dict[str, Callable[[], Iterable[str]]] = {
    "settlements-recomputed": settlements.recomputed,
    "settlements-are-booked": settlements.booked,
    "deposits-are-what-was-paid": funds.deposits,
    "deposits-are-booked": funds.deposits_booked,
    "payments-are-booked": money.payments,
    "payments-have-their-word": news.witnessed,
    "news-do-not-wait-for-ever": news.not_waiting_too_long,
    "entries-have-postings": money.entries,
    "awards-are-disclosed": periods.disclosed,
    "parts-stay-within-what-was-approved": parts.within,
    "awards-are-paid": money.payouts_of_awards,
    "payouts-have-awards": money.payouts_have_awards,
    "paid-is-booked": money.paid_out,
    "credits-are-booked": credits_.booked,
    "credits-reach-everybody": credits_.reached,
    "locked-is-charged": periods.locked_is_charged,
    "counted-is-locked": counting.trees,
    "one-lock-a-pool": periods.one_lock,
    "figures-are-recomputed": figures.recomputed,
    "nobody-locked-past-their-time": periods.past_their_time,
    "claims-add-up": periods.claims_add_up,
    "fee-is-taken-by-two": fees.taken,
    "custody-covers-what-is-owed": money.cover,
    "bank-files-are-their-transfers": banks.batches,
    "statements-add-up": banks.statements,
    "statement-lines-are-matched-once": banks.matches,
    "bank-lines-are-booked-once": bank_lines.taken,
    "differences-are-explained": banks.differences,
    "closings-give-operators-nothing": closings.nothing_to_the_operator,
    "claims-wait-with-their-promised-day": desk.promised,
    "claims-are-with-somebody-who-works-here": desk.held,
    "rows-have-their-facts": facts.rows_have_facts,
    "facts-have-their-rows": facts.facts_have_rows,
    "facts-have-their-number": logs.numbered,
    "log-is-what-was-signed": logs.stands,
}

QUESTIONS: Final = (*_OF_BOOKS, *_OF_ROWS)
"""The names of all questions, in the order in which they are asked."""


def ask() -> Asked:
    """Ask every question, and say how long it took."""
    books = open_books()
    return check_runs.ask({name: partial(question, books) for name, question in _OF_BOOKS.items()} | _OF_ROWS)


def check() -> list[Question]:
    """Ask every question. All is well when no question has rows."""
    return list(ask().questions)


def check_at_one_moment() -> Asked:
    """Ask every question of the same state of the database, while others go on writing. Not inside a deed."""
    db.session.rollback()
    if engine_name() == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        return ask()
    finally:
        db.session.rollback()


def audit(trigger: str, *, at: dt.datetime) -> CheckRun:
    """Ask every question of one moment and keep what was found. Not inside a deed."""
    asked = check_at_one_moment()
    with transaction():
        return check_runs.keep(trigger, asked, at=at)
