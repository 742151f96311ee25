"""Named questions about the money that must come back empty. Each is asked of sources that did not produce each other.

The ledger, the counters, the rows of members and the stored settlements are four accounts of the same money. Where two
of them disagree, the question names the row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db, engine_name
from app.domain import ledger
from app.domain.shares import Case as CaseValue
from app.domain.shares import Quote, room_fen, settle_period
from app.models import (
    Award,
    Case,
    Deposit,
    JournalEntry,
    Membership,
    Period,
    Plan,
    Pool,
    PoolTermsRow,
    PostingRow,
    Settlement,
    SettlementAward,
)
from app.services import journal, payouts, pools, rulebook
from app.services.days import day_of, midnight


@dataclass(frozen=True, slots=True)
class Question:
    """One question, what it asks in words, and the rows that should not be there."""

    name: str
    rows: tuple[str, ...]


def check() -> list[Question]:
    """Ask every question. All is well when no question has rows."""
    return [Question(name, tuple(ask())) for name, ask in _QUESTIONS.items()]


def check_at_one_moment() -> list[Question]:
    """Ask every question of the same state of the database, while others go on writing. Not inside a deed."""
    db.session.rollback()
    if engine_name() == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        return check()
    finally:
        db.session.rollback()


def _all_pools() -> list[Pool]:
    return list(db.session.scalars(select(Pool).order_by(Pool.id)))


def _conservation() -> Iterable[str]:
    for pool in _all_pools():
        counted = pools.counted(pool.id)
        derived = counted.thresholds_fen - counted.members * pool.index_fen
        booked = journal.held_fen(ledger.member_funds(pool.name))
        if derived != booked:
            yield f"{pool.name}: thresholds − members × index = {derived}, the ledger says {booked}"


def _pending() -> Iterable[str]:
    for pool in _all_pools():
        rows = db.session.scalar(
            select(func.coalesce(func.sum(Membership.paid_net_fen), 0)).where(
                Membership.pool_id == pool.id, Membership.state == "pending"
            )
        )
        booked = journal.held_fen(ledger.pending_funds(pool.name))
        if int(rows or 0) != booked:
            yield f"{pool.name}: pending members paid {rows}, the ledger says {booked}"


def _counters() -> Iterable[str]:
    for pool in _all_pools():
        members, thresholds = db.session.execute(
            select(func.count(Membership.id), func.coalesce(func.sum(Membership.threshold_fen), 0)).where(
                Membership.pool_id == pool.id, Membership.state == "sharing"
            )
        ).one()
        counted = pools.counted(pool.id)
        if (int(members), int(thresholds or 0)) != (counted.members, counted.thresholds_fen):
            said = f"counted {counted.members} with {counted.thresholds_fen}"
            yield f"{pool.name}: {members} rows with {thresholds}, {said}"


def _surplus() -> Iterable[str]:
    for pool in _all_pools():
        booked = journal.held_fen(ledger.rounding_carry(pool.name))
        if pool.surplus_fen != booked:
            yield f"{pool.name}: surplus {pool.surplus_fen}, the ledger says {booked}"


def _chain() -> Iterable[str]:
    """Each settlement follows the one before it: no gap, the same surplus, the same index."""
    for pool in _all_pools():
        seq, index_fen, surplus_fen = 0, 0, 0
        for row in db.session.scalars(select(Settlement).where(Settlement.pool_id == pool.id).order_by(Settlement.seq)):
            if row.seq != seq + 1:
                yield f"{pool.name}: settlement {row.seq} follows {seq}"
            if (row.index_before_fen, row.surplus_before_fen) != (index_fen, surplus_fen + row.credits_fen):
                yield f"{pool.name}: settlement {row.seq} does not begin where the one before ended"
            seq, index_fen, surplus_fen = row.seq, row.index_after_fen, row.surplus_after_fen
        if (seq, index_fen, surplus_fen) != (pool.seq, pool.index_fen, pool.surplus_fen):
            yield f"{pool.name}: the pool stands at {pool.seq}, its last settlement at {seq}"


def _recomputed() -> Iterable[str]:
    """Every settlement computed again from its inputs, with the terms it was locked under."""
    for row in db.session.scalars(select(Settlement).order_by(Settlement.pool_id, Settlement.seq)):
        name = db.session.get_one(Period, row.period_id).name
        quote, parts = _again(row)
        wanted = (
            quote.approved_fen, quote.shared_payouts_fen, quote.fee_fen, quote.unpaid_fen, quote.need_fen,
            quote.from_reserve_fen, quote.from_operator_fen, quote.share_fen, quote.surplus_after_fen, len(quote.cases),
        )  # fmt: skip
        stored = (
            row.approved_fen, row.shared_payouts_fen, row.fee_fen, row.unpaid_fen, row.need_fen,
            row.from_reserve_fen, row.from_operator_fen, row.share_fen, row.surplus_after_fen, row.cases,
        )  # fmt: skip
        if wanted != stored:
            yield f"{name}: computed {wanted}, stored {stored}"
        shares = {case.number: (case.shared_fen, case.from_reserve_fen, case.from_operator_fen) for case in quote.cases}
        if shares != parts:
            yield f"{name}: computed awards {shares}, stored {parts}"


def _again(row: Settlement) -> tuple[Quote, dict[int, tuple[int, int, int]]]:
    pool = db.session.get_one(Pool, row.pool_id)
    terms = rulebook.pool_terms(db.session.get_one(PoolTermsRow, row.pool_terms_id))
    results = db.session.scalars(
        select(SettlementAward).where(SettlementAward.pool_id == row.pool_id, SettlementAward.seq == row.seq)
    ).all()
    at_new_year = _index_at_new_year_fen(pool, day_of(row.at).year)
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
    return quote, {
        result.award.number: (result.shared_fen, result.from_reserve_fen, result.from_operator_fen)
        for result in results
    }


def _index_at_new_year_fen(pool: Pool, year: int) -> int:
    """The pool's index at 1 January 00:00 local time of a year."""
    found = db.session.scalar(
        select(Settlement.index_after_fen)
        .where(Settlement.pool_id == pool.id, Settlement.at < midnight(dt.date(year, 1, 1)))
        .order_by(Settlement.seq.desc())
        .limit(1)
    )
    return found or 0


