"""Joining: an application that is complete and paid becomes a membership, under the version it is pinned to."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.db import db
from app.domain import ledger
from app.models import Application, Membership, Payment, Pool
from app.services import audit, journal, messages, notices, pools


def pool_of(plan_id: int) -> Pool:
    """The pool a new member of a plan enters; every plan of the preset catalogue has one."""
    return db.session.scalars(select(Pool).where(Pool.plan_id == plan_id).order_by(Pool.id).limit(1)).one()


def first_payment(payment: Payment, *, at: dt.datetime) -> Membership | None:
    """The join top-up arrived: begin the membership.

    When this person is a member already under another account, the application waits to be checked and the money is
    held in suspense; whoever applied is told the same as in any other check. Returns None then.
    """
    application = db.session.get_one(Application, payment.application_id)
    if application.state == "accepted":
        raise pools.AlreadyMember(application.ref)
    person, plan = application.person, application.plan
    if person is None:
        raise LookupError("an application is paid for before it names a person")
    try:
        membership = pools.begin(
            plan=plan,
            pool=pool_of(plan.id),
            person=person,
            account_id=application.account_id,
            member_terms_id=application.member_terms_id,
            application_id=application.id,
            payment=payment,
            at=at,
        )
    except pools.AlreadyMember:
        application.state = "to_be_checked"
        journal.book(
            "suspense",
            f"payment:{payment.ref}",
            ledger.suspense_deposit(plan.custody_account, payment.amount_fen),
            by=payment.account_id,
            at=at,
        )
        audit.note("check-application", "application", application.ref, by=None, role="system", at=at)
        messages.tell(
            application.account_id, "application-to-be-checked", key=f"checked:{application.ref}", at=at, plan=plan.slug
        )
        return None
    application.state = "accepted"
    application.decided_at = at
    notices.issue("certificate", membership.id, account_id=membership.account_id, at=at)
    audit.note("join", "membership", membership.ref, by=application.account_id, role="member", at=at)
    messages.tell(
        application.account_id,
        "joined",
        key=f"joined:{membership.ref}",
        at=at,
        plan=plan.slug,
        membership=membership.ref,
    )
    return membership
