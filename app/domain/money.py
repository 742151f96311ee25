"""Money is an integer number of fen. Here it is read, divided and rounded; nothing in this house ever uses a float.

Amounts range from 0 to `MOST_FEN`. Rates are basis points: 800 bp of 100.00 is 8.00.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_FEN = 10**15
"""The largest amount the platform reckons with: ten million million yuan. Beyond it, it is a typing mistake."""

MOST_TOPUP_FEN = 1_000_000
"""More in one top-up is taken for a typing mistake; it can be paid in twice."""

WHOLE_BP = 10_000
"""Basis points in a whole."""

_AS_ASCII = str.maketrans("０１２３４５６７８９，．￥\u3000", "0123456789,.¥ ")
_YUAN = re.compile(r"¥? ?(?P<yuan>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<fen>[0-9]{1,2}))? ?元?")


class NotMoney(ValueError):
    """What was typed is not an amount of yuan between 0.00 and `MOST_FEN`; `text` is what was typed."""

    def __init__(self, text: str) -> None:
        super().__init__(f"not an amount of money: {text!r}")
        self.text = text


def parse_yuan(text: str) -> int:
    """Read an amount as people type it, and return it in fen.

    Understood are "9", "9.00", "1,234.5", the full-width digits and signs of a Chinese keyboard, and a ¥ before or a 元
    after the number. Never guessed at: signs, exponents, a third decimal, separators in odd places. Raises `NotMoney`.
    """
    found = _YUAN.fullmatch(text.translate(_AS_ASCII).strip())
    if found is None:
        raise NotMoney(text)
    yuan = found["yuan"].replace(",", "").lstrip("0") or "0"
    if len(yuan) > len(str(MOST_FEN)):
        raise NotMoney(text)  # before int(): a page of digits must not cost time
    amount_fen = int(yuan) * 100 + int((found["fen"] or "").ljust(2, "0"))
    if amount_fen > MOST_FEN:
        raise NotMoney(text)
    return amount_fen


def ceil_div(dividend: int, divisor: int) -> int:
    """The quotient rounded up, exactly. `divisor` must be positive."""
    if divisor <= 0:
        raise ValueError(f"cannot divide by {divisor}")
    return -(-dividend // divisor)


def fee_fen(base_fen: int, fee_bp: int) -> int:
    """The fee on an amount: `fee_bp` basis points of it, rounded half up to the fen."""
    if base_fen < 0 or fee_bp < 0:
        raise ValueError(f"no fee on {base_fen} fen at {fee_bp} bp")
    return (base_fen * fee_bp + WHOLE_BP // 2) // WHOLE_BP


def most_with_fee_within(available_fen: int, fee_bp: int) -> int:
    """The largest amount P whose P + fee(P) is at most `available_fen`.

    P + floor((P·r + 5,000) / 10,000) ≤ A holds exactly when P·(10,000 + r) ≤ 10,000·A + 4,999, so one division answers.
    """
    if available_fen < 0 or fee_bp < 0:
        raise ValueError(f"nothing fits into {available_fen} fen at {fee_bp} bp")
    return (WHOLE_BP * available_fen + WHOLE_BP // 2 - 1) // (WHOLE_BP + fee_bp)


def split_by_largest_remainder(total: int, weights_in_case_order: Sequence[int]) -> tuple[int, ...]:
    """Divide `total` fen in proportion to the weights, losing and inventing nothing.

    Everybody gets the whole part of the exact portion; the fen left over go one each to the largest remainders, ties to
    the earlier one. A part differs from its exact portion by less than one fen, so while `total` is at most the sum of
    the weights no part exceeds its weight. Raises `ValueError` when there is something to divide and nobody to get it.
    """
    if total < 0 or any(weight < 0 for weight in weights_in_case_order):
        raise ValueError("a division needs amounts that are not negative")
    whole = sum(weights_in_case_order)
    if total == 0:
        return (0,) * len(weights_in_case_order)
    if whole == 0:
        raise ValueError(f"{total} fen to divide and no weight to divide them by")
    parts = [total * weight // whole for weight in weights_in_case_order]
    remainders = [total * weight % whole for weight in weights_in_case_order]
    by_remainder = sorted(range(len(parts)), key=lambda place: (-remainders[place], place))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return tuple(parts)