def _booked() -> Iterable[str]:
    """The journal entry of each settlement moves what the settlement says."""
    for row in db.session.scalars(select(Settlement).where(Settlement.entry_id.is_not(None))):
        pool = db.session.get_one(Pool, row.pool_id)
        moved: dict[str, int] = {}
        for posting in db.session.scalars(select(PostingRow).where(PostingRow.entry_id == row.entry_id)):
            moved[posting.debit_account] = moved.get(posting.debit_account, 0) - posting.amount_fen
            moved[posting.credit_account] = moved.get(posting.credit_account, 0) + posting.amount_fen
        wanted = {
            ledger.member_funds(pool.name): -row.share_fen * row.members,
            ledger.rounding_carry(pool.name): row.surplus_after_fen - row.surplus_before_fen,
            ledger.claims_payable(pool.plan.slug): row.shared_payouts_fen
            + row.from_reserve_fen
            + row.from_operator_fen,
            ledger.fee_payable(pool.plan.slug): row.fee_fen,
        }
        for account, amount in wanted.items():
            if moved.get(account, 0) != amount:
                yield f"{pool.name} settlement {row.seq}: {account} moved {moved.get(account, 0)}, should be {amount}"


def _deposits() -> Iterable[str]:
    """What a membership has paid is the sum of its deposits."""
    rows = db.session.execute(
        select(Membership.ref, Membership.paid_net_fen, func.coalesce(func.sum(Deposit.amount_fen), 0))
        .outerjoin(Deposit, Deposit.membership_id == Membership.id)
        .group_by(Membership.id, Membership.ref, Membership.paid_net_fen)
        .having(Membership.paid_net_fen != func.coalesce(func.sum(Deposit.amount_fen), 0))
        .limit(20)
    ).all()
    for ref, paid, summed in rows:
        yield f"membership {ref}: paid {paid}, deposits {summed}"


def _entries() -> Iterable[str]:
    empty = db.session.scalars(
        select(JournalEntry.ref)
        .outerjoin(PostingRow, PostingRow.entry_id == JournalEntry.id)
        .where(PostingRow.id.is_(None))
    )
    yield from (f"{ref}: an entry without postings" for ref in empty)


def _awards() -> Iterable[str]:
    hidden = db.session.scalars(select(Award.id).outerjoin(Case, Case.award_id == Award.id).where(Case.id.is_(None)))
    yield from (f"award {number} was never disclosed" for number in hidden)


def _locked() -> Iterable[str]:
    """Who was locked is who was charged; the open lock still counts the same heads."""
    for period in db.session.scalars(select(Period).where(Period.state.in_(("locked", "approved")))):
        counted = pools.counted(period.pool_id).members
        if counted != period.members:
            yield f"{period.name}: {period.members} locked, {counted} counted"
    for name, locked, charged in db.session.execute(
        select(Period.name, Period.members, Settlement.members)
        .join(Settlement, Settlement.period_id == Period.id)
        .where(Period.members != Settlement.members)
    ):
        yield f"{name}: {locked} locked, {charged} charged"


def _cover() -> Iterable[str]:
    for custody in db.session.scalars(select(Plan.custody_account).distinct()):
        left_fen = payouts.cover(custody).left_fen
        if left_fen < 0:
            yield f"{custody}: {-left_fen} of what is owed is not in custody"


_QUESTIONS: dict[str, Callable[[], Iterable[str]]] = {
    "thresholds-minus-index-is-the-ledger": _conservation,
    "pending-deposits-are-the-ledger": _pending,
    "counters-are-the-rows": _counters,
    "surplus-is-the-ledger": _surplus,
    "settlements-follow-each-other": _chain,
    "settlements-recomputed": _recomputed,
    "settlements-are-booked": _booked,
    "deposits-are-what-was-paid": _deposits,
    "entries-have-postings": _entries,
    "awards-are-disclosed": _awards,
    "locked-is-charged": _locked,
    "custody-covers-what-is-owed": _cover,
}
"""Name → question, in the order in which they are asked."""
