"""Sums of the oracle, with fractions or by trying: how a fee is rounded, a room is filled, and a sum is divided."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor


def fee(fen: int, bp: int) -> int:
    """Half a fen goes up."""
    return floor(Fraction(fen * bp, 10_000) + Fraction(1, 2))


def largest_with_fee(available: int, bp: int) -> int:
    """Tried out: one fen after the other, from a little above."""
    fen = ceil(Fraction(available) / (1 + Fraction(bp, 10_000))) + 2
    while fen + fee(fen, bp) > available:
        fen -= 1
    return max(0, fen)


def split(total: int, weights: list[int]) -> list[int]:
    """Each gets the whole part of its portion; what is left goes fen by fen to whoever lost most by that."""
    if not sum(weights):
        return [0] * len(weights)
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [floor(portion) for portion in exact]
    while sum(parts) < total:
        lost = [portion - part for portion, part in zip(exact, parts, strict=True)]
        parts[lost.index(max(lost))] += 1
    return parts
