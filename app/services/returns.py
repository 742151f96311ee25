"""Payouts that did not stay: returned by the bank, or refused before any money moved; and their way out again.

The claimant names the account anew. What the bank returned waits in suspense and is sent again by a treasurer; what
never left is due again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from app.db import db
from app.domain import ledger
from app.models import Award, Case, Claim, Payout, PayoutReturn, Period
from app.services import audit, claim_file, claims, facts, journal, messages, notices, payouts, settling
from app.services.claim_file import BankAccount

REASONS: Final = ("account_unknown", "account_closed", "name_differs", "other")
WAITING: Final = ("returned", "failed")
"""The states in which the claimant has to name an account."""


class NotOnItsWay(Exception):
    """Only what has left or is leaving can come back; `state` is where the payout is."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the payout is {state}")
        self.state = state


class AccountMissing(Exception):
    """The claimant has not named an account since the money came back."""


class NoAccountAsked(Exception):
    """No payout of this claim came back, so no account is asked for."""


def come_back(payout: Payout, reason: str, *, by: int | None, at: dt.datetime) -> None:
    """The bank returned a payout: booked into suspense, the claimant asked for an account, the period open again.

    `by` is the treasurer who saw it, None when the payment service said so. Raises `NotOnItsWay`.
    """
    period = _period_of(payout)
    db.session.refresh(payout, with_for_update={"of": Payout})
    if payout.state != "paid":
        raise NotOnItsWay(payout.state)
    claim = _claim_of(payout)
    entry = journal.book(
        "payout-returned",
        f"payout-returned:{payout.ref}:{payout.attempt}",
        ledger.payout_returned(period.plan.custody_account, payout.amount_fen),
        by=by,
        at=at,
        reverses=payout.entry_id,
    )
    payout.state, payout.account_given_at = "returned", None
    _note(payout, "returned", reason, entry_id=entry.id, by=by, at=at)
    if claim.state == "paid":  # else a further part of it is under way, and only this payout has come back
        claims.move(claim, "return", by=by, role=_role(by), at=at)
    notices.write_anew("payout", payout.id)
    settling.reopen(period, at=at)
    _say(payout, period, claim, "returned", reason, by=by, at=at)


def fail(payout: Payout, reason: str, *, by: int | None, at: dt.datetime) -> None:
    """The bank refused a transfer before any money moved; nothing is booked, the claimant is asked for an account.

    Raises `NotOnItsWay`.
    """
    period = _period_of(payout)
    db.session.refresh(payout, with_for_update={"of": Payout})
    if payout.state != "released":
        raise NotOnItsWay(payout.state)
    # What was being sent again goes back to where it waited: returned, its money in suspense.
    again = payout.entry_id is not None
    payout.state, payout.account_given_at = ("returned" if again else "failed"), None
    _note(payout, "failed", reason, entry_id=None, by=by, at=at)
    _say(payout, period, _claim_of(payout), "failed", reason, by=by, at=at)


def give_account(claim: Claim, account: BankAccount, *, by: int, at: dt.datetime) -> None:
    """The claimant names the account anew. What never left is due again; what came back waits for a treasurer.

    Raises `NoAccountAsked` when nothing of the claim came back.
    """
    asked = asking(claim)
    if asked is None:
        raise NoAccountAsked
    db.session.refresh(asked, with_for_update={"of": Payout})
    if asked.state not in WAITING:
        raise NoAccountAsked
    claim_file.keep_bank_account(claim, account)
    if asked.state == "failed":
        asked.state, asked.released_at, asked.released_by = "due", None, None
        asked.attempt += 1
    asked.account_given_at = at
    audit.note("name-account-again", "claim", claim.ref, by=by, role="member", at=at)
    db.session.flush()


def send_again(payout: Payout, *, by: int, at: dt.datetime) -> None:
    """A treasurer sends a returned payout to the account named anew. Raises `NotOnItsWay` and `AccountMissing`."""
    period = _period_of(payout)
    db.session.refresh(payout, with_for_update={"of": Payout})
    if payout.state != "returned":
        raise NotOnItsWay(payout.state)
    if payout.account_given_at is None:
        raise AccountMissing
    payout.attempt += 1
    payouts.set_out(payout, by=by, at=at)
    audit.note("send-again", "period", period.name, by=by, role="treasurer", at=at, detail=payout.ref)
    db.session.flush()


def asking(claim: Claim) -> Payout | None:
    """The payout of a claim for which an account is asked, or was named and may still be corrected; None: none."""
    return db.session.scalar(
        select(Payout)
        .join(Award, Payout.award_id == Award.id)
        .where(Award.claim_id == claim.id, Payout.state.in_(WAITING))
        .order_by(Payout.id)
        .limit(1)
    )


def of_payout(payout: Payout) -> Sequence[PayoutReturn]:
    """Each time a payout did not stay, oldest first."""
    return db.session.scalars(
        select(PayoutReturn).where(PayoutReturn.payout_id == payout.id).order_by(PayoutReturn.id)
    ).all()


def payout_with(ref: str) -> Payout | None:
    """The payout of this reference."""
    return db.session.scalar(select(Payout).where(Payout.ref == ref))


def _period_of(payout: Payout) -> Period:
    """The period of a payout, held before the payout itself, in the order in which `payouts.confirm` holds them."""
    number = payout.settled.award.period_id
    return db.session.get_one(Period, number, with_for_update={"of": Period}, populate_existing=True)


def _claim_of(payout: Payout) -> Claim:
    return db.session.get_one(Claim, payout.settled.award.claim_id)


def _role(by: int | None) -> str:
    return "system" if by is None else "treasurer"


def _note(  # noqa: PLR0913 -- what came back, why, who saw it
    payout: Payout, kind: str, reason: str, *, entry_id: int | None, by: int | None, at: dt.datetime
) -> None:
    db.session.add(
        PayoutReturn(
            payout_id=payout.id, attempt=payout.attempt, kind=kind, reason=reason, at=at, by=by,
            reference=payout.reference, entry_id=entry_id,
        )
    )  # fmt: skip
    db.session.flush()


def _say(  # noqa: PLR0913 -- everybody who has to know
    payout: Payout, period: Period, claim: Claim, kind: str, reason: str, *, by: int | None, at: dt.datetime
) -> None:
    case = db.session.scalars(select(Case).where(Case.award_id == payout.award_id)).one()
    facts.state(
        "payout-returned", case.ref, at=at, plan=period.plan.slug, period=period.name,
        amount_fen=payout.settled.received_fen, kind=kind,
    )  # fmt: skip
    audit.note(f"payout-{kind}", "period", period.name, by=by, role=_role(by), at=at, detail=payout.ref)
    messages.tell(
        claim.account_id, "payout-returned", key=f"payout-{kind}:{payout.ref}:{payout.attempt}", at=at,
        claim=claim.ref, amount_fen=payout.amount_fen, reason=reason, left=kind == "returned",
    )  # fmt: skip
    db.session.flush()
