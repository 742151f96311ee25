"""What a settlement does for each of its cases: the result at rest, the money due, the end of who was helped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import lazyload

from app.db import db
from app.domain import ledger
from app.domain.shares import CaseShare
from app.models import (
    Award,
    Claim,
    Deposit,
    Membership,
    MemberTermsRow,
    Payout,
    Period,
    Pool,
    Settlement,
    SettlementAward,
)
from app.services import claims, ending, journal, messages, pools, rulebook

_OF_PERIOD = (
    select(
        Award.number, Award.id, Claim.id, Claim.ref, Claim.account_id, Claim.membership_id, Claim.member_terms_id,
        Claim.benefit,
    )
    .join(Claim, Award.claim_id == Claim.id)
    .where(Award.period_id == bindparam("period"))
)  # fmt: skip
_HELD = (
    select(Membership)
    .where(Membership.id.in_(bindparam("memberships", expanding=True)))
    .order_by(Membership.id)
    .options(lazyload(Membership.person), lazyload(Membership.pool))
    .with_for_update(of=Membership)
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True, slots=True)
class _Result:
    """What one case receives, and whose it is."""

    share: CaseShare
    award_id: int
    claim_id: int
    claim_ref: str
    account_id: int
    membership_id: int
    member_terms_id: int
    benefit: str | None


def settle(period: Period, pool: Pool, settlement: Settlement, shares: Iterable[CaseShare], *, at: dt.datetime) -> int:
    """Write down what each award of a period receives, move its claim, and make the money due; returns how many pay.

    Raises `ClaimMoved` when a claim of the period is not published any more.
    """
    awards = {row.number: row[1:] for row in db.session.execute(_OF_PERIOD, {"period": period.id})}
    results = [_Result(share, *awards[share.number]) for share in shares]
    if not results:
        return 0
    _move([one for one in results if one.share.received_fen], "published", "settle", at=at)
    _move([one for one in results if not one.share.received_fen], "published", "settle_with_nothing", at=at)
    wanted = sorted({one.membership_id for one in results})
    members = {one.id: one for one in db.session.scalars(_HELD, {"memberships": wanted})}
    set_off_whole, due = [], 0
    for one in results:
        db.session.add(_at_rest(one, settlement))
        membership = members[one.membership_id]
        payable_fen = one.share.received_fen - _set_off(one, membership, pool, at=at)
        if payable_fen:
            db.session.add(Payout(award_id=one.award_id, amount_fen=payable_fen, state="due", due_at=at))
            due += 1
        elif one.share.received_fen:
            set_off_whole.append(one)
        _end_when_helped(one, membership, settlement.seq)
    db.session.flush()
    _move(set_off_whole, "settled", "pay", at=at)
    _tell(results, period, at=at)
    return due


def _move(results: Sequence[_Result], before: str, name: str, *, at: dt.datetime) -> None:
    claims.move_all([one.claim_id for one in results], before, name, by=None, role="system", at=at)


def _at_rest(one: _Result, settlement: Settlement) -> SettlementAward:
    return SettlementAward(
        award_id=one.award_id,
        pool_id=settlement.pool_id,
        seq=settlement.seq,
        asked_fen=one.share.asked_fen,
        shared_fen=one.share.shared_fen,
        from_reserve_fen=one.share.from_reserve_fen,
        from_operator_fen=one.share.from_operator_fen,
    )


def _set_off(one: _Result, membership: Membership, pool: Pool, *, at: dt.datetime) -> int:
    """What of a payout makes good what its own membership is behind; it is credited to the membership."""
    if membership.state != "sharing" or membership.join_index_fen is None:
        return 0
    behind_fen = pool.index_fen - membership.join_index_fen - membership.paid_net_fen
    set_off_fen = min(max(0, behind_fen), one.share.received_fen)
    if set_off_fen:
        postings = ledger.arrears_set_off(pool.name, pool.plan.slug, set_off_fen)
        entry = journal.book("set-off", f"set-off:{one.claim_ref}:{one.award_id}", postings, by=None, at=at)
        db.session.add(
            Deposit(membership_id=membership.id, entry_id=entry.id, kind="credit", amount_fen=set_off_fen, at=at)
        )
        membership.paid_net_fen += set_off_fen
        pools.move_counter(pool.id, membership.id, thresholds_fen=set_off_fen)
    return set_off_fen


def _end_when_helped(one: _Result, membership: Membership, seq: int) -> None:
    """A lump sum of the full benefit ends the membership after the settlement that pays it, also when a cap cut it."""
    terms = rulebook.member_terms(db.session.get_one(MemberTermsRow, one.member_terms_id))
    full = any(benefit.key == one.benefit and benefit.full for benefit in terms.benefits)
    if terms.kind == "lump_sum" and full and membership.state == "sharing" and ending.may_still_end(membership):
        membership.ends_after_seq, membership.ends_as, membership.ends_at_lock = seq, "helped", False


def _tell(results: Sequence[_Result], period: Period, *, at: dt.datetime) -> None:
    for one in results:
        messages.tell(
            one.account_id,
            "case-settled",
            key=f"settled:{one.claim_ref}:{one.award_id}",
            at=at,
            claim=one.claim_ref,
            period=period.name,
            amount_fen=one.share.received_fen,
        )
