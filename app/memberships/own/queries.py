"""What a member asks of the own memberships. An organiser may have thousands: nothing here loads more than a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select

from app.db import db
from app.domain.equation import Equation, equation_of
from app.domain.terms import PoolTerms, Rules
from app.memberships.cards.queries import Card, cards_of
from app.models import Account, Application, Membership, Message, Payment, Period, Plan, Pool
from app.services import notices, rulebook, settling, vault
from app.services.days import day_of

A_PAGE = 20
SENTENCES = 8
"""Up to so many memberships each get a sentence of their own; beyond that, the table tells."""


def count_memberships(account: Account) -> int:
    """How many memberships this account has or had."""
    return db.session.scalar(select(func.count(Membership.id)).where(Membership.account_id == account.id)) or 0


def cards(account: Account, *, page: int, at: dt.datetime) -> list[Card]:
    """One page of the memberships, in the order they were made."""
    found = db.session.scalars(
        select(Membership)
        .where(Membership.account_id == account.id)
        .order_by(Membership.id)
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    ).all()
    return cards_of(found, at=at)


def lowest(account: Account, *, at: dt.datetime) -> tuple[Card | None, int]:
    """The membership whose balance is most urgent, and how many are below the reminding band."""
    total = 0
    worst: list[Membership] = []
    for pool in _pools_of(account):
        terms = rulebook.rules_of(rulebook.version_on(pool.plan_id, day_of(at))).pool
        low: tuple[ColumnElement[bool], ...] = (
            Membership.account_id == account.id,
            Membership.pool_id == pool.id,
            Membership.state == "sharing",
            Membership.threshold_fen < pool.index_fen + terms.remind_below_fen,
        )
        count = db.session.scalar(select(func.count(Membership.id)).where(*low)) or 0
        if count:
            total += count
            worst += db.session.scalars(
                select(Membership).where(*low).order_by(Membership.threshold_fen).limit(1)
            ).all()
    found = [card for card in cards_of(worst, at=at) if card.is_low]
    return min(found, key=lambda card: card.balance_fen - card.terms.floor_fen, default=None), total


def next_equations(found: Sequence[Card], *, at: dt.datetime) -> list[tuple[Period, Equation, PoolTerms, int]]:
    """The sums of the locked periods these members will be charged by, each with its terms and its number of cases."""
    periods = {
        card.next.period.id: card.next.period
        for card in found
        if card.next is not None and card.next.period is not None and card.next.share_fen
    }
    sums = []
    for period in periods.values():
        quote = settling.preview(period, at=at).quote
        if period.pool_terms is not None:
            sums.append((period, equation_of(quote), rulebook.pool_terms(period.pool_terms), len(quote.cases)))
    return sums


def open_applications(account: Account) -> list[tuple[Application, str, Rules]]:
    """Applications that are not decided yet, with the person's name and the plan's rules."""
    rows = db.session.scalars(
        select(Application)
        .where(Application.account_id == account.id, Application.state.in_(("draft", "to_be_checked", "invited")))
        .order_by(Application.id.desc())
        .limit(A_PAGE)
    ).all()
    return [
        (row, vault.unseal(row.person.name_sealed, purpose="person.name"), rulebook.rules_of(row.member_terms.version))
        for row in rows
        if row.person is not None
    ]


def certificate_ref(membership: Membership) -> str | None:
    """The reference of the certificate."""
    found = notices.notice_about("certificate", membership.id)
    return found.ref if found is not None else None


def open_payments(membership: Membership, *, since: dt.datetime) -> Sequence[Payment]:
    """Payments of a membership that have not arrived: those on their way, and those that failed since an instant."""
    not_here = (Payment.state == "asked") | ((Payment.state == "failed") & (Payment.failed_at >= since))
    return db.session.scalars(
        db.select(Payment).where(Payment.membership_id == membership.id, not_here).order_by(Payment.id)
    ).all()


def payment_with(ref: str) -> Payment | None:
    """The payment of this reference."""
    return db.session.scalar(select(Payment).where(Payment.ref == ref))


def count_messages(account: Account, *, unread: bool = False) -> int:
    """How many messages there are, or how many of them are new."""
    wanted = select(func.count(Message.id)).where(Message.account_id == account.id)
    return db.session.scalar(wanted.where(Message.read_at.is_(None)) if unread else wanted) or 0


def messages(account: Account, *, page: int) -> Sequence[Message]:
    """One page of the inbox, newest first."""
    return db.session.scalars(
        select(Message)
        .where(Message.account_id == account.id)
        .order_by(Message.at.desc(), Message.id.desc())
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    ).all()


def plan_rules(*, on: dt.date) -> dict[str, Rules]:
    """The rules of every plan as they hold today, by slug: messages name plans."""
    plans = db.session.scalars(select(Plan).order_by(Plan.position)).all()
    return {plan.slug: rulebook.rules_of(rulebook.version_on(plan.id, on)) for plan in plans}


def _pools_of(account: Account) -> Sequence[Pool]:
    held = select(Membership.id).where(
        Membership.account_id == account.id, Membership.pool_id == Pool.id, Membership.state == "sharing"
    )
    return db.session.scalars(select(Pool).where(held.exists()).order_by(Pool.id)).all()
