"""What a settlement does for each of its cases: the result at rest, the money due, the end of who was helped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select

from app.db import db
from app.domain import ledger
from app.domain.shares import CaseShare
from app.models import Award, Claim, Deposit, Membership, Payout, Period, Settlement, SettlementAward
from app.services import claims, ending, journal, messages, pools, rulebook


def settle(period: Period, settlement: Settlement, shares: Iterable[CaseShare], *, at: dt.datetime) -> None:
    """Write down what each award of a period receives, move its claim, and make the money due."""
    awards = {
        award.number: award for award in db.session.scalars(select(Award).where(Award.period_id == period.id)).all()
    }
    for share in shares:
        award = awards[share.number]
        db.session.add(
            SettlementAward(
                award_id=award.id,
                pool_id=settlement.pool_id,
                seq=settlement.seq,
                asked_fen=share.asked_fen,
                shared_fen=share.shared_fen,
                from_reserve_fen=share.from_reserve_fen,
                from_operator_fen=share.from_operator_fen,
            )
        )
        db.session.flush()
        claim = db.session.get_one(Claim, award.claim_id)
        claims.move(claim, "settle" if share.received_fen else "settle_with_nothing", by=None, role="system", at=at)
        if share.received_fen:
            _owe(claim, award, share.received_fen, settlement, at=at)
        _end_when_helped(claim, settlement.seq)
        messages.tell(
            claim.account_id,
            "case-settled",
            key=f"settled:{claim.ref}:{award.id}",
            at=at,
            claim=claim.ref,
            period=period.name,
            amount_fen=share.received_fen,
        )
    db.session.flush()


def _owe(claim: Claim, award: Award, received_fen: int, settlement: Settlement, *, at: dt.datetime) -> None:
    """What the case receives is due, less what its own membership is behind; that is credited to the membership."""
    membership, pool = claim.membership, claim.membership.pool
    db.session.refresh(membership, with_for_update={"of": Membership})
    behind_fen = settlement.index_after_fen - (membership.threshold_fen or 0) if membership.state == "sharing" else 0
    set_off_fen = min(max(0, behind_fen), received_fen)
    if set_off_fen:
        postings = ledger.arrears_set_off(pool.name, pool.plan.slug, set_off_fen)
        entry = journal.book("set-off", f"set-off:{claim.ref}:{award.id}", postings, by=None, at=at)
        db.session.add(
            Deposit(membership_id=membership.id, entry_id=entry.id, kind="credit", amount_fen=set_off_fen, at=at)
        )
        membership.paid_net_fen += set_off_fen
        pools.move_counter(pool.id, membership.id, thresholds_fen=set_off_fen)
    if received_fen > set_off_fen:
        db.session.add(Payout(award_id=award.id, amount_fen=received_fen - set_off_fen, state="due", due_at=at))
    else:
        claims.move(claim, "pay", by=None, role="system", at=at)
    db.session.flush()


def _end_when_helped(claim: Claim, seq: int) -> None:
    """A lump sum of the full benefit ends the membership after the settlement that pays it, also when a cap cut it."""
    terms = rulebook.member_terms(claim.member_terms)
    full = any(benefit.key == claim.benefit and benefit.full for benefit in terms.benefits)
    membership = claim.membership
    if terms.kind == "lump_sum" and full and membership.state == "sharing" and ending.may_still_end(membership):
        membership.ends_after_seq, membership.ends_as, membership.ends_at_lock = seq, "helped", False
