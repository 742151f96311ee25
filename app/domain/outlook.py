"""A range for the next twelve months, from nothing but what a pool's members have been charged so far.

The method (Künsch's moving blocks, counted whole instead of drawn): every run of neighbouring periods as long as a
quarter of a year is one block, as it really happened, so that good and bad stretches stay together. Four blocks, any
of them and any of them again, make a year; all the ways to put four together are counted, and the range is what lies
between the tenth and the ninetieth of each hundred ways. There is no chance in it: whoever has the shares gets the
same range. It says how the past would vary, and knows nothing of new rules, new members or a worse year than any yet.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

QUARTERS: Final = 4
LOOKED_BACK_YEARS: Final = 3
"""Older periods say little: members and rules were others."""
OF_HUNDRED: Final = (10, 50, 90)
"""The low end, the middle and the high end, as how many of a hundred ways are not above it."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What twelve months cost one member in eight of ten ways the past can be put together."""

    low_fen: int
    middle_fen: int
    high_fen: int
    periods: int
    """How many settled periods it rests on."""
    a_block: int
    """How many neighbouring periods were kept together."""


def outlook(shares_fen: Sequence[int], *, a_year: int) -> Outlook | None:
    """The range for the next `a_year` periods, from the shares of all settled periods, oldest first.

    None when not even one whole year is behind: then nobody can say. `a_year` is what the calendar has in twelve
    months, a multiple of four; ValueError otherwise.
    """
    if a_year < QUARTERS or a_year % QUARTERS:
        raise ValueError(f"{a_year} periods a year cannot be parted into quarters")
    if len(shares_fen) < a_year:
        return None
    return _outlook(tuple(shares_fen[-LOOKED_BACK_YEARS * a_year :]), a_year // QUARTERS)


@lru_cache(maxsize=64)
def _outlook(shares_fen: tuple[int, ...], a_block: int) -> Outlook:
    """Reckoned once for each history; the next settlement makes another."""
    sums = [0, *accumulate(shares_fen)]
    blocks = Counter(end - start for start, end in zip(sums, sums[a_block:], strict=False))
    halves = _twice(blocks)
    low_fen, middle_fen, high_fen = (_quantile(halves, percent) for percent in OF_HUNDRED)
    return Outlook(low_fen, middle_fen, high_fen, len(shares_fen), a_block)


def _twice(ways: Counter[int]) -> Counter[int]:
    """In how many ways two of them add up to each sum."""
    found: Counter[int] = Counter()
    for one_fen, times in ways.items():
        for other_fen, more in ways.items():
            found[one_fen + other_fen] += times * more
    return found


def _quantile(halves: Counter[int], percent: int) -> int:
    """The smallest sum of two halves that at least so many of a hundred ways do not exceed."""
    values = sorted(halves)
    upto = [0, *accumulate(halves[value] for value in values)]
    wanted = percent * upto[-1] ** 2
    low, high = 2 * values[0], 2 * values[-1]
    while low < high:
        middle = (low + high) // 2
        ways = sum(halves[value] * upto[bisect_right(values, middle - value)] for value in values)
        if 100 * ways >= wanted:
            high = middle
        else:
            low = middle + 1
    return low
