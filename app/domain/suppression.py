"""Small numbers are not told: k-suppression with a second cell, so that nothing hidden is found by subtraction.

A table whose total is public names a cell only when it holds at least `K`. Whatever is not named stands together as the
rest, and a rest that is too small takes the smallest named cell with it: what is published are blocks, each of `K` and
more, and no sum or difference of blocks is smaller than one of them.

A table that grows is told in steps (`release`): cells wait until so many have come together, and join the named ones as
a block. So the difference of two editions is a block as well, and never a single case.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)

K: Final = 5
"""The fewest that are told under a name of their own."""
UNTOLD: Final = "untold"
"""Stands for what is never told apart: nobody agreed to more, or it was forgotten before it was counted."""


@dataclass(frozen=True, slots=True)
class Told(Generic[Name]):
    """A table as the public reads it: the cells with a name, and what the others hold together."""

    named: Mapping[Name, int]
    rest: int
    """0, or at least `K` unless the whole table holds fewer."""


def suppress(cells: Mapping[Name, int], k: int = K) -> Told[Name]:
    """A table whose total is public: cells of `k` and more by name, the rest together, never a rest below `k`.

    Cells with nothing in them are left out. ValueError for a cell below zero.
    """
    if any(number < 0 for number in cells.values()):
        message = "nobody is counted less than no times"
        raise ValueError(message)
    named = {name: number for name, number in cells.items() if number >= k}
    rest = sum(cells.values()) - sum(named.values())
    for name in _smallest_first(named):
        if not 0 < rest < k:
            break
        rest += named.pop(name)
    return Told(named, rest)


def release(waiting: Mapping[str, int], k: int = K) -> frozenset[str]:
    """Which of the cells that wait may be told now, each as a block of at least `k`.

    What goes on waiting is nothing, or at least `k`; `UNTOLD` waits for ever. When everything that waits would be told
    under one name, it waits: each of them would be known by it.
    """
    named = {name: number for name, number in waiting.items() if number >= k and name != UNTOLD}
    rest = sum(waiting.values()) - sum(named.values())
    for name in _smallest_first(named):
        if not 0 < rest < k:
            break
        rest += named.pop(name)
    return frozenset(named) if rest or len(named) > 1 else frozenset()


def _smallest_first(cells: Mapping[Name, int]) -> list[Name]:
    return sorted(cells, key=lambda name: (cells[name], str(name)))
