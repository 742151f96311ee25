"""Needs received and amounts shared, by month and plan: from two published tables alone, so that anybody gets the same.

A claim belongs to the month of the lock that first counted it, money to the month in which it was settled; months are
local ones.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from app.services.days import day_of

TABLE: Final = "statements"
SOURCES: Final = ("periods", "settlements")
_SUMS: Final = ("approved_fen", "shared_payouts_fen", "from_reserve_fen", "from_operator_fen", "fee_fen")

Row = tuple[str | int | None, ...]


@dataclass(slots=True)
class _Month:
    """One month of one plan."""

    needs: int = 0
    settlements: int = 0
    cases: int = 0
    sums: tuple[int, ...] = (0,) * len(_SUMS)
    charged_fen: int = 0
    log_index: int = 0


def rows(periods: Iterable[list[str]], settlements: Iterable[list[str]]) -> list[Row]:
    """The statements of every month, from the records of the two tables, headers first."""
    months: defaultdict[tuple[str, str], _Month] = defaultdict(_Month)
    for month, plan, needs, number in _needs(_named(periods)):
        one = months[month, plan]
        one.needs, one.log_index = one.needs + needs, max(one.log_index, number)
    for settled in _named(settlements):
        one = months[_month(settled["settled_at"]), settled["plan"]]
        one.settlements, one.cases = one.settlements + 1, one.cases + int(settled["cases"])
        one.sums = tuple(so_far + int(settled[name]) for so_far, name in zip(one.sums, _SUMS, strict=True))
        one.charged_fen += int(settled["share_fen"]) * int(settled["members"])
        one.log_index = max(one.log_index, int(settled["log_index"]))
    return [
        (month, plan, one.needs, one.settlements, one.cases, *one.sums, one.charged_fen, one.log_index)
        for (month, plan), one in sorted(months.items())
    ]


def _needs(periods: Iterable[dict[str, str]]) -> Iterator[tuple[str, str, int, int]]:
    """How many claims came between two locks of a plan: what was received is told as a sum that grows."""
    locks: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for one in periods:
        if one["locked_at"]:
            locks[one["plan"]].append((one["locked_at"], int(one["received"] or 0), int(one["log_index"])))
    for plan, found in locks.items():
        before = 0
        for locked_at, received, number in sorted(found):
            yield _month(locked_at), plan, received - before, number
            before = received


def _named(records: Iterable[list[str]]) -> Iterator[dict[str, str]]:
    records = iter(records)
    header = next(records, [])
    return (dict(zip(header, record, strict=True)) for record in records)


def _month(instant: str) -> str:
    """The local month of an instant, e.g. 2026-10."""
    return f"{day_of(dt.datetime.fromisoformat(instant)):%Y-%m}"
