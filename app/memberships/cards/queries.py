"""How one membership stands, with everything a page says about it; what a pool has to say is asked once for each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import select

from app.db import db
from app.domain import majority, topups
from app.domain.calendar import first_eligible_day, period_after
from app.domain.standing import Band, Standing, band, deadline, periods_covered
from app.domain.terms import PoolTerms, Rules
from app.domain.topups import Suggestion
from app.models import Membership, Period, Pool, ReminderSetting, RuleVersion
from app.services import expected_share, pins, pools, reminder_settings, rulebook, standings, statement, vault
from app.services.days import day_of, midnight, zone
from app.services.expected_share import Expected
from app.services.pins import News

LEAST_TOPUP_FEN: Final = 100
_BLINK: Final = dt.timedelta(microseconds=1)

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
    lasting_fen: int | None
    """The share it is reckoned by how long a balance lasts: the next one, or the average where that is nothing."""
    periods: int | None
    """How many such shares the balance carries; None when that cannot be said."""
    shares_from: dt.date | None
    """When a pending membership begins to share."""
    last_day: dt.date | None
    """In grace and after the end: the last day, to 24:00."""
    next_lock: dt.date | None
    """The day at whose 00:00 the next period is locked and published; None when nothing of it is shared any more."""
    wish: ReminderSetting | None
    """How its account wants to be reminded, where that is not as the rules do."""

    @property
    def least_fen(self) -> int:
        """The least top-up that makes sense: what brings it back to good standing, and one yuan otherwise."""
        return max(LEAST_TOPUP_FEN, self.standing.short_by_fen)

    @property
    def band(self) -> Band:
        """The band the balance lies in."""
        return band(self.balance_fen, self.terms)

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """Amounts by the periods they cover; none for who has enough, is leaving, or whose share nobody can say."""
        if self.situation in {"ended", "leaving"}:
            return ()
        return topups.suggestions(self.balance_fen, self.terms.floor_fen, self.lasting_fen, least_fen=self.least_fen)

    @property
    def reminded_below_fen(self) -> int:
        """Below this balance the member is reminded: the level of the rules, or an earlier one of their own."""
        own_fen = self.wish.below_fen if self.wish is not None else None
        return max(self.terms.remind_below_fen, own_fen or 0)

    @property
    def of_age_on(self) -> dt.date | None:
        """The day a child of the account comes of age and may take the membership over; None for everybody else."""
        person = self.membership.person
        return majority.of_age_on(person.birth_on) if person.relation == "child" else None

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


@dataclass(frozen=True, slots=True)
class Relative:
    """One person of an account with all memberships on a page."""

    name: str
    relation: str
    cards: tuple[Card, ...]


_ORDER: Final = ("self", "spouse", "child", "parent", "member")


def by_person(cards: Sequence[Card]) -> list[Relative]:
    """A family side by side: oneself, spouse, children, parents; each person once, with the memberships in order."""
    people: dict[int, list[Card]] = {}
    for card in cards:
        people.setdefault(card.membership.person_id, []).append(card)
    found = [Relative(held[0].name, held[0].membership.person.relation, tuple(held)) for held in people.values()]
    return sorted(found, key=lambda one: _ORDER.index(one.relation))


@dataclass(frozen=True, slots=True)
class _PoolToday:
    """What a pool has to say today: its terms, its next charge and the one for who waits, its lock and the next."""

    terms: PoolTerms
    charge: Expected
    later: Expected
    locked: Period | None
    next_lock: dt.date


def cards_of(found: Sequence[Membership], *, at: dt.datetime) -> list[Card]:
    """The cards of a few memberships; what a pool has to say is asked once for each pool."""
    how = standings.standings_of(found, at=at)
    wishes = reminder_settings.current_of([one.id for one in found])
    pinned, news = pins.versions_on(found, day_of(at)), pins.news_of(found, at=at)
    seen: dict[int, _PoolToday] = {}
    for membership in found:
        if membership.pool_id not in seen:
            seen[membership.pool_id] = _pool_today(membership.pool, at)
    return [
        _card(
            one, (pinned[one.id], news.get(one.id)), how[one.id], seen[one.pool_id], wishes.get(one.id), on=day_of(at)
        )
        for one in found
    ]


def _pool_today(pool: Pool, at: dt.datetime) -> _PoolToday:
    terms = _terms(pool, day_of(at))
    planned = db.session.scalar(
        select(Period.publication_day)
        .where(Period.pool_id == pool.id, Period.state.in_(("planned", "postponed")))
        .order_by(Period.publication_day)
        .limit(1)
    )
    return _PoolToday(
        terms=terms,
        charge=expected_share.next_share(pool, at=at),
        later=expected_share.share_after_lock(pool, at=at),
        locked=pools.open_lock(pool.id),
        next_lock=planned or period_after(terms.calendar, day_of(at)).publication_day,
    )


def _terms(pool: Pool, on: dt.date) -> PoolTerms:
    return rulebook.rules_of(rulebook.version_on(pool.plan_id, on)).pool


def _card(  # noqa: PLR0913 -- one membership and what its pool has to say
    membership: Membership,
    bound: tuple[RuleVersion, News | None],
    how: Standing,
    pool: _PoolToday,
    wish: ReminderSetting | None,
    *,
    on: dt.date,
) -> Card:
    terms, locked = pool.terms, pool.locked
    version, news = bound
    rules = rulebook.rules_of(version)
    balance = statement.balance_fen(membership)
    eligible = first_eligible_day(membership.waiting_since, rules.member.waiting_days)
    situation = _situation(membership, how, eligible=eligible, on=on)
    coming = {"pending": pool.later, "ended": None}.get(situation, pool.charge)
    if situation == "leaving" and (
        locked is None or locked.seq is None or locked.seq > (membership.ends_after_seq or 0)
    ):
        coming = None
    share = (coming.share_fen or pool.later.share_fen) if coming is not None else None
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
        lasting_fen=share,
        periods=periods_covered(balance, terms.floor_fen, share) if share is not None else None,
        shares_from=(locked.settle_day if locked is not None else on) if situation == "pending" else None,
        last_day=day_of(how.until - _BLINK) if how.until is not None else None,
        next_lock=pool.next_lock if situation not in {"ended", "leaving"} else None,
        wish=wish,
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
