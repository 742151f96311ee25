"""What somebody who has died still holds is owed to the account that the relatives named."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.db import db
from app.models import Membership, Refund, Report
from app.services import statement


def owe(membership: Membership | None, *, at: dt.datetime) -> None:
    """Owe the balance of an ended membership to the payee of the confirmed report of the death.

    What is due, or came back, goes there too. What was released stays on its way: asked again when it has arrived or
    come back, this owes what is left. Nothing happens while the membership goes on or its person lives.
    """
    if membership is None or membership.ended_at is None or membership.person.died_on is None:
        return
    balance_fen = statement.balance_fen(membership)
    report = db.session.scalar(
        select(Report).where(
            Report.identity_hash == membership.identity_hash,
            Report.kind == "death",
            Report.state == "confirmed",
            Report.revoked_at.is_(None),
        )
    )
    if report is None or balance_fen <= 0:
        return
    owed = db.session.scalar(
        select(Refund).where(Refund.membership_id == membership.id, Refund.state != "paid").with_for_update(of=Refund)
    )
    if owed is None:
        owed = Refund(membership_id=membership.id, due_at=at, state="due")
        db.session.add(owed)
    if owed.state != "released":
        owed.account_id, owed.payee_sealed, owed.amount_fen = report.account_id, report.payee_sealed, balance_fen
    db.session.flush()
