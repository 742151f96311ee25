"""Transfers that wait for a bank file: written down when a payout or refund is sent, with where it goes opened late."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, and_, exists, or_, select

from app.db import db
from app.models import (
    Account,
    Award,
    BankBatchLine,
    BankTransfer,
    Claim,
    Membership,
    Payment,
    Payout,
    Refund,
)
from app.services import vault
from app.services.claim_file import BANK_ACCOUNT, BankAccount

_PAYEE = "refund.payee"
_AT_ONCE = 500


def wait(  # noqa: PLR0913 -- what leaves, out of which account, for which of the two
    ref: str,
    amount_fen: int,
    *,
    custody_account: str,
    at: dt.datetime,
    payout: Payout | None = None,
    refund: Refund | None = None,
) -> BankTransfer:
    """This attempt of a payout or refund leaves by a bank file. Sent twice, it is the same transfer."""
    found = db.session.scalar(select(BankTransfer).where(BankTransfer.ref == ref))
    if found is None:
        found = BankTransfer(
            ref=ref, custody_account=custody_account, payout_id=payout.id if payout else None,
            refund_id=refund.id if refund else None, attempt=(payout or refund).attempt,  # type: ignore[union-attr]
            amount_fen=amount_fen, at=at,
        )  # fmt: skip
        db.session.add(found)
        db.session.flush()
    return found


def gathered(account: str) -> Sequence[BankTransfer]:
    """What waits for a batch of this custody account, longest first: on its way, and in no batch that goes."""
    in_a_batch = exists().where(BankBatchLine.transfer_id == BankTransfer.id, BankBatchLine.dropped_at.is_(None))
    return db.session.scalars(
        select(BankTransfer)
        .outerjoin(Payout, Payout.id == BankTransfer.payout_id)
        .outerjoin(Refund, Refund.id == BankTransfer.refund_id)
        .where(BankTransfer.custody_account == account, ~in_a_batch, _on_its_way())
        .order_by(BankTransfer.id)
    ).all()


def _on_its_way() -> ColumnElement[bool]:
    """Nothing was said of this attempt yet."""
    return or_(
        and_(Payout.state == "released", Payout.attempt == BankTransfer.attempt),
        and_(Refund.state == "released", Refund.attempt == BankTransfer.attempt),
    )


def state_of(transfer: BankTransfer) -> str:
    """`released`, `paid`, `returned`, `failed`; `over` when a later attempt has taken its place."""
    owner: Payout | Refund = owner_of(transfer)
    return owner.state if owner.attempt == transfer.attempt else "over"


def owner_of(transfer: BankTransfer) -> Payout | Refund:
    """The payout or the refund."""
    if transfer.payout_id is not None:
        return db.session.get_one(Payout, transfer.payout_id)
    return db.session.get_one(Refund, transfer.refund_id)


def recipients(transfers: Iterable[BankTransfer]) -> list[tuple[BankAccount, str]]:
    """Where each transfer goes, opened, and what the bank is to know beside it: here and nowhere else.

    What goes back the way it came has no account of ours: the name of whoever is owed it and the payment it came by.
    """
    wanted = list(transfers)
    kept = ready(wanted)
    found = [_recipient(transfer) for transfer in wanted]
    kept.clear()
    return found


def ready(transfers: Sequence[BankTransfer]) -> list[object]:
    """Load in a few questions what these transfers lead to: while the list is kept, nothing of it is asked again."""
    payouts = [one.payout_id for one in transfers if one.payout_id is not None]
    refunds = [one.refund_id for one in transfers if one.refund_id is not None]
    kept: list[object] = []
    for start in range(0, len(payouts), _AT_ONCE):
        rows = db.session.execute(
            select(Payout, Award, Claim)
            .join(Award, Award.id == Payout.award_id)
            .join(Claim, Claim.id == Award.claim_id)
            .where(Payout.id.in_(payouts[start : start + _AT_ONCE]))
        ).all()
        kept += [one for row in rows for one in row]
    for start in range(0, len(refunds), _AT_ONCE):
        kept += db.session.scalars(select(Refund).where(Refund.id.in_(refunds[start : start + _AT_ONCE]))).all()
    return kept


def _recipient(transfer: BankTransfer) -> tuple[BankAccount, str]:
    owner = owner_of(transfer)
    if isinstance(owner, Payout):
        claim = db.session.get_one(Claim, owner.settled.award.claim_id)
        return _opened(claim.account_sealed, BANK_ACCOUNT), f"payout {transfer.ref}"
    if owner.payee_sealed is not None:
        return _opened(owner.payee_sealed, _PAYEE), f"refund {transfer.ref}"
    payer = db.session.get_one(Account, owner.account_id)
    payment = owner.suspense.payment.reference if owner.suspense is not None else _last_payment(owner.membership)
    return BankAccount(payer.name, "", ""), f"refund of payment {payment}" if payment else f"refund {transfer.ref}"


def _opened(sealed: bytes | None, purpose: str) -> BankAccount:
    told = json.loads(vault.unseal(sealed, purpose=purpose)) if sealed is not None else {}
    return BankAccount(told.get("holder", ""), told.get("bank", ""), told.get("number", ""))


def _last_payment(membership: Membership | None) -> str | None:
    """What the payment service called the last payment for a membership."""
    if membership is None:
        return None
    return db.session.scalar(
        select(Payment.reference)
        .where(
            or_(
                Payment.membership_id == membership.id,
                and_(Payment.application_id.is_not(None), Payment.application_id == membership.application_id),
            ),
            Payment.state == "received",
        )
        .order_by(Payment.id.desc())
        .limit(1)
    )
