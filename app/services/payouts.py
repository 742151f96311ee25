"""Money out: due when settled, released by a treasurer within the custody cover, paid when the bank confirms.

What was released and does not fit waits in line: the oldest settlement first, its cases in their order; nobody
overtakes. When money arrives, whatever fits then leaves by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from app.adapters.payments import adapter_for
from app.db import db
from app.domain import ledger
from app.models import Award, Case, Claim, Payout, Period, Plan, Pool
from app.services import (
    audit,
    claims,
    custody,
    facts,
    journal,
    messages,
    notices,
    outbox,
    payment_orders,
    pools,
    sandbox,
    settling,
    vault,
)
from app.services.bank_files import transfers
from app.services.custody import Custody
from app.services.holds import Kind, hold


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


def release(period: Period, *, by: int, at: dt.datetime) -> tuple[int, int]:
    """A treasurer releases what is due of a period, as far as the cover goes; the rest stands in line from now on.

    Returns how many of them were released and how many wait for money. Released twice, a payout leaves once.
    """
    account = period.plan.custody_account
    hold_custody(account)
    due = _due_of(period)
    for payout in due:
        if payout.waiting_since is None:
            payout.waiting_since, payout.waiting_by = at, by
    db.session.flush()
    _let_go(account, at=at)
    released = sum(payout.state == "released" for payout in due)
    audit.note(
        "release-payouts", "period", period.name, by=by, role="treasurer", at=at, detail=f"{released} of {len(due)}"
    )
    db.session.flush()
    return released, len(due) - released


def release_waiting(account: str, *, at: dt.datetime) -> int:
    """Let go what was released before and waited for money, as far as the cover reaches now; returns how many."""
    hold_custody(account)
    gone = _let_go(account, at=at)
    for payout in gone:
        name = db.session.get_one(Period, payout.settled.award.period_id).name
        audit.note("release-waiting", "period", name, by=None, role="system", at=at, detail=payout.ref)
    return len(gone)


def somebody_waits(account: str) -> bool:
    """Whether a released payout of this account waits for money."""
    return db.session.scalar(_standing_in_line(account).where(Payout.waiting_since.is_not(None)).limit(1)) is not None


def lines(accounts: Iterable[Custody]) -> dict[str, list[InLine]]:
    """Everything due out of custody accounts in the order in which it leaves, and what each of it waits for."""
    left_fen = {one.name: one.cover.left_fen for one in accounts}
    rows = db.session.execute(
        _standing_in_line(*left_fen)
        .join(Case, Case.award_id == Award.id)
        .add_columns(Period, Award.number, Case.ref, Plan.custody_account)
    ).all()
    found: dict[str, list[InLine]] = {name: [] for name in left_fen}
    for payout, period, number, case, name in rows:
        left_fen[name] -= payout.amount_fen
        found[name].append(InLine(payout, period, number, case, max(0, -left_fen[name])))
    return found


def place_of(payout: Payout) -> InLine | None:
    """Where a payout stands in line; None when it is not due."""
    plan = db.session.get_one(Period, payout.settled.award.period_id).plan
    line = lines([custody.of(plan.custody_account)])[plan.custody_account]
    return next((one for one in line if one.payout.id == payout.id), None)


def _standing_in_line(*accounts: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- a select of payouts
    # Where the account a relative named was forgotten, the money waits until another one is named.
    return (
        select(Payout)
        .join(Award, Payout.award_id == Award.id)
        .join(Period, Award.period_id == Period.id)
        .join(Plan, Period.plan_id == Plan.id)
        .join(Claim, Award.claim_id == Claim.id)
        .where(Payout.state == "due", Plan.custody_account.in_(accounts))
        .where(Claim.account_sealed.is_not(None) | (Claim.filer != "relative"))
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


def _let_go(account: str, *, at: dt.datetime) -> list[Payout]:
    """Send what was wanted, in line, until the first that does not fit. The custody account is held."""
    wanted = db.session.scalars(_standing_in_line(account).where(Payout.waiting_since.is_not(None))).all()
    if not wanted:
        return []
    left_fen, gone = custody.of(account).cover.left_fen, []
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


def hold_custody(account: str) -> None:
    """Let one release at a time reckon what an account may pay, while no pool of it settles."""
    pools_here = select(Pool).join(Plan, Pool.plan_id == Plan.id).where(Plan.custody_account == account)
    for pool in db.session.scalars(pools_here.order_by(Pool.id)).all():
        pools.hold(pool, alone=False)
    hold(Kind.CUSTODY, account)


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
    adapter = adapter_for(current_app.config["PAYMENTS"], sandbox.take("out", transfer))
    outcome = adapter.send(transfer, payout.amount_fen, str(recipient))
    payout.reference = outcome.reference
    if outcome.by_file:
        account = db.session.get_one(Period, payout.settled.award.period_id).plan.custody_account
        transfers.wait(transfer, payout.amount_fen, custody_account=account, at=at, payout=payout)
    if outcome.moved:
        confirm(payout, at=at)
    sandbox.expect(outcome, at=at)
    payment_orders.expect("payout", payout.ref, outcome, at=at)


def held(ref: str) -> Payout:
    """The payout of this reference, held for this transaction. LookupError when there is none."""
    chosen = select(Payout).where(Payout.ref == ref).with_for_update(of=Payout)
    return db.session.scalars(chosen.execution_options(populate_existing=True)).one()


def _still_to_pay(claim: Claim) -> bool:
    """Whether another part of the claim is still on its way: the claim is paid when all its parts are."""
    left = select(Payout.id).join(Award, Payout.award_id == Award.id)
    return db.session.scalar(left.where(Award.claim_id == claim.id, Payout.state != "paid").limit(1)) is not None


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
    account, amount_fen = period.plan.custody_account, payout.amount_fen
    postings = (
        ledger.payout_paid(account, period.plan.slug, amount_fen)
        if payout.entry_id is None
        else ledger.payout_sent_again(account, amount_fen)
    )
    entry = journal.book("payout", f"payout:{_transfer_of(payout)}", postings, by=payout.released_by, at=at)
    payout.state, payout.paid_at, payout.entry_id = "paid", at, entry.id
    db.session.flush()
    if claim.state in {"settled", "returned"} and not _still_to_pay(claim):
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
