"""What a member asks of the own memberships. An organiser may have thousands: nothing here loads more than a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, func, select

from app.db import db
from app.domain.calendar import first_eligible_day
from app.domain.equation import Equation, equation_of
from app.domain.standing import Standing, deadline, periods_covered
from app.domain.terms import PoolTerms, Rules
from app.models import Account, Application, Membership, Message, Payment, Period, Plan, Pool, RuleVersion
from app.services import expected_share, notices, pins, pools, rulebook, settling, standings, statement, vault
from app.services.days import day_of, midnight, zone
from app.services.expected_share import Expected
from app.services.pins import News

A_PAGE = 20
SENTENCES = 4
"""Up to so many memberships each get a sentence of their own; beyond that, the table tells."""
_LIVE = ("pending", "sharing")
_BLINK = dt.timedelta(microseconds=1)

Situation = Literal["good", "waiting", "grace", "pending", "leaving", "ended"]


@dataclass(frozen=True, slots=True)
class Card:
    """One membership with everything its sentence needs."""

    membership: Membership
    name: str
    version: RuleVersion
    """What an event of today would be judged by: the version the member agreed to."""
    rules: Rules
    """The same, as values."""
    news: News | None
    """A newer version that does not hold yet, or that the member has not acknowledged."""
    terms: PoolTerms
    """What holds for the pool today."""
    situation: Situation
    standing: Standing
    balance_fen: int
    eligible_from: dt.date
    next: Expected | None
    """The next charge; None when there will be none."""
    periods: int | None
    """How many expected shares the balance carries; None when that cannot be said."""
    shares_from: dt.date | None
    """When a pending membership begins to share."""
    last_day: dt.date | None
    """In grace and after the end: the last day, to 24:00."""

    @property
    def is_low(self) -> bool:
        """Whether the member has to do something about the balance."""
        return self.situation != "ended" and self.balance_fen < self.terms.remind_below_fen

    @property
    def runs_out_next(self) -> bool:
        """Whether the next expected share takes the balance below the floor."""
        share = self.next.share_fen if self.next is not None else None
        return share is not None and self.balance_fen - share < self.terms.floor_fen

    @property
    def ends_at_the_earliest(self) -> dt.date | None:
        """The last day of membership if nothing is paid in: of the present grace, or of that after the next charge."""
        if self.last_day is not None:
            return self.last_day
        if self.next is None or not self.runs_out_next:
            return None
        return day_of(deadline(midnight(self.next.day), self.terms.grace_days, zone()) - _BLINK)


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


def cards_of(found: Sequence[Membership], *, at: dt.datetime) -> list[Card]:
    """The cards of a few memberships; what a pool has to say is asked once for each pool."""
    how = standings.standings_of(found, at=at)
    pinned, news = pins.versions_on(found, day_of(at)), pins.news_of(found, at=at)
    seen: dict[int, tuple[PoolTerms, Expected, Expected, Period | None]] = {}
    for membership in found:
        if membership.pool_id not in seen:
            seen[membership.pool_id] = _pool_today(membership.pool, at)
    return [
        _card(one, (pinned[one.id], news.get(one.id)), how[one.id], *seen[one.pool_id], on=day_of(at)) for one in found
    ]


def lowest(account: Account, *, at: dt.datetime) -> tuple[Card | None, int]:
    """The membership whose balance is most urgent, and how many are below the reminding band."""
    total = 0
    worst: list[Membership] = []
    for pool in _pools_of(account):
        terms = _terms(pool, day_of(at))
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


def _pool_today(pool: Pool, at: dt.datetime) -> tuple[PoolTerms, Expected, Expected, Period | None]:
    """What holds for a pool today, its next charge, the one for who waits, and the period that is locked."""
    return (
        _terms(pool, day_of(at)),
        expected_share.next_share(pool, at=at),
        expected_share.share_after_lock(pool, at=at),
        pools.open_lock(pool.id),
    )


def _terms(pool: Pool, on: dt.date) -> PoolTerms:
    return rulebook.rules_of(rulebook.version_on(pool.plan_id, on)).pool


def _card(  # noqa: PLR0913, PLR0917 -- one membership and what its pool has to say
    membership: Membership,
    bound: tuple[RuleVersion, News | None],
    how: Standing,
    terms: PoolTerms,
    charge: Expected,
    later: Expected,
    locked: Period | None,
    *,
    on: dt.date,
) -> Card:
    version, news = bound
    rules = rulebook.rules_of(version)
    balance = statement.balance_fen(membership)
    eligible = first_eligible_day(membership.waiting_since, rules.member.waiting_days)
    situation = _situation(membership, how, eligible=eligible, on=on)
    coming = {"pending": later, "ended": None}.get(situation, charge)
    if situation == "leaving" and (
        locked is None or locked.seq is None or locked.seq > (membership.ends_after_seq or 0)
    ):
        coming = None
    share = coming.share_fen if coming is not None else None
    return Card(
        membership=membership,
        name=vault.unseal(membership.person.name_sealed, purpose="person.name"),
        version=version,
        rules=rules,
        news=news,
        terms=terms,
        situation=situation,
        standing=how,
        balance_fen=balance,
        eligible_from=eligible,
        next=coming,
        periods=periods_covered(balance, terms.floor_fen, share) if share is not None else None,
        shares_from=(locked.settle_day if locked is not None else on) if situation == "pending" else None,
        last_day=day_of(how.until - _BLINK) if how.until is not None else None,
    )


def _situation(membership: Membership, how: Standing, *, eligible: dt.date, on: dt.date) -> Situation:
    if how.kind == "ended":
        return "ended"
    if membership.state == "pending":
        return "pending"
    if membership.ends_after_seq is not None:
        return "leaving"
    if how.kind == "grace":
        return "grace"
    return "waiting" if on < eligible else "good"
