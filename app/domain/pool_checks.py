"""What the terms of a pool must mean, once their shape is right: the second half of `rule_checks`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Final

from app.domain.terms import Calendar, Closing, PoolTerms

Wrong = Callable[[str, str], None]

_LAST_CALENDAR_DAY: Final = 28  # every month has it
_WHOLE_BP: Final = 10_000


def check_pool(pool: PoolTerms, wrong: Wrong) -> None:
    """Fee, caps, balances, days and what fills a gap."""
    if not 0 <= pool.fee_bp < _WHOLE_BP:
        wrong("pool.fee_bp", "must be from 0 to 9999 basis points.")
    for name in ("cap_case_fen", "cap_year_fen", "reserve_target_fen"):
        amount = getattr(pool, name)
        if amount is not None and amount <= 0:
            wrong(f"pool.{name}", 'must be above zero, or "none".')
    if pool.glide_bp is not None and pool.glide_bp < _WHOLE_BP:
        wrong("pool.glide_bp", 'must be at least 10000 basis points, or "none".')
    for name in ("floor_fen", "remind_below_fen", "comfortable_fen", "join_least_fen", "join_proposed_fen"):
        if getattr(pool, name) <= 0:
            wrong(f"pool.{name}", "must be above zero.")
    _check_order(pool, ("floor_fen", "remind_below_fen", "comfortable_fen"), wrong)
    _check_order(pool, ("floor_fen", "join_least_fen", "join_proposed_fen"), wrong)
    for name in ("grace_days", "notice_days"):
        if getattr(pool, name) < 1:
            wrong(f"pool.{name}", "must be at least one day.")
    if len(set(pool.shortfall_order)) != len(pool.shortfall_order):
        wrong("pool.shortfall_order", "names the same source twice.")


def check_closing(closing: Closing, wrong: Wrong) -> None:
    """The days of a closing."""
    for name in ("ahead_days", "run_off_days"):
        if getattr(closing, name) < 1:
            wrong(f"pool.closing.{name}", "must be at least one day.")


def _check_order(pool: PoolTerms, names: Iterable[str], wrong: Wrong) -> None:
    for lower, upper in pairwise(names):
        if getattr(pool, lower) > getattr(pool, upper):
            wrong(f"pool.{upper}", f"must not be below {lower}.")


def check_calendar(calendar: Calendar, wrong: Wrong) -> None:
    """The days of a month on which a period is published and settled."""
    for name in ("publish_days", "settle_days"):
        days = getattr(calendar, name)
        if not days:
            wrong(f"pool.calendar.{name}", "must name at least one day of the month.")
        if any(not 1 <= day <= _LAST_CALENDAR_DAY for day in days):
            wrong(f"pool.calendar.{name}", "must be days from 1 to 28, which every month has.")
        if any(earlier >= later for earlier, later in pairwise(days)):
            wrong(f"pool.calendar.{name}", "must run upwards, each day once.")
    for name in ("objection_days", "pay_within_days"):
        if getattr(calendar, name) < 1:
            wrong(f"pool.calendar.{name}", "must be at least one day.")
    _check_pairs(calendar, wrong)


def _check_pairs(calendar: Calendar, wrong: Wrong) -> None:
    """Each publication day has its settle day: after the objections, and before the next period locks."""
    key = "pool.calendar.settle_days"
    if len(calendar.publish_days) != len(calendar.settle_days):
        wrong(key, "must be as many as the publication days.")
        return
    for publish, settle in zip(calendar.publish_days, calendar.settle_days, strict=True):
        over = publish + calendar.objection_days
        if settle < over:
            wrong(key, f"settles on the {settle}. although objections of the {publish}. are over only on the {over}.")
    for settle, following in zip(calendar.settle_days, calendar.publish_days[1:], strict=False):
        if settle >= following:
            wrong(key, f"settles on the {settle}. although the next period locks on the {following}.")
