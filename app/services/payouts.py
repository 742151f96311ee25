"""Money out: due when settled, released by a treasurer within the custody cover, paid when the bank confirms.

What was released and does not fit waits in line: the oldest settlement first, its cases in their order; nobody
overtakes. When money arrives, whatever fits then leaves by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select, text

from app.adapters.payments import adapter_for
from app.db import db, engine_name
from app.domain import ledger
from app.domain.custody import cover_left_fen
from app.models import Award, Case, Claim, Membership, Payout, Period, Plan, Pool
from app.services import audit, claims, facts, journal, messages, notices, outbox, pools, sandbox, settling, vault

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
    """Released, on its way, and not confirmed yet; not what is sent again, which waits in suspense."""

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


@dataclass(frozen=True, slots=True)
class InLine:
    """A payout that is due, and what has to arrive in its custody account before it can leave."""

    payout: Payout
    period: Period
    number: int
    case: str
    """The reference of its public case."""
    missing_fen: int
    """0 when there is enough for it and everything before it."""


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
        .where(Payout.state == "released", Payout.entry_id.is_(None), Plan.custody_account == custody)
    )
    accounts = {
        "bank": [ledger.bank(custody)],
        "members": [ledger.member_funds(pool.name) for pool in pools_here],
        "pending": [ledger.pending_funds(pool.name) for pool in pools_here],
        "surplus": [ledger.rounding_carry(pool.name) for pool in pools_here],
        "reserve": [ledger.reserve(plan) for plan in plans_here],
        "unclaimed": [ledger.unclaimed_balances(plan) for plan in plans_here],
        "suspense": [ledger.suspense],
    }
    held = journal.held(account for named in accounts.values() for account in named)
    sums = {name: sum(held[account] for account in named) for name, named in accounts.items()}
    return Cover(
        bank_fen=sums["bank"],
        positive_balances_fen=sums["members"] + arrears_fen,
        arrears_fen=arrears_fen,
        pending_fen=sums["pending"],
        surplus_fen=sums["surplus"],
        reserve_fen=sums["reserve"],
        unclaimed_fen=sums["unclaimed"],
        suspense_fen=sums["suspense"],
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
    """A treasurer releases what is due of a period, as far as the cover goes; the rest stands in line from now on.

    Returns how many of them were released and how many wait for money. Released twice, a payout leaves once.
    """
    custody = period.plan.custody_account
    _hold_custody(custody)
    due = _due_of(period)
    for payout in due:
        if payout.waiting_since is None:
            payout.waiting_since, payout.waiting_by = at, by
    db.session.flush()
    _let_go(custody, at=at)
    released = sum(payout.state == "released" for payout in due)
    audit.note(
        "release-payouts", "period", period.name, by=by, role="treasurer", at=at, detail=f"{released} of {len(due)}"
    )
    db.session.flush()
    return released, len(due) - released


def release_waiting(custody: str, *, at: dt.datetime) -> int:
    """Let go what was released before and waited for money, as far as the cover reaches now; returns how many."""
    _hold_custody(custody)
    gone = _let_go(custody, at=at)
    for payout in gone:
        name = db.session.get_one(Period, payout.settled.award.period_id).name
        audit.note("release-waiting", "period", name, by=None, role="system", at=at, detail=payout.ref)
    return len(gone)


def somebody_waits(custody: str) -> bool:
    """Whether a released payout of this account waits for money."""
    return db.session.scalar(_standing_in_line(custody).where(Payout.waiting_since.is_not(None)).limit(1)) is not None


def line(custody: str) -> list[InLine]:
    """Everything due out of one custody account in the order in which it leaves, and what each of it waits for."""
    left_fen = cover(custody).left_fen
    rows = db.session.execute(
        _standing_in_line(custody).join(Case, Case.award_id == Award.id).add_columns(Period, Award.number, Case.ref)
    ).all()
    found = []
    for payout, period, number, case in rows:
        left_fen -= payout.amount_fen
        found.append(InLine(payout, period, number, case, max(0, -left_fen)))
    return found


def place_of(payout: Payout) -> InLine | None:
    """Where a payout stands in line; None when it is not due."""
    plan = db.session.get_one(Period, payout.settled.award.period_id).plan
    return next((one for one in line(plan.custody_account) if one.payout.id == payout.id), None)


def _standing_in_line(custody: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- a select of payouts
    return (
        select(Payout)
        .join(Award, Payout.award_id == Award.id)
        .join(Period, Award.period_id == Period.id)
        .join(Plan, Period.plan_id == Plan.id)
        .where(Payout.state == "due", Plan.custody_account == custody)
        .order_by(Payout.due_at, Period.id, Award.number)
    )


def _due_of(period: Period) -> Sequence[Payout]:
    return db.session.scalars(
        select(Payout)
        .join(Award, Payout.award_id == Award.id)
        .where(Award.period_id == period.id, Payout.state == "due")
        .order_by(Award.number)
        .with_for_update(of=Payout)
        .execution_options(populate_existing=True)
    ).all()


def _let_go(custody: str, *, at: dt.datetime) -> list[Payout]:
    """Send what was wanted, in line, until the first that does not fit. The custody account is held."""
    wanted = db.session.scalars(_standing_in_line(custody).where(Payout.waiting_since.is_not(None))).all()
    if not wanted:
        return []
    left_fen, gone = cover(custody).left_fen, []
    for payout in wanted:
        if payout.amount_fen > left_fen:
            break
        left_fen -= payout.amount_fen
        set_out(payout, by=payout.waiting_by or 0, at=at)
        gone.append(payout)
    db.session.flush()
    return gone


def set_out(payout: Payout, *, by: int, at: dt.datetime) -> None:
    """A payout is on its way: the worker hands it to the payment service, once for each attempt."""
    payout.state, payout.released_by, payout.released_at = "released", by, at
    payout.waiting_since = payout.waiting_by = None
    outbox.ask("pay-out", f"payout:{_transfer_of(payout)}", at=at, payout=payout.ref)


def _hold_custody(custody: str) -> None:
    """Let one release at a time reckon what an account may pay, while no pool of it settles."""
    pools_here = select(Pool).join(Plan, Pool.plan_id == Plan.id).where(Plan.custody_account == custody)
    for pool in db.session.scalars(pools_here.order_by(Pool.id)).all():
        pools.hold(pool, alone=False)
    if engine_name() == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:kind, hashtext(:custody))")
        db.session.execute(lock, {"kind": _CUSTODY_LOCKS, "custody": custody})


def _transfer_of(payout: Payout) -> str:
    """Our reference of this attempt: the payout's own for the first, with the number of the attempt after that."""
    return payout.ref if payout.attempt == 1 else f"{payout.ref}-{payout.attempt}"


