"""Small numbers are not told: k-suppression with a second cell, so that nothing hidden is found by subtraction.

A table whose total is public names a cell only when it holds at least `K`. Whatever is not named stands together as the
rest. A rest that is too small takes named cells with it, in an order that says nothing of their numbers; and so does
one that small cells could just make up by being as large as they may be. Whoever knows this rule, the total and every
name still cannot tell what a hidden cell holds.

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
    """0, or at least twice `K` unless nothing is named."""


def suppress(cells: Mapping[Name, int], k: int = K) -> Told[Name]:
    """A table whose total is public: cells of `k` and more by name, the rest together, at least twice `k`.

    The cells come in the order in which they go along with a small rest: an order of names, never one of numbers.
    ValueError for a cell below zero.
    """
    if any(number < 0 for number in cells.values()):
        message = "nobody is counted less than no times"
        raise ValueError(message)
    named = {name: number for name, number in cells.items() if number >= k}
    small = [number for number in cells.values() if 0 < number < k]
    rest, hidden = sum(small), len(small)
    for name in list(named):
        if rest == 0 or (rest >= 2 * k and not 0 <= (k - 1) * hidden - rest <= 1):
            break
        rest, hidden = rest + named.pop(name), hidden + 1
    return Told(named, rest)


def release(waiting: Mapping[str, int], k: int = K) -> frozenset[str]:
    """Which of the cells that wait may be told now, each as a block of at least `k`.

    What goes on waiting is nothing, or at least `k`; `UNTOLD` waits for ever. When everything that waits would be told
    under one name, it waits: each of them would be known by it.
    """
    named = {name: number for name, number in waiting.items() if number >= k and name != UNTOLD}
    rest = sum(waiting.values()) - sum(named.values())
    for name in sorted(named):  # by name: which goes along tells nothing of how many there are
        if not 0 < rest < k:
            break
        rest += named.pop(name)
    return frozenset(named) if rest or len(named) > 1 else frozenset()
