"""Money out: due when settled, released by a treasurer within the custody cover, paid when the bank confirms."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select, text

from app.adapters.payments import adapter_for
from app.db import db, engine_name
from app.domain import ledger
from app.domain.custody import cover_left_fen
from app.models import Award, Case, Claim, Membership, Payout, Period, Plan, Pool
from app.services import audit, claims, facts, journal, messages, notices, outbox, pools, settling, vault

_CUSTODY_LOCKS = 7221  # the class of advisory locks on PostgreSQL that are custody accounts


@dataclass(frozen=True, slots=True)
class Cover:
    """One custody account: what it holds, what of it is owed to whom, and what may leave for claims."""

    bank_fen: int
    positive_balances_fen: int
    arrears_fen: int
    pending_fen: int
    surplus_fen: int
    reserve_fen: int
    unclaimed_fen: int
    suspense_fen: int
    promised_fen: int
    """Released, on its way, and not confirmed yet."""

    @property
    def left_fen(self) -> int:
        """What may still be released."""
        return (
            cover_left_fen(
                self.bank_fen,
                positive_balances_fen=self.positive_balances_fen,
                pending_fen=self.pending_fen,
                surplus_fen=self.surplus_fen,
                reserve_fen=self.reserve_fen,
                unclaimed_fen=self.unclaimed_fen,
                suspense_fen=self.suspense_fen,
            )
            - self.promised_fen
        )


def cover(custody: str) -> Cover:
    """The custody cover of one account, from the ledger; arrears are a range sum over the members who owe."""
    pools_here = db.session.scalars(
        select(Pool).join(Plan, Pool.plan_id == Plan.id).where(Plan.custody_account == custody)
    ).all()
    plans_here = sorted({pool.plan.slug for pool in pools_here})
    arrears_fen = sum(arrears_of(pool) for pool in pools_here)
    promised = db.session.scalar(
        select(func.coalesce(func.sum(Payout.amount_fen), 0))
        .join(Award, Payout.award_id == Award.id)
        .join(Period, Award.period_id == Period.id)
        .join(Plan, Period.plan_id == Plan.id)
        .where(Payout.state == "released", Plan.custody_account == custody)
    )
    return Cover(
        bank_fen=journal.held_fen(ledger.bank(custody)),
        positive_balances_fen=sum(journal.held_fen(ledger.member_funds(pool.name)) for pool in pools_here)
        + arrears_fen,
        arrears_fen=arrears_fen,
        pending_fen=sum(journal.held_fen(ledger.pending_funds(pool.name)) for pool in pools_here),
        surplus_fen=sum(journal.held_fen(ledger.rounding_carry(pool.name)) for pool in pools_here),
        reserve_fen=sum(journal.held_fen(ledger.reserve(plan)) for plan in plans_here),
        unclaimed_fen=sum(journal.held_fen(ledger.unclaimed_balances(plan)) for plan in plans_here),
        suspense_fen=journal.held_fen(ledger.suspense),
        promised_fen=int(promised or 0),
    )


def arrears_of(pool: Pool) -> int:
    """What members of a pool who still share owe it: Σ max(−balance, 0), over the few below the index."""
    owed = db.session.scalar(
        select(func.coalesce(func.sum(pool.index_fen - Membership.threshold_fen), 0)).where(
            Membership.pool_id == pool.id, Membership.state == "sharing", Membership.threshold_fen < pool.index_fen
        )
    )
    return int(owed or 0)


def release(period: Period, *, by: int, at: dt.datetime) -> tuple[int, int]:
    """A treasurer releases what is due, in the order of the cases, as far as the cover goes.

    Returns how many were released and how many must wait for money. Released twice, a payout leaves once.
    """
    _hold_custody(period.plan.custody_account)
    due = db.session.scalars(
        select(Payout)
        .join(Award, Payout.award_id == Award.id)
        .where(Award.period_id == period.id, Payout.state == "due")
        .order_by(Award.number)
        .with_for_update(of=Payout)
        .execution_options(populate_existing=True)
    ).all()
    left_fen = cover(period.plan.custody_account).left_fen
    released = 0
    for payout in due:
        if payout.amount_fen > left_fen:
            continue
        left_fen -= payout.amount_fen
        payout.state, payout.released_by, payout.released_at = "released", by, at
        outbox.ask("pay-out", f"payout:{payout.ref}", at=at, payout=payout.ref)
        released += 1
    audit.note(
        "release-payouts", "period", period.name, by=by, role="treasurer", at=at, detail=f"{released} of {len(due)}"
    )
    db.session.flush()
    return released, len(due) - released


def _hold_custody(custody: str) -> None:
    """Let one release at a time reckon what an account may pay, while no pool of it settles."""
    pools_here = select(Pool).join(Plan, Pool.plan_id == Plan.id).where(Plan.custody_account == custody)
    for pool in db.session.scalars(pools_here.order_by(Pool.id)).all():
        pools.hold(pool, alone=False)
    if engine_name() == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:kind, hashtext(:custody))")
        db.session.execute(lock, {"kind": _CUSTODY_LOCKS, "custody": custody})


def send(ref: str, *, at: dt.datetime) -> None:
    """Hand a released payout to the payment service; booked at once when it has arrived. Doing it twice pays once."""
    payout = db.session.scalars(select(Payout).where(Payout.ref == ref)).one()
    if payout.state != "released":
        return
    claim = db.session.get_one(Claim, payout.settled.award.claim_id)
    recipient = vault.unseal(claim.account_sealed, purpose="bank-account") if claim.account_sealed else ""
    outcome = adapter_for(current_app.config["MODE"]).send(ref, payout.amount_fen, str(recipient))
    payout.reference = outcome.reference
    if outcome.moved:
        confirm(payout, at=at)


def confirm(payout: Payout, *, at: dt.datetime) -> None:
    """The money has arrived: book it, tell the claimant and the public, close the period when it was the last."""
    award = payout.settled.award
    # Held, so that of the last two payments of a period one sees that the other has arrived, and closes it.
    period = db.session.get_one(Period, award.period_id, with_for_update={"of": Period}, populate_existing=True)
    claim = db.session.get_one(Claim, award.claim_id)
    case = db.session.scalars(select(Case).where(Case.award_id == award.id)).one()
    entry = journal.book(
        "payout",
        f"payout:{payout.ref}",
        ledger.payout_paid(period.plan.custody_account, period.plan.slug, payout.amount_fen),
        by=payout.released_by,
        at=at,
    )
    payout.state, payout.paid_at, payout.entry_id = "paid", at, entry.id
    db.session.flush()
    claims.move(claim, "pay", by=None, role="system", at=at)
    facts.state(
        "payout",
        case.ref,
        at=at,
        plan=period.plan.slug,
        period=period.name,
        amount_fen=payout.settled.received_fen,
        transfer=facts.commitment(case.salt, payout.reference or ""),
    )
    notices.issue("payout", payout.id, account_id=claim.account_id, at=at)
    messages.tell(
        claim.account_id, "payout-paid", key=f"paid:{payout.ref}", at=at, claim=claim.ref, amount_fen=payout.amount_fen
    )
    settling.complete_if_paid(period, at=at)
