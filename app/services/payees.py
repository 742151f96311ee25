"""To which account a payout goes after a death: the relative names another one than the dead person had named.

While nothing is decided yet the relative does it alone: two caseworkers still look at the whole claim. Once an amount
is decided and has not left, one person names the account and a caseworker confirms it. What has left and comes back is
asked for on its own page (`returns.give_account`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Final, Literal

from sqlalchemy import select, update

from app.db import canonical_json, db
from app.domain import filers
from app.models import Audit, Award, Claim, PayeeChange, Payout
from app.services import audit, claim_file, claim_money, filing, hands, messages, vault
from app.services.claim_file import BankAccount

Way = Literal["alone", "by-two"]
_PURPOSE = "payee-change"
_NAMED: Final = ("claim.bank_account_named", "name-another-account", "name-account-again")
"""The deeds by which somebody names an account for a claim."""


class NoAccountNow(Exception):
    """No other account can be named while the claim is as it is; `state` says how that is."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the claim is {state}")
        self.state = state


class WaitsForAnswer(Exception):
    """Another account was named already and waits for a caseworker."""


class Answered(Exception):
    """Somebody has answered this account already."""


class OwnAccountNamed(PermissionError):
    """Whoever named the account, or is concerned by the claim, does not confirm it."""


class ReasonMissing(ValueError):
    """An account is refused for a reason that the relative reads."""


def way_of(claim: Claim) -> Way | None:
    """How the relative of a claim names another account now; None when it cannot be, or nobody stands for the dead.

    Where the account was forgotten (`forget`), whoever has the claim now names one.
    """
    forgotten = claim.filer == "relative" and claim.account_sealed is None and not filing.waits_for_relative(claim)
    if claim.filer_report_id is None and not forgotten:
        return None
    if claim.state in filers.NOT_AWARDED:
        return "alone"
    money = claim_money.money_of(claim)
    waits = claim.state in filers.AWARDED and (money is None or money.payout.state == "due")
    return "by-two" if waits else None


def name(claim: Claim, account: BankAccount, *, by: int, at: dt.datetime) -> PayeeChange | None:
    """The relative names another account: it holds at once, or waits for a caseworker and is returned.

    Raises `NoAccountNow` and `WaitsForAnswer`.
    """
    db.session.refresh(claim, with_for_update={"of": Claim})
    way = way_of(claim)
    if way is None or claim.account_id != by:
        raise NoAccountNow(claim.state)
    audit.note("name-another-account", "claim", claim.ref, by=by, role="member", at=at, detail=way)
    if way == "alone":
        claim_file.keep_bank_account(claim, account)
        db.session.flush()
        return None
    if asked(claim) is not None:
        raise WaitsForAnswer
    told = canonical_json({"holder": account.holder, "bank": account.bank, "number": account.number})
    change = PayeeChange(
        claim_id=claim.id, account_sealed=vault.seal(told, purpose=_PURPOSE), named_by=by, named_at=at, state="asked"
    )
    db.session.add(change)
    db.session.flush()
    return change


def asked(claim: Claim) -> PayeeChange | None:
    """The account of a claim that waits for a caseworker."""
    return db.session.scalar(select(PayeeChange).where(PayeeChange.claim_id == claim.id, PayeeChange.state == "asked"))


def of_claim(claim: Claim) -> Sequence[PayeeChange]:
    """Every other account that was named for a claim, oldest first."""
    return db.session.scalars(
        select(PayeeChange).where(PayeeChange.claim_id == claim.id).order_by(PayeeChange.id)
    ).all()


def account_of(change: PayeeChange) -> BankAccount:
    """The account that was named."""
    told = json.loads(vault.unseal(change.account_sealed, purpose=_PURPOSE))
    return BankAccount(told["holder"], told["bank"], told["number"])


def confirm(change: PayeeChange, *, by: int, at: dt.datetime) -> None:
    """The proof fits: from now on the payout goes to this account. The relative is told.

    Raises `OwnAccountNamed`, `Answered`, and `NoAccountNow` when the money has left meanwhile.
    """
    claim = _answer(change, "confirmed", "", by=by, at=at)
    if way_of(claim) is None or change.named_by != claim.account_id:
        raise NoAccountNow(claim.state)
    claim_file.keep_bank_account(claim, account_of(change))
    db.session.flush()
    _tell(change, claim, "payee-confirmed", at=at)


def refuse(change: PayeeChange, reason: str, *, by: int, at: dt.datetime) -> None:
    """The proof does not fit: everything stays. Raises `ReasonMissing`, `OwnAccountNamed` and `Answered`."""
    if not reason.strip():
        raise ReasonMissing
    claim = _answer(change, "refused", reason.strip(), by=by, at=at)
    _tell(change, claim, "payee-refused", at=at)


def forget(claim: Claim, *, named_by: int, reason: str, by: int, at: dt.datetime) -> None:
    """Whoever named an account stands for nobody any more: what waits is refused, and what holds is forgotten.

    Money that has not left waits until somebody names an account (`payouts`); what is on its way stays on its way.
    """
    db.session.execute(
        update(PayeeChange)
        .where(PayeeChange.claim_id == claim.id, PayeeChange.named_by == named_by, PayeeChange.state == "asked")
        .values(state="refused", reason=reason, decided_by=by, decided_at=at)
        .execution_options(synchronize_session=False)
    )
    if named_by == claim.account_id or not _is_of(claim, named_by):
        return
    paid_out = select(Payout).join(Award, Payout.award_id == Award.id).where(Award.claim_id == claim.id)
    for payout in db.session.scalars(paid_out.with_for_update(of=Payout)).all():
        if payout.state == "released":
            return
        if payout.state == "returned":
            payout.account_given_at = None
    claim.account_sealed = claim.payee_hash = None
    audit.note("forget-account", "claim", claim.ref, by=by, role="caseworker", at=at)
    db.session.flush()


def _is_of(claim: Claim, account_id: int) -> bool:
    """Whether this account ever named one for the claim that held: alone, or confirmed by a caseworker."""
    alone = select(Audit.id).where(
        Audit.about_kind == "claim",
        Audit.about_ref == claim.ref,
        Audit.account_id == account_id,
        Audit.deed.in_(_NAMED),
        Audit.detail.is_distinct_from("by-two"),
    )
    confirmed = select(PayeeChange.id).where(
        PayeeChange.claim_id == claim.id, PayeeChange.named_by == account_id, PayeeChange.state == "confirmed"
    )
    return any(db.session.scalar(asked.limit(1)) is not None for asked in (alone, confirmed))


def _answer(change: PayeeChange, state: str, reason: str, *, by: int, at: dt.datetime) -> Claim:
    claim = db.session.get_one(Claim, change.claim_id, with_for_update={"of": Claim}, populate_existing=True)
    if by == change.named_by or by in hands.owners(claim):
        raise OwnAccountNamed
    changed = db.session.execute(
        update(PayeeChange)
        .where(PayeeChange.id == change.id, PayeeChange.state == "asked")
        .values(state=state, reason=reason, decided_by=by, decided_at=at)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(change)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Answered
    audit.note(f"payee-{state}", "claim", claim.ref, by=by, role="caseworker", at=at)
    return claim


def _tell(change: PayeeChange, claim: Claim, kind: str, *, at: dt.datetime) -> None:
    messages.tell(change.named_by, kind, key=f"{kind}:{change.ref}", at=at, claim=claim.ref, reason=change.reason)