def send(ref: str, *, at: dt.datetime) -> None:
    """Hand a released payout to the payment service; booked at once when it has arrived. Doing it twice pays once."""
    payout = held(ref)
    if payout.state != "released":
        return
    claim = db.session.get_one(Claim, payout.settled.award.claim_id)
    recipient = vault.unseal(claim.account_sealed, purpose="bank-account") if claim.account_sealed else ""
    transfer = _transfer_of(payout)
    adapter = adapter_for(current_app.config["MODE"], sandbox.take("out", transfer))
    outcome = adapter.send(transfer, payout.amount_fen, str(recipient))
    payout.reference = outcome.reference
    if outcome.moved:
        confirm(payout, at=at)
    sandbox.expect(outcome, at=at)


def held(ref: str) -> Payout:
    """The payout of this reference, held for this transaction. LookupError when there is none."""
    chosen = select(Payout).where(Payout.ref == ref).with_for_update(of=Payout)
    return db.session.scalars(chosen.execution_options(populate_existing=True)).one()


def confirm(payout: Payout, *, at: dt.datetime) -> bool:
    """The money has arrived: book it, tell the claimant and the public, close the period when it was the last.

    Said twice, it is booked once: False when the payout was not on its way (any more).
    """
    award = payout.settled.award
    # Held, so that of the last two payments of a period one sees that the other has arrived, and closes it.
    period = db.session.get_one(Period, award.period_id, with_for_update={"of": Period}, populate_existing=True)
    db.session.refresh(payout, with_for_update={"of": Payout})
    if payout.state != "released":
        return False
    claim = db.session.get_one(Claim, award.claim_id)
    case = db.session.scalars(select(Case).where(Case.award_id == award.id)).one()
    custody, amount_fen = period.plan.custody_account, payout.amount_fen
    postings = (
        ledger.payout_paid(custody, period.plan.slug, amount_fen)
        if payout.entry_id is None
        else ledger.payout_sent_again(custody, amount_fen)
    )
    entry = journal.book("payout", f"payout:{_transfer_of(payout)}", postings, by=payout.released_by, at=at)
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
        transfer=facts.commitment(payout.salt, payout.reference or ""),
    )
    notices.issue("payout", payout.id, account_id=claim.account_id, at=at)
    messages.tell(
        claim.account_id, "payout-paid", key=f"paid:{_transfer_of(payout)}", at=at, claim=claim.ref,
        amount_fen=payout.amount_fen,
    )  # fmt: skip
    settling.complete_if_paid(period, at=at)
    return True
