"""Joining: an application that is complete and paid becomes a membership, under the version it is pinned to.

Some applications are looked at by a person first: those of somebody who is a member under another account, and a share
of all the others that chance picks (`CHECKED_PER_MILLE`). Whoever applied reads the same words for both, so nobody
learns from them who is a member.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import current_app
from sqlalchemy import select, update

from app.db import db
from app.models import Application, Membership, Payment, Person, Plan, Pool, SuspenseItem
from app.services import audit, closings, messages, notices, pools, refunds, rulebook, suspense
from app.services.days import day_of

_LIVE = ("pending", "sharing")
_THOUSAND = 1000


class NotToBeChecked(Exception):
    """The application does not wait for a check (any more); `state` is where it is now."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the application is {state}")
        self.state = state


class MemberElsewhere(Exception):
    """The person is a member of this plan now: the application can only be refused."""


def pool_of(plan_id: int) -> Pool:
    """The pool a new member of a plan enters; every plan of the preset catalogue has one."""
    return db.session.scalars(select(Pool).where(Pool.plan_id == plan_id).order_by(Pool.id).limit(1)).one()


def first_payment(payment: Payment, *, at: dt.datetime) -> Membership | None:
    """The join top-up arrived: begin the membership.

    When the application is to be looked at first, or less came than a membership begins with, the money is held in
    suspense and None is returned. Raises
    `AlreadyMember` when this application has become a membership before.
    """
    application = db.session.get_one(Application, payment.application_id)
    if application.state == "accepted":
        raise pools.AlreadyMember(application.ref)
    person = _person_of(application)
    if closings.binding_of(application.plan_id) is not None:
        _too_late(application, payment, at=at)
        return None
    if not drawn_for_check(person.identity_hash, application.plan) and not _too_little(application, payment, at=at):
        try:
            return _begin(application, payment, by=application.account_id, role="member", at=at)
        except pools.AlreadyMember:
            pass  # the money waits, like that of whoever chance picked
    application.state = "to_be_checked"
    suspense.hold(payment, "application", at=at)
    audit.note("check-application", "application", application.ref, by=None, role="system", at=at)
    messages.tell(
        application.account_id,
        "application-to-be-checked",
        key=f"checked:{application.ref}",
        at=at,
        plan=application.plan.slug,
    )
    return None


def _too_little(application: Application, payment: Payment, *, at: dt.datetime) -> bool:
    """Whether less came than a membership begins with, which happens with transfers by hand: a person looks at it."""
    rules = rulebook.rules_of(rulebook.version_on(application.plan_id, day_of(at)))
    return payment.amount_fen < rules.pool.join_least_fen


def _too_late(application: Application, payment: Payment, *, at: dt.datetime) -> None:
    """The closing of the plan was announced before the money came: it goes back, and the membership never begins."""
    application.state, application.decided_at = "refused", at
    refunds.give_back(suspense.hold(payment, "application", at=at), at=at)
    audit.note("refuse-application", "application", application.ref, by=None, role="system", at=at)
    messages.tell(
        application.account_id, "plan-closed-to-joiners", key=f"application-refused:{application.ref}", at=at,
        plan=application.plan.slug,
    )  # fmt: skip


def drawn_for_check(identity_hash: bytes, plan: Plan) -> bool:
    """Whether chance picks this person's application for a check: the same answer however often it is tried.

    The hash is keyed, so nobody outside can tell beforehand.
    """
    return draw_for_check(plan)(identity_hash)


def draw_for_check(plan: Plan) -> Callable[[bytes], bool]:
    """What says of many people whether chance picks them (see `drawn_for_check`)."""
    per_mille, divided = int(current_app.config["CHECKED_PER_MILLE"]), plan.position + 1
    return lambda identity_hash: int.from_bytes(identity_hash[:8]) // divided % _THOUSAND < per_mille


def member_elsewhere(application: Application) -> Membership | None:
    """The live membership of the same person in the same plan, whoever's account it is in."""
    person = _person_of(application)
    return db.session.scalar(
        select(Membership).where(
            Membership.plan_id == application.plan_id,
            Membership.identity_hash == person.identity_hash,
            Membership.state.in_(_LIVE),
        )
    )


def former_membership(account_id: int, plan_id: int, identity_hash: bytes) -> Membership | None:
    """The last membership of this person in this plan and account that has ended: coming back waits anew."""
    return db.session.scalar(
        select(Membership)
        .where(
            Membership.account_id == account_id,
            Membership.plan_id == plan_id,
            Membership.identity_hash == identity_hash,
            Membership.ended_at.is_not(None),
        )
        .order_by(Membership.id.desc())
        .limit(1)
    )


def held_for(application: Application) -> SuspenseItem | None:
    """The first top-up of an application, while it is kept apart."""
    return db.session.scalar(
        select(SuspenseItem)
        .join(Payment, SuspenseItem.payment_id == Payment.id)
        .where(Payment.application_id == application.id, SuspenseItem.closed_at.is_(None))
        .limit(1)
    )


def accept(application: Application, *, by: int, at: dt.datetime) -> Membership:
    """A caseworker has looked and lets the membership begin, with the money that waited.

    Raises `MemberElsewhere`, and `NotToBeChecked` when somebody was faster.
    """
    _take(application, "accepted", at=at)
    item = held_for(application)
    if item is None:
        raise LookupError(f"no money waits for application {application.ref}")
    try:
        membership = _begin(application, item.payment, by=by, role="caseworker", at=at, held=item)
    except pools.AlreadyMember as known:
        raise MemberElsewhere from known
    return membership


def refuse(application: Application, *, by: int, at: dt.datetime) -> None:
    """A caseworker has looked and says no; the money goes back. The words do not say why. Raises `NotToBeChecked`."""
    _take(application, "refused", at=at)
    item = held_for(application)
    if item is not None:
        refunds.give_back(item, at=at)
    audit.note("refuse-application", "application", application.ref, by=by, role="caseworker", at=at)
    messages.tell(
        application.account_id,
        "application-refused",
        key=f"application-refused:{application.ref}",
        at=at,
        plan=application.plan.slug,
    )


def _take(application: Application, state: str, *, at: dt.datetime) -> None:
    changed = db.session.execute(
        update(Application)
        .where(Application.id == application.id, Application.state == "to_be_checked")
        .values(state=state, decided_at=at)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(application)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise NotToBeChecked(application.state)


def _begin(  # noqa: PLR0913 -- what begins, with which money, who let it, when
    application: Application,
    payment: Payment,
    *,
    by: int,
    role: str,
    at: dt.datetime,
    held: SuspenseItem | None = None,
) -> Membership:
    plan, person = application.plan, _person_of(application)
    membership = pools.begin(
        plan=plan,
        pool=pool_of(plan.id),
        person=person,
        account_id=application.account_id,
        member_terms_id=application.member_terms_id,
        application_id=application.id,
        payment=payment,
        at=at,
        held=held,
    )
    application.state = "accepted"
    application.decided_at = at
    notices.issue("certificate", membership.id, account_id=membership.account_id, at=at)
    audit.note("join", "membership", membership.ref, by=by, role=role, at=at)
    messages.tell(
        application.account_id,
        "joined",
        key=f"joined:{membership.ref}",
        at=at,
        plan=plan.slug,
        membership=membership.ref,
    )
    return membership


def _person_of(application: Application) -> Person:
    if application.person is None:
        raise LookupError("an application is paid for before it names a person")
    return application.person
