"""A period settles: the whole arithmetic as a preview, checked and approved by two treasurers, and one small write.

What the settlement costs does not depend on how many members share: one row, one journal entry, and the index moves.
"""

from __future__ import annotations

import datetime as dt
import time

from sqlalchemy import func, select

from app.db import db
from app.domain import ledger, period_states
from app.domain.shares import Quote
from app.domain.terms import PoolTerms
from app.models import Award, Payout, Period, Pool, Settlement
from app.services import (
    approvals,
    audit,
    awards,
    boundary,
    deferrals,
    facts,
    forecasts,
    journal,
    notices,
    pools,
    run_log,
    visibility,
)
from app.services.boundary import HeadCountDiffers
from app.services.days import day_of
from app.services.forecasts import Preview

__all__ = [
    "HeadCountDiffers", "NotInTheLog", "NotYet", "PreviewVoid", "approve", "check", "complete_if_paid",
    "defer_unanswered", "preview", "reopen", "settle", "void_approval",
]  # fmt: skip


class PreviewVoid(Exception):
    """What would be settled is not what was approved (any more); a treasurer has to look again."""


class NotInTheLog(Exception):
    """The lock of the period does not stand in the public log yet: nobody but the treasury has seen it."""


class NotYet(Exception):
    """The settle day has not come; `day` says when it does."""

    def __init__(self, day: dt.date) -> None:
        super().__init__(f"settles on {day}")
        self.day = day


def preview(period: Period, *, at: dt.datetime) -> Preview:
    """The whole arithmetic of a locked period, as of its settle day (or today, when that has passed).

    What a treasurer approves and what the public is shown come from the same place. LookupError when it is not locked.
    """
    found = forecasts.previews([period], at=at).get(period.id)
    if found is None:
        raise LookupError(f"{period.name} is not locked")
    return found


def check(period: Period, digest: str, *, by: int, at: dt.datetime) -> None:
    """A first treasurer checked the preview with this digest. Raises `PreviewVoid` when it is not the present one."""
    seen = _seen(period, digest, "check", at=at)
    period.state = period_states.after(period.state, "check", by="treasurer")
    period.checked_digest, period.checked_by, period.checked_at = digest, by, at
    approvals.remember(period, seen, "checked", by=by, at=at)
    audit.note("check-preview", "period", period.name, by=by, role="treasurer", at=at, detail=digest)
    db.session.flush()


def approve(period: Period, digest: str, *, by: int, at: dt.datetime) -> None:
    """Another treasurer approves exactly the preview that was checked.

    Raises `PreviewVoid` when it is not the present one, and `CheckedAlone` when it is who checked it.
    """
    seen = _seen(period, digest, "approve", at=at)
    if period.checked_digest != digest:
        raise PreviewVoid
    period_states.check_second(period.checked_by, by)
    period.state = period_states.after(period.state, "approve", by="treasurer")
    period.approved_digest, period.approved_by, period.approved_at = digest, by, at
    approvals.remember(period, seen, "approved", by=by, at=at)
    audit.note("approve-preview", "period", period.name, by=by, role="treasurer", at=at, detail=digest)
    db.session.flush()


def _seen(period: Period, digest: str, move: str, *, at: dt.datetime) -> Preview:
    """The present preview, held: the one of this digest. Raises `MoveNotAllowed` and `PreviewVoid`."""
    pools.hold_of(period)
    period_states.after(period.state, move, by="treasurer")
    seen = preview(period, at=at)
    if seen.digest != digest:
        raise PreviewVoid
    return seen


def void_approval(period: Period, *, at: dt.datetime) -> None:
    """Take a check and an approval back because what they were of has changed; the period waits for both again.

    What holds, a newer approval for instance, stays.
    """
    pools.hold_of(period)
    vouched = period.state in period_states.VOUCHED_STATES
    if vouched and preview(period, at=at).digest == period.checked_digest:
        return
    was = period.state
    period.state = period_states.after(period.state, "void_approval", by="system")
    approvals.forget(period)
    deed = "void-approval" if was == "approved" else "void-check"
    audit.note(deed, "period", period.name, by=None, role="system", at=at)
    db.session.flush()


def defer_unanswered(period: Period, *, at: dt.datetime) -> int:
    """On the settle day, let the cases whose objection is unanswered go to the next period; returns how many.

    A case that was deferred before stays, and its settlement waits. An approval of a case that has gone is void.
    Raises `NotYet` before the settle day.
    """
    pools.hold_of(period)
    if period.state not in period_states.LOCKED_STATES:
        return 0
    if day_of(at) < period.settle_day:
        raise NotYet(period.settle_day)
    deferred = deferrals.defer(period, at=at)
    if deferred and period.state in period_states.VOUCHED_STATES:
        void_approval(period, at=at)
    return deferred


