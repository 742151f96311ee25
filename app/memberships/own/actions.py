"""What a member does with the own memberships."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import update

from app.db import db
from app.memberships.own import queries
from app.models import Account, Membership, Message, Payment
from app.services import closings, payments, pools, standings

_REF = re.compile(r"[0-9A-HJKMNP-TV-Z]{12}")


class NotOurReference(Exception):
    """The reference of a payment was not made by us, or belongs to another payment."""


def top_up(membership: Membership, amount_fen: int, *, ref: str, by: Account, at: dt.datetime) -> Payment:
    """Pay in. The reference was made when the amount was checked: sent twice, it is one payment.

    Raises `MembershipEnded` when there is nothing to pay into any more, `NoPaymentAdapter`, and `NotOurReference`.
    """
    if not _REF.fullmatch(ref):
        raise NotOurReference
    made = queries.payment_with(ref)
    if made is not None:
        if made.account_id != by.id or made.membership_id != membership.id:
            raise NotOurReference
        return made
    if standings.standing_of(membership, at=at).kind == "ended":
        raise pools.MembershipEnded
    closings.check_open(membership.pool.plan)
    return payments.ask(amount_fen, account_id=by.id, membership=membership, at=at, ref=ref)


def read_messages(*, by: Account, at: dt.datetime) -> None:
    """Every message that is there now has been read."""
    db.session.execute(
        update(Message)
        .where(Message.account_id == by.id, Message.read_at.is_(None))
        .values(read_at=at)
        .execution_options(synchronize_session=False)
    )
