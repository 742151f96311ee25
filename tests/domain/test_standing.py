"""Standing: a function of time, never a stored flag."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import standing as rules
from app.domain.calendar import end_of_day, start_of_day
from app.domain.standing import Booking, HistoryUnsound, LimitChange, Standing
from tests.domain.builders import pool_terms

SHANGHAI = ZoneInfo("Asia/Shanghai")
GRACE = 15
ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)


def local(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


# Shares of 3.00 on the 14th and 28th, floor 1.00.
OCTOBER = [
    LimitChange(ALWAYS, 100),
    LimitChange(local(10, 14), 400),
    LimitChange(local(10, 28), 700),
]


def stands(theta_fen: int, now: datetime, **lock: datetime | None) -> Standing:
    return rules.standing(theta_fen, OCTOBER, now=now, grace_days=GRACE, zone=SHANGHAI, **lock)


def test_a_balance_of_three_fifty_is_good_until_the_share_of_the_fourteenth() -> None:
    assert stands(350, local(10, 14, 9, 59)) == Standing("good", None, None, 0)


def test_after_it_grace_runs_to_the_end_of_the_twenty_ninth() -> None:
    midnight = local(10, 30, 0)
    assert stands(350, local(10, 14)) == Standing("grace", local(10, 14), midnight, 50)
    assert stands(350, local(10, 28)) == Standing("grace", local(10, 14), midnight, 350)
    assert stands(350, midnight - timedelta(microseconds=1)).kind == "grace"
    assert stands(350, midnight) == Standing("ended", local(10, 14), midnight, 350)


def test_a_top_up_on_the_twentieth_makes_it_good_and_the_next_share_begins_a_new_grace() -> None:
    bookings = [Booking(local(9, 1), 350), Booking(local(10, 20), 260)]

    def at(now: datetime) -> Standing:
        return stands(rules.threshold_fen(0, bookings, at=now), now)

    assert at(local(10, 20, 9, 59)).kind == "grace"
    assert at(local(10, 20)) == Standing("good", None, None, 0)
    assert at(local(10, 27)).kind == "good"
    assert at(local(10, 28)) == Standing("grace", local(10, 28), local(11, 13, 0), 90)


def test_an_end_between_lock_and_settlement_waits_for_the_settlement() -> None:
    locked_at = local(11, 7, 0)
    open_until = rules.end_of_lock(date(2026, 11, 14), over_on=None, today=date(2026, 11, 12), zone=SHANGHAI)
    waiting = stands(610, local(11, 13, 12), locked_at=locked_at, lock_open_until=open_until)
    assert (waiting.kind, waiting.until) == ("grace", local(11, 15, 0))
    assert stands(610, local(11, 15, 0), locked_at=locked_at, lock_open_until=open_until).kind == "ended"
    assert stands(610, local(11, 13, 12)).kind == "ended"


def test_a_lock_brings_nobody_back_who_had_ended_before_it() -> None:
    open_until = local(11, 15, 0)
    assert stands(350, local(11, 8), locked_at=local(11, 7, 0), lock_open_until=open_until).kind == "ended"
    assert stands(350, local(11, 8), locked_at=local(10, 30, 0), lock_open_until=open_until).kind == "ended"
    assert stands(350, local(11, 8), locked_at=local(10, 29, 0), lock_open_until=open_until).kind == "grace"


def test_a_lock_is_over_with_the_day_it_settles_is_cancelled_or_else_with_today() -> None:
    planned = date(2026, 11, 14)
    settled = rules.end_of_lock(planned, over_on=date(2026, 11, 12), today=date(2026, 11, 20), zone=SHANGHAI)
    late = rules.end_of_lock(planned, over_on=None, today=date(2026, 11, 16), zone=SHANGHAI)
    assert (settled, late) == (local(11, 13, 0), local(11, 17, 0))


def test_a_reversed_top_up_ends_nobody_before_its_own_grace() -> None:
    protected = rules.end_of_protection(date(2026, 11, 2), GRACE, SHANGHAI)
    assert protected == local(11, 18, 0)
    assert stands(350, local(11, 2), protected_until=protected) == Standing("grace", local(10, 14), protected, 350)
    assert stands(350, local(11, 18, 0), protected_until=protected).kind == "ended"
    in_a_lock = stands(
        350, local(11, 18, 0), protected_until=protected, locked_at=local(11, 17), lock_open_until=local(11, 21, 0)
    )
    assert (in_a_lock.kind, in_a_lock.until) == ("grace", local(11, 21, 0))


def test_a_floor_raised_at_midnight_gives_the_grace_days_whole() -> None:
    history = [LimitChange(ALWAYS, 100), LimitChange(local(10, 7, 0), 200)]
    standing = rules.standing(150, history, now=local(10, 21, 23, 59), grace_days=GRACE, zone=SHANGHAI)
    assert standing == Standing("grace", local(10, 7, 0), local(10, 22, 0), 50)
    assert rules.standing(150, history, now=local(10, 22, 0), grace_days=GRACE, zone=SHANGHAI).kind == "ended"


def test_of_two_changes_at_one_instant_the_last_one_counts() -> None:
    history = [LimitChange(ALWAYS, 400), LimitChange(local(10, 7, 0), 100), LimitChange(local(10, 7, 0), 500)]
    assert rules.standing(150, history, now=local(10, 8), grace_days=GRACE, zone=SHANGHAI).since == ALWAYS


def test_eligibility_is_judged_from_within_the_event_day() -> None:
    at = rules.eligibility_instant(date(2026, 10, 29), SHANGHAI)
    assert stands(350, at).kind == "grace"
    bookings = [Booking(local(10, 29, 23, 59), 10), Booking(local(10, 30, 0), 100)]
    assert rules.threshold_fen(350, bookings, at=at) == 360
    assert stands(350, rules.eligibility_instant(date(2026, 10, 30), SHANGHAI)).kind == "ended"


def test_limits_out_of_order_or_none_at_all_are_refused() -> None:
    with pytest.raises(HistoryUnsound, match="order"):
        rules.standing(1, OCTOBER[::-1], now=local(11, 1), grace_days=GRACE, zone=SHANGHAI)
    with pytest.raises(HistoryUnsound, match="no limit"):
        rules.standing(1, OCTOBER, now=ALWAYS - timedelta(days=1), grace_days=GRACE, zone=SHANGHAI)


START = datetime(2026, 3, 20, tzinfo=UTC)  # nine days before Berlin changes its clocks
HOURS = 24 * 16
histories = st.lists(
    st.tuples(st.integers(0, HOURS), st.integers(-40, 60)), min_size=1, max_size=10, unique_by=lambda step: step[0]
).map(
    lambda steps: [
        LimitChange(START + timedelta(hours=hour), limit)
        for (hour, _), limit in zip(sorted(steps), accumulate(rise for _, rise in sorted(steps)), strict=True)
    ]
)
zones = st.sampled_from([SHANGHAI, ZoneInfo("Europe/Berlin")])


def limit_at(history: list[LimitChange], hour: datetime, before: int) -> int:
    return next((change.limit_fen for change in reversed(history) if change.at <= hour), before)


def formula_says_ended(theta: int, history: list[LimitChange], now: datetime, grace: int, zone: ZoneInfo) -> bool:
    """θ below the limit at every hour from 00:00 of (today − grace days) to now, looked up one by one."""
    hour = start_of_day(now.astimezone(zone).date() - timedelta(days=grace), zone)
    while hour <= now:
        if limit_at(history, hour, before=theta) <= theta:
            return False
        hour += timedelta(hours=1)
    return True


@given(histories, st.integers(-20, 150), st.integers(0, HOURS), st.integers(0, 4), zones)
def test_standing_agrees_with_an_hour_by_hour_reading_of_the_rule(
    history: list[LimitChange], theta: int, hour: int, grace: int, zone: ZoneInfo
) -> None:
    now = max(history[0].at, START + timedelta(hours=hour))
    standing = rules.standing(theta, history, now=now, grace_days=grace, zone=zone)
    limit = limit_at(history, now, before=theta)
    assert standing.short_by_fen == max(0, limit - theta)
    assert (standing.kind == "good") == (limit <= theta)
    assert (standing.kind == "ended") == formula_says_ended(theta, history, now, grace, zone)
    if standing.kind == "grace":
        known = [change for change in history if change.at <= now]
        end = now
        while not formula_says_ended(theta, known, end, grace, zone):
            end += timedelta(hours=1)
        assert standing.until == end


@given(histories, st.integers(0, 100), st.integers(1, 100), st.integers(0, HOURS), st.integers(0, 5))
def test_more_money_never_worsens_a_standing(
    history: list[LimitChange], theta: int, more: int, hour: int, grace: int
) -> None:
    now = max(history[0].at, START + timedelta(hours=hour))
    order = ["ended", "grace", "good"]
    poorer, richer = (
        rules.standing(money, history, now=now, grace_days=grace, zone=SHANGHAI) for money in (theta, theta + more)
    )
    assert order.index(richer.kind) >= order.index(poorer.kind)


@given(histories, st.integers(0, 100), st.integers(1, 100), st.integers(1, 20))
def test_a_higher_floor_ends_nobody_at_once(history: list[LimitChange], theta: int, rise: int, grace: int) -> None:
    now = history[-1].at + timedelta(hours=1)
    before = rules.standing(theta, history, now=now, grace_days=grace, zone=SHANGHAI)
    raised = [*history, LimitChange(now, history[-1].limit_fen + rise)]
    after = rules.standing(theta, raised, now=now, grace_days=grace, zone=SHANGHAI)
    assert (after.kind == "ended") == (before.kind == "ended")
    if before.kind == "grace":
        assert (after.since, after.until) == (before.since, before.until)


@given(histories, st.integers(0, 100), st.integers(0, HOURS), st.integers(0, 5), st.integers(0, 30), st.integers(0, 30))
def test_protection_and_locks_move_an_end_only_later(  # noqa: PLR0913, PLR0917  drawn by hypothesis
    history: list[LimitChange], theta: int, hour: int, grace: int, protected: int, locked: int
) -> None:
    now = max(history[0].at, START + timedelta(hours=hour))
    plain = rules.standing(theta, history, now=now, grace_days=grace, zone=SHANGHAI)
    moved = rules.standing(
        theta,
        history,
        now=now,
        grace_days=grace,
        zone=SHANGHAI,
        lock_open_until=end_of_day(START.date() + timedelta(days=locked), SHANGHAI),
        protected_until=rules.end_of_protection(START.date() + timedelta(days=protected), grace, SHANGHAI),
    )
    assert (moved.since, moved.short_by_fen) == (plain.since, plain.short_by_fen)
    if plain.until is not None and moved.until is not None:
        assert moved.until >= plain.until
        assert (moved.kind == "ended") == (now >= moved.until)


@given(st.integers(-500, 5_000), st.integers(0, 500), st.integers(1, 500))
def test_the_periods_covered_are_those_that_can_be_paid_above_the_floor(balance: int, floor: int, share: int) -> None:
    periods = rules.periods_covered(balance, floor, share)
    assert periods is not None
    if balance >= floor:
        assert balance - periods * share >= floor > balance - (periods + 1) * share
    else:
        assert periods == 0


def test_while_nothing_is_shared_a_balance_lasts() -> None:
    assert rules.periods_covered(100, 100, 0) is None
    assert rules.periods_covered(99, 100, 0) == 0
    with pytest.raises(ValueError, match="share"):
        rules.periods_covered(100, 100, -1)


@pytest.mark.parametrize(
    ("balance", "name"),
    [
        *((-1, "below_floor"), (99, "below_floor"), (100, "remind"), (899, "remind")),
        *((900, "fair"), (2_999, "fair"), (3_000, "comfortable")),
    ],
)
def test_each_band_begins_at_its_own_amount(balance: int, name: str) -> None:
    assert rules.band(balance, pool_terms()) == name
