"""One settlement, looked at again: computed from its inputs, and compared with what was booked for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.db import db
from app.domain import ledger
from app.domain.closing import settle_run_off
from app.domain.shares import Case as CaseValue
from app.domain.shares import Quote, room_fen, settle_period
from app.domain.terms import PoolTerms
from app.models import Period, Pool, PoolTermsRow, PostingRow, Settlement, SettlementAward
from app.services import rulebook
from app.services.days import day_of, midnight


def computed_again(row: Settlement) -> Iterable[str]:
    """One settlement computed again: each term that differs."""
    name = db.session.scalar(select(Period.name).where(Period.id == row.period_id))
    quote, at_new_year, parts = _again(row)
    wanted = (
        quote.approved_fen, quote.shared_payouts_fen, quote.fee_fen, quote.unpaid_fen, quote.need_fen,
        quote.from_reserve_fen, quote.from_operator_fen, quote.share_fen, quote.surplus_after_fen, len(quote.cases),
        quote.room_fen, at_new_year,
    )  # fmt: skip
    stored = (
        row.approved_fen, row.shared_payouts_fen, row.fee_fen, row.unpaid_fen, row.need_fen,
        row.from_reserve_fen, row.from_operator_fen, row.share_fen, row.surplus_after_fen, row.cases,
        row.room_fen, row.index_at_new_year_fen,
    )  # fmt: skip
    if wanted != stored:
        yield f"{name}: computed {wanted}, stored {stored}"
    shares = {case.number: (case.shared_fen, case.from_reserve_fen, case.from_operator_fen) for case in quote.cases}
    if shares != parts:
        yield f"{name}: computed awards {shares}, stored {parts}"


def _again(row: Settlement) -> tuple[Quote, int, dict[int, tuple[int, int, int]]]:
    terms = rulebook.pool_terms(db.session.get_one(PoolTermsRow, row.pool_terms_id))
    results = db.session.scalars(
        select(SettlementAward).where(SettlementAward.pool_id == row.pool_id, SettlementAward.seq == row.seq)
    ).all()
    at_new_year = _index_at_new_year_fen(row.pool_id, day_of(row.at).year)
    if row.members == 0:
        return _run_off_again(row, terms, results), at_new_year, _parts(results)
    quote = settle_period(
        [CaseValue(result.award.number, result.award.amount_fen) for result in results],
        members=row.members,
        terms=terms,
        surplus_in_fen=row.surplus_before_fen,
        room_fen=room_fen(terms, row.index_before_fen, at_new_year, row.settlements_left),
        unpaid_waiting_fen=row.unpaid_waiting_fen,
        reserve_fen=row.reserve_before_fen,
        operator_fen=0,
    )
    return quote, at_new_year, _parts(results)


def _parts(results: Sequence[SettlementAward]) -> dict[int, tuple[int, int, int]]:
    return {one.award.number: (one.shared_fen, one.from_reserve_fen, one.from_operator_fen) for one in results}


def _run_off_again(row: Settlement, terms: PoolTerms, results: Sequence[SettlementAward]) -> Quote:
    """The claims of a run-off, settled out of what was left."""
    return settle_run_off(
        [CaseValue(result.award.number, result.award.amount_fen) for result in results],
        terms=terms,
        surplus_fen=row.surplus_before_fen,
        reserve_fen=row.reserve_before_fen,
        unpaid_fen=row.unpaid_waiting_fen,
    )


def _index_at_new_year_fen(pool_id: int, year: int) -> int:
    """The pool's index at 1 January 00:00 local time of a year."""
    found = db.session.scalar(
        select(Settlement.index_after_fen)
        .where(Settlement.pool_id == pool_id, Settlement.at < midnight(dt.date(year, 1, 1)))
        .order_by(Settlement.seq.desc())
        .limit(1)
    )
    return found or 0


def booked_as_it_says(row: Settlement, pool: Pool) -> Iterable[str]:
    """The entry of one settlement: each account that moved something else than the settlement says."""
    moved: dict[str, int] = {}
    for posting in db.session.scalars(select(PostingRow).where(PostingRow.entry_id == row.entry_id)):
        moved[posting.debit_account] = moved.get(posting.debit_account, 0) - posting.amount_fen
        moved[posting.credit_account] = moved.get(posting.credit_account, 0) + posting.amount_fen
    plan, given_fen = pool.plan.slug, row.from_reserve_fen + row.from_operator_fen
    wanted = {
        ledger.member_funds(pool.name): -row.share_fen * row.members,
        ledger.rounding_carry(pool.name): row.surplus_after_fen - row.surplus_before_fen,
        ledger.unpaid_shares(pool.name): row.unpaid_fen,
        ledger.claims_payable(plan): row.shared_payouts_fen + given_fen,
        ledger.fee_payable(plan): row.fee_fen,
        ledger.reserve(plan): -row.from_reserve_fen,
        ledger.operator_subsidy(plan): -row.from_operator_fen,
    }
    for account in sorted({*wanted, *moved}):
        if moved.get(account, 0) != wanted.get(ledger.Account(account), 0):
            said = wanted.get(ledger.Account(account), 0)
            yield f"{pool.name} settlement {row.seq}: {account} moved {moved.get(account, 0)}, should be {said}"
