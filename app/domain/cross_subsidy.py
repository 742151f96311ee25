"""Who paid for whom: what the members of each age band paid together, and what cases of that band received of it.

Everybody in a pool pays the same share, so a band pays its heads times the share. What the bands paid and no case
received is the fee, old debts that were shared, and what was carried: the whole always adds up to the fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.suppression import UNTOLD, K


@dataclass(frozen=True, slots=True)
class Band:
    """One age band: what its members paid together, how many cases it had, and what these received of the shares."""

    band: str
    """`UNTOLD` for cases whose band is not told apart; they have no members of their own."""
    paid_fen: int
    cases: int
    received_fen: int
    is_told: bool = True
    """Whether its cases are told: where fewer than `K` have come together they stand among those not told apart."""

    @property
    def difference_fen(self) -> int:
        """Received less paid: above zero, others carried this band; below, it carried others."""
        return self.received_fen - self.paid_fen


@dataclass(frozen=True, slots=True)
class Received:
    """What cases received together."""

    cases: int
    fen: int


def paid_by_band(members: Mapping[str, int], share_fen: int) -> dict[str, int]:
    """What the members of each band paid in one settlement."""
    return {band: number * share_fen for band, number in members.items()}


def bands(
    paid_fen: Mapping[str, int], named: Mapping[str, Received], waiting: Received, order: tuple[str, ...]
) -> list[Band]:
    """Every band that paid or is named, in order, then the cases that are not told apart.

    Σ paid and Σ received are those of the parts. ValueError when a band is named with fewer than `K` cases.
    """
    small = [band for band, received in named.items() if 0 < received.cases < K]
    if small:
        message = f"too few cases to be named: {small}"
        raise ValueError(message)
    found = [
        Band(band, paid_fen.get(band, 0), *_parts(named.get(band)), is_told=band in named or not waiting.cases)
        for band in order
        if paid_fen.get(band) or named.get(band)
    ]
    return [*found, Band(UNTOLD, 0, waiting.cases, waiting.fen)] if waiting.cases else found


def _parts(received: Received | None) -> tuple[int, int]:
    return (received.cases, received.fen) if received else (0, 0)
