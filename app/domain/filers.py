"""Who may make a claim, and in which capacity.

Source: the rules of every plan (whoever owns the membership applies; for a dead or incapable person a relative with
proof of kinship). The capacity follows from what is known where it can, and is asked for where it cannot.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final, Literal

from app.domain.majority import is_of_age

Capacity = Literal["self", "guardian", "relative"]
CAPACITIES: Final[tuple[Capacity, ...]] = ("self", "guardian", "relative")
GOES_ON_FROM: Final = frozenset(
    {
        "draft", "submitted", "evidence_asked", "in_review", "recommended", "approved", "published", "settled", "paid",
        "returned", "closed_unpaid", "refused", "appealed",
    }
)  # fmt: skip
"""The states of a claim that somebody else goes on with: in all others nothing can happen any more."""
NOT_AWARDED: Final = frozenset({"submitted", "evidence_asked", "in_review", "recommended", "refused", "appealed"})
"""While a claim is in one of these, its relative names another account alone: two people still look at everything."""
AWARDED: Final = frozenset({"approved", "published", "settled"})
"""From here on the amount is decided: one person names another account, a second one confirms it."""
_NOT_NAMED: Final = re.compile(r"[^\w]+")


def may_file(relation: str, *, died_on: date | None, is_owner: bool, by_report: bool) -> bool:
    """Whether an account may make a claim on a membership.

    `relation` is what the person is to the account that owns the membership, `by_report` whether a confirmed report
    about the person stands for the account. Whoever has died files no more: their account waits for a relative.
    """
    return by_report or (is_owner and not (relation == "self" and died_on is not None))


def capacities(
    relation: str, *, birth_on: date, died_on: date | None, by_report: bool, on: date
) -> tuple[Capacity, ...]:
    """In which capacities somebody who may file does so on a day; several when that one has to say which.

    A parent files for a child until it is of age; for a grown-up whoever pays for the membership says whether it is
    with that person's agreement or as a relative of somebody who cannot act.
    """
    if by_report or died_on is not None:
        return ("relative",)
    if relation == "self":
        return ("self",)
    return ("guardian", "relative") if is_of_age(birth_on, on) else ("guardian",)


def hospital_key(name: str) -> str:
    """A hospital's name as it is compared: width, case, spaces and signs make no difference; empty for no name."""
    return _NOT_NAMED.sub("", unicodedata.normalize("NFKC", name).casefold())
