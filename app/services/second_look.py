"""One settlement, looked at again: computed from its inputs, and compared with what was booked for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import bindparam, select

from app.db import db
from app.domain import ledger
from app.domain.closing import settle_run_off
from app.domain.shares import Case as CaseValue
from app.domain.shares import Quote, room_fen, settle_period
from app.models import Award, Period, Pool, PoolTermsRow, PostingRow, Settlement, SettlementAward
from app.services import rulebook
from app.services.days import day_of, midnight

_RESULTS = (
    select(
        Award.number, Award.amount_fen, SettlementAward.shared_fen, SettlementAward.from_reserve_fen,
        SettlementAward.from_operator_fen,
    )
    .join(Award, SettlementAward.award_id == Award.id)
    .where(SettlementAward.pool_id == bindparam("pool"), SettlementAward.seq == bindparam("seq"))
)  # fmt: skip
_INDEX_BEFORE = (
    select(Settlement.index_after_fen)
    .where(Settlement.pool_id == bindparam("pool"), Settlement.at < bindparam("new_year"))
    .order_by(Settlement.seq.desc())
    .limit(1)
)
_POSTED = select(PostingRow.debit_account, PostingRow.credit_account, PostingRow.amount_fen).where(
    PostingRow.entry_id == bindparam("entry")
)


def computed_again(row: Settlement) -> Iterable[str]:
    """One settlement computed again: each term that differs."""
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
        name = db.session.scalar(select(Period.name).where(Period.id == row.period_id))
        yield f"{name}: computed {wanted}, stored {stored}"
    shares = {case.number: (case.shared_fen, case.from_reserve_fen, case.from_operator_fen) for case in quote.cases}
    if shares != parts:
        name = db.session.scalar(select(Period.name).where(Period.id == row.period_id))
        yield f"{name}: computed awards {shares}, stored {parts}"


def _again(row: Settlement) -> tuple[Quote, int, dict[int, tuple[int, int, int]]]:
    terms = rulebook.pool_terms(db.session.get_one(PoolTermsRow, row.pool_terms_id))
    results = db.session.execute(_RESULTS, {"pool": row.pool_id, "seq": row.seq}).all()
    cases = [CaseValue(number, asked_fen) for number, asked_fen, *_parts in results]
    parts = {number: (shared, reserve, operator) for number, _asked, shared, reserve, operator in results}
    new_year = midnight(dt.date(day_of(row.at).year, 1, 1))
    at_new_year_fen = db.session.scalar(_INDEX_BEFORE, {"pool": row.pool_id, "new_year": new_year}) or 0
    if row.members == 0:  # the claims of a run-off, settled out of what was left
        quote = settle_run_off(
            cases,
            terms=terms,
            surplus_fen=row.surplus_before_fen,
            reserve_fen=row.reserve_before_fen,
            unpaid_fen=row.unpaid_waiting_fen,
        )
        return quote, at_new_year_fen, parts
    quote = settle_period(
        cases,
        members=row.members,
        terms=terms,
        surplus_in_fen=row.surplus_before_fen,
        room_fen=room_fen(terms, row.index_before_fen, at_new_year_fen, row.settlements_left),
        unpaid_waiting_fen=row.unpaid_waiting_fen,
        reserve_fen=row.reserve_before_fen,
        operator_fen=0,
    )
    return quote, at_new_year_fen, parts


def booked_as_it_says(row: Settlement, pool: Pool) -> Iterable[str]:
    """The entry of one settlement: each account that moved something else than the settlement says."""
    moved: dict[str, int] = {}
    for debit, credit, amount_fen in db.session.execute(_POSTED, {"entry": row.entry_id}):
        moved[debit] = moved.get(debit, 0) - amount_fen
        moved[credit] = moved.get(credit, 0) + amount_fen
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