def settle(period: Period, *, by: int | None, at: dt.datetime) -> Settlement:
    """Settle an approved period. `by` is None when the clock does it.

    Raises `NotYet` before the settle day, `NotInTheLog` before its lock stands in the public log, `Unanswered` while it
    waits for the answer to an objection, `PreviewVoid` when anything that counts changed since the approval,
    `HeadCountDiffers`, `MoneyDisagrees` when a question about the money finds something before or after it, and
    `MoveNotAllowed` for a period that is not approved.
    """
    began = time.monotonic_ns()
    pool = pools.hold_of(period)
    role = "system" if by is None else "treasurer"
    to_state = period_states.after(period.state, "settle", by=role)
    if day_of(at) < period.settle_day:
        raise NotYet(period.settle_day)
    if not visibility.is_seen(period):
        raise NotInTheLog
    deferrals.check_answered(period)
    journal.hold(ledger.reserve(pool.plan.slug))  # what the preview gives out of it is still there when it is booked
    seen = preview(period, at=at)
    if seen.digest != period.approved_digest:
        raise PreviewVoid
    sound_before = boundary.before(period, pool)
    settlement = _write(period, pool, seen, by=by, at=at)
    pool.index_fen, pool.seq, pool.surplus_fen, pool.credits_fen = (
        settlement.index_after_fen,
        settlement.seq,
        settlement.surplus_after_fen,
        0,
    )
    period.state, period.settled_at = to_state, at
    db.session.flush()
    if not awards.settle(period, pool, settlement, seen.quote.cases, at=at):
        complete_if_paid(period, at=at)
    notices.issue("bulletin", period.id, account_id=None, at=at)
    boundary.after(period, pool, settlement, sound_before, at=at)
    _state_settlement(period, settlement, seen.quote, at=at)
    audit.note("settle", "period", period.name, by=by, role=role, at=at)
    run_log.remember_settled(period, at=at, took_ms=(time.monotonic_ns() - began) // 1_000_000)
    db.session.flush()
    return settlement


def _write(period: Period, pool: Pool, seen: Preview, *, by: int | None, at: dt.datetime) -> Settlement:
    quote, seq = seen.quote, pool.seq + 1
    postings = ledger.settlement(quote, pool.name, pool.plan.slug)
    entry = journal.book("settlement", f"settlement:{pool.name}:{seq}", postings, by=by, at=at) if postings else None
    settlement = Settlement(
        pool_id=pool.id,
        seq=seq,
        period_id=period.id,
        pool_terms_id=period.pool_terms_id,
        at=at,
        cases=len(quote.cases),
        members=quote.members,
        room_fen=quote.room_fen,
        index_at_new_year_fen=seen.index_at_new_year_fen,
        settlements_left=seen.settlements_left,
        unpaid_waiting_fen=quote.unpaid_waiting_fen,
        credits_fen=pool.credits_fen,
        reserve_before_fen=quote.reserve_fen,
        approved_fen=quote.approved_fen,
        shared_payouts_fen=quote.shared_payouts_fen,
        fee_fen=quote.fee_fen,
        unpaid_fen=quote.unpaid_fen,
        need_fen=quote.need_fen,
        from_reserve_fen=quote.from_reserve_fen,
        from_operator_fen=quote.from_operator_fen,
        share_fen=quote.share_fen,
        index_before_fen=pool.index_fen,
        index_after_fen=pool.index_fen + quote.share_fen,
        surplus_before_fen=quote.surplus_before_fen,
        surplus_after_fen=quote.surplus_after_fen,
        entry_id=entry.id if entry else None,
    )
    db.session.add(settlement)
    return settlement


def _terms_of(period: Period, terms: PoolTerms) -> dict[str, object]:
    """The terms a settlement was computed with, and the rule version they stand in: anybody can compute it again."""
    if period.pool_terms is None:
        raise LookupError(f"{period.name} is not locked")
    return {
        "rules": period.pool_terms.version.number,
        "fee_bp": terms.fee_bp,
        "cap_case_fen": terms.cap_case_fen,
        "year_cap_fen": terms.cap_year_fen,
        "glide_bp": terms.glide_bp,
        "shortfall_order": list(terms.shortfall_order),
    }


def _state_settlement(period: Period, settlement: Settlement, quote: Quote, *, at: dt.datetime) -> None:
    terms = {
        column.name: getattr(settlement, column.name)
        for column in Settlement.__table__.columns
        if column.name.endswith("_fen") or column.name in ("seq", "cases", "members", "settlements_left")
    }
    facts.state(
        "settlement",
        period.name,
        at=at,
        plan=period.plan.slug,
        pool=period.pool.name,
        digest=period.approved_digest,
        run_off=period.run_off,
        operator_fen=quote.operator_fen,
        **_terms_of(period, quote.terms),
        awards=[
            [case.number, case.asked_fen, case.shared_fen, case.from_reserve_fen, case.from_operator_fen]
            for case in quote.cases
        ],
        **terms,
    )


def complete_if_paid(period: Period, *, at: dt.datetime) -> bool:
    """Close a settled period once nothing of it waits to be paid."""
    waiting = db.session.scalar(
        select(func.count(Payout.id))
        .join(Award, Payout.award_id == Award.id)
        .where(Award.period_id == period.id, Payout.state != "paid")
    )
    if waiting or period.state != "settled":
        return False
    period.state, period.paid_at = period_states.after("settled", "complete_payments", by="system"), at
    run_log.remember_paid(period, at=at)
    db.session.flush()
    return True


def reopen(period: Period, *, at: dt.datetime) -> None:
    """A payout of the period did not stay where it was sent: the period is not paid (any more)."""
    if period.state != "paid":
        return
    period.state, period.paid_at = period_states.after("paid", "reopen", by="system"), None
    audit.note("reopen", "period", period.name, by=None, role="system", at=at)
    db.session.flush()
