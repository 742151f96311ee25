"""What a rule version must mean where it says that a payout comes in parts: so much at once, the rest against bills."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.domain.terms import MemberTerms

_WHOLE_BP: Final = 10_000


def check_parts(terms: MemberTerms, wrong: Callable[[str, str], None]) -> None:
    """A lump sum is paid whole; what follows bills says how much comes at once, which bills count, and by what clause.

    Reports through `wrong(key, sentence)`, as all checks of a rule version do.
    """
    if terms.kind == "lump_sum":
        if (terms.at_once_bp, terms.bills_before_days, terms.bills_within_days) != (_WHOLE_BP, 0, 0):
            wrong("member.at_once_bp", "a lump sum is paid whole: 10000 at once, and 0 days for bills.")
        if terms.cited.bills is not None:
            wrong("member.cited.bills", 'a lump sum follows no bills: say "none".')
        return
    if not 0 <= terms.at_once_bp <= _WHOLE_BP:
        wrong("member.at_once_bp", "must be from 0 to 10000 basis points of what is approved.")
    if terms.bills_before_days < 0:
        wrong("member.bills_before_days", "can't be negative.")
    if terms.bills_within_days < 1:
        wrong("member.bills_within_days", "must be at least one day.")
    if terms.cited.bills is None:
        wrong("member.cited.bills", "must name the clause that says how bills are paid.")
