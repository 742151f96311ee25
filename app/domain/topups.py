"""How much to pay in: an amount named by the periods it covers, and one sum divided over several memberships.

Nothing here pushes: an amount is what is lacking for so many periods, and who has enough for them is offered none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.money import MOST_TOPUP_FEN, ceil_div

PERIODS: Final = (6, 12, 24)
"""The numbers of periods an amount is offered for: about three months, half a year and a year at two a month."""
_YUAN_FEN: Final = 100


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An amount that is offered, and for how many periods the balance will last with it."""

    periods: int
    amount_fen: int


def for_periods(balance_fen: int, floor_fen: int, expected_share_fen: int, periods: int) -> int:
    """The least whole yuan that let a balance carry so many expected shares and stay at or above the floor.

    0 when it carries them already. `balance_fen` may be negative. `ValueError` for a share below 0, or no periods.
    """
    if expected_share_fen < 0 or periods < 1:
        raise ValueError(f"no top-up for {periods} periods of {expected_share_fen} fen")
    lacking_fen = floor_fen + periods * expected_share_fen - balance_fen
    return ceil_div(lacking_fen, _YUAN_FEN) * _YUAN_FEN if lacking_fen > 0 else 0


def suggestions(
    balance_fen: int, floor_fen: int, expected_share_fen: int | None, *, least_fen: int
) -> tuple[Suggestion, ...]:
    """The amounts that are offered, smallest first, one for each number of `PERIODS` that is not covered yet.

    None of them without an expected share, or below `least_fen`, or above what one top-up may be; of two numbers of
    periods with the same amount the larger one counts.
    """
    if not expected_share_fen:
        return ()
    found: dict[int, int] = {}
    for periods in PERIODS:
        amount_fen = for_periods(balance_fen, floor_fen, expected_share_fen, periods)
        if least_fen <= amount_fen <= MOST_TOPUP_FEN and amount_fen > 0:
            found[amount_fen] = periods
    return tuple(Suggestion(periods, amount_fen) for amount_fen, periods in sorted(found.items()))


def divided(sum_fen: int, parts: int) -> tuple[int, ...]:
    """A sum in equal parts that add up to it exactly: where it does not divide, the first ones get a fen more.

    `ValueError` when there is not at least one fen for each, or nobody to divide it among.
    """
    if parts < 1 or sum_fen < parts:
        raise ValueError(f"{sum_fen} fen cannot be divided among {parts}")
    each, left = divmod(sum_fen, parts)
    return tuple(each + (place < left) for place in range(parts))


def together(parts: Sequence[int]) -> int:
    """What the parts of a top-up come to. `ValueError` for a part that is no money."""
    if any(part <= 0 for part in parts):
        raise ValueError("a part of a top-up is more than nothing")
    return sum(parts)
