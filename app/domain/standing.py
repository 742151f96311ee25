"""Standing is a function of time, never a stored flag.

A membership holds a threshold θ (what the index was when it began to share, plus deposits, less refunds), and the pool
a limit that moves: limit(t) = index(t) + floor(t). Nothing else is needed to say how it stands at any instant:

    good    θ ≥ limit(now)
    grace   θ < limit(now), since the latest instant at which the limit rose above θ
    ended   θ < limit at every instant from 00:00 of (today − grace days) to now

All three follow from one fact: where the present run of "limit above θ" began. It began at `since`; the membership ends
at the first local midnight that has the whole grace behind it, which is 24:00 of (day of `since` + grace days), or one
day less if `since` is itself a midnight, because then its own day is a whole day of grace. A deposit or a lower floor
cuts the run off at once; a raised floor starts one and so ends nobody on the spot. Two things move the end later, never
earlier:

* a top-up that was reversed ends nobody before 24:00 of that day + grace days (`end_of_protection`);
* an end that falls between a lock and its settlement waits for 24:00 of the day it settles or is cancelled
  (`end_of_lock`), so that who is charged is still a member.

Judged at a past instant, only changes and bookings up to that instant count. After the end, deposits go to suspense, so
the bookings handed in never contain one that would bring a membership back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from app.domain.calendar import end_of_day, last_instant_of_day, local_day, start_of_day
from app.domain.terms import PoolTerms

Band = Literal["comfortable", "fair", "remind", "below_floor"]


class HistoryUnsound(ValueError):
    """The limits handed in do not tell how the membership stands; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class LimitChange:
    """From this instant on the limit is index + floor = `limit_fen`: after a settlement, or with a new floor."""

    at: datetime
    limit_fen: int


@dataclass(frozen=True, slots=True)
class Booking:
    """Money that raised (deposit, credit) or lowered (refund, reversal) a threshold, when it was booked."""

    at: datetime
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a membership stands at one instant."""

    kind: Literal["good", "grace", "ended"]
    since: datetime | None
    """When the limit rose above the threshold; None in good standing."""
    until: datetime | None
    """In grace: when it will end. Ended: when it did. None in good standing."""
    short_by_fen: int
    """What a top-up must bring at least to be in good standing; 0 in good standing."""


def threshold_fen(began_at_index_fen: int, bookings: Iterable[Booking], *, at: datetime) -> int:
    """θ as it stood at an instant: a booking counts from the instant it is booked."""
    return began_at_index_fen + sum(booking.amount_fen for booking in bookings if booking.at <= at)


def standing(  # noqa: PLR0913  all of it belongs to the question
    theta_fen: int,
    history: Sequence[LimitChange],
    *,
    now: datetime,
    grace_days: int,
    zone: ZoneInfo,
    locked_at: datetime | None = None,
    lock_open_until: datetime | None = None,
    protected_until: datetime | None = None,
) -> Standing:
    """How a membership with threshold `theta_fen` stands at `now`.

    `history` is in order of time and reaches back to the pool's beginning, or at least to the change in force at 00:00
    of (today − grace days); `since` is exact only if it reaches back to it. Changes after `now` are ignored.
    `lock_open_until` (from `end_of_lock`) is given for the lock that is open at `now` or was when the deadline passed;
    with `locked_at` it moves only an end that comes after the lock. `protected_until` comes from `end_of_protection`.
    Raises `HistoryUnsound`.
    """
    limit_fen, since = _present_run(theta_fen, history, now)
    if since is None:
        return Standing("good", None, None, 0)
    until = deadline(since, grace_days, zone)
    if protected_until is not None:
        until = max(until, protected_until)
    if lock_open_until is not None and (locked_at is None or until > locked_at):
        until = max(until, lock_open_until)
    return Standing("ended" if now >= until else "grace", since, until, limit_fen - theta_fen)


def deadline(since: datetime, grace_days: int, zone: ZoneInfo) -> datetime:
    """When a membership ends whose limit rose above its threshold at `since`.

    It is the first local midnight T for which 00:00 of (T's day − grace days) is not before `since`.
    """
    day = local_day(since, zone)
    return (start_of_day if since == start_of_day(day, zone) else end_of_day)(day + timedelta(days=grace_days), zone)


def end_of_lock(planned: date, *, over_on: date | None, today: date, zone: ZoneInfo) -> datetime:
    """24:00 of the day a lock is over: the day it settled or was cancelled, else the planned day, else (late) today."""
    return end_of_day(over_on if over_on is not None else max(planned, today), zone)


def end_of_protection(reversed_on: date, grace_days: int, zone: ZoneInfo) -> datetime:
    """24:00 of the day a top-up was reversed + grace days: nobody ends before, whatever the reversal took away."""
    return end_of_day(reversed_on + timedelta(days=grace_days), zone)


def eligibility_instant(event_day: date, zone: ZoneInfo) -> datetime:
    """The instant a claim is judged at: 24:00 of the event date, seen from within it.

    It is the day's last instant, so that a deposit of that day counts, one dated the next day does not, and a
    membership that ends with that day was still one on it.
    """
    return last_instant_of_day(event_day, zone)


def periods_covered(balance_fen: int, floor_fen: int, expected_share_fen: int) -> int | None:
    """How many expected shares a balance carries and stays at or above the floor; None: no end in sight."""
    if expected_share_fen < 0:
        raise ValueError(f"a share cannot be {expected_share_fen} fen")
    if balance_fen < floor_fen:
        return 0
    return None if expected_share_fen == 0 else (balance_fen - floor_fen) // expected_share_fen


def band(balance_fen: int, terms: PoolTerms) -> Band:
    """The band a balance lies in; each begins at its own amount."""
    if balance_fen < terms.floor_fen:
        return "below_floor"
    if balance_fen < terms.remind_below_fen:
        return "remind"
    return "fair" if balance_fen < terms.comfortable_fen else "comfortable"


def _present_run(theta_fen: int, history: Sequence[LimitChange], now: datetime) -> tuple[int, datetime | None]:
    """The limit at `now`, and where the present run of limits above θ began; None when the limit is not above it."""
    if any(later.at < earlier.at for earlier, later in pairwise(history)):
        raise HistoryUnsound("limits must be in the order of time")
    limits = {
        change.at: change.limit_fen for change in history if change.at <= now
    }  # the last word of an instant counts
    if not limits:
        raise HistoryUnsound("no limit is known at that instant")
    since: datetime | None = None
    for at, limit_fen in limits.items():
        if limit_fen <= theta_fen:
            since = None
        elif since is None:
            since = at
    return limit_fen, since
