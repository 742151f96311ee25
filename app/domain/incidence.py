"""How often cases happen: so many per 10,000 member-years, in exact fractions.

    member-years    Σ over periods of (members at the lock before + members at this lock) ÷ 2 × days between ÷ 365
    incidence       cases × 10,000 ÷ member-years

The exposure is kept as half member-days, a whole number: twice the mean of two counts, times days. Before the first
lock nobody was a member.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

PER: Final = 10_000
"""Incidence is told for so many member-years."""
DAYS_OF_A_YEAR: Final = 365


def half_member_days(before: int, now: int, days: int) -> int:
    """Twice the member-days between two locks. ValueError for fewer than no members or days."""
    if min(before, now, days) < 0:
        message = f"no exposure: {before}, {now}, {days}"
        raise ValueError(message)
    return (before + now) * days


def member_years(half_days: int) -> Fraction:
    """Half member-days as years."""
    return Fraction(half_days, 2 * DAYS_OF_A_YEAR)


def incidence(cases: int, half_days: int) -> Fraction | None:
    """Cases per 10,000 member-years; None where nobody was a member for a day."""
    return Fraction(cases * PER * 2 * DAYS_OF_A_YEAR, half_days) if half_days else None


def in_tenths(exact: Fraction) -> int:
    """An exact number as tenths, half a tenth upwards: what a page prints."""
    return (2 * exact.numerator * 10 + exact.denominator) // (2 * exact.denominator)
