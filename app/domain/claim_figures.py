"""What one claim contributes to the figures that everybody reads: how long each step took, and what became of it.

A claim contributes by its steps alone, so that the same steps always give the same figures. Days are local days; the
time in which the claimant was asked for something counts for nobody. A figure has a month, a kind and a value:

    state        open, approved, refused, withdrawn       by the month in which the claim was handed in; they add up
    first_look   days from handing in to the first look   by the month of the look
    decision     days from handing in to the decision     by the month of the decision, without the days asked
    payment      days from the approval to the payment    by the month of the payment
    refused_by   the first part of the clause's number    by the month of the refusal; each claim once
    appeal       overturned, upheld, withdrawn            by the month of its end
    decided_by   who decided (a number of the house)      by the month of the decision; never public
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

K: Final = 5
"""A group of refusals is named in public when it has so many; below, it is among the others."""
OTHER: Final = "other"
STATES: Final = ("approved", "refused", "withdrawn", "open")
STEPS: Final = ("first_look", "decision", "payment")
ENDS_OF_APPEALS: Final = {"approve": "overturned", "refuse": "upheld", "withdraw_appeal": "withdrawn"}

_GROUPS: Final = {
    "submitted": "open",
    "evidence_asked": "open",
    "in_review": "open",
    "recommended": "open",
    "appealed": "open",
    "approved": "approved",
    "published": "approved",
    "settled": "approved",
    "paid": "approved",
    "returned": "approved",
    "closed_unpaid": "approved",
    "refused": "refused",
    "refused_finally": "refused",
    "withdrawn": "withdrawn",
}

Figure = tuple[str, str, str]
"""Month, kind and value."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a claim, as far as figures need it."""

    move: str
    from_state: str
    to_state: str
    on: date
    role: str
    by: int | None
    clause: str = ""
    """Of a refusal: the clause it rests on."""


def figures_of(steps: Sequence[Step]) -> Counter[Figure]:
    """What a claim with these steps contributes; nothing before it was handed in."""
    begun = next((step.on for step in steps if step.move == "submit"), None)
    found: Counter[Figure] = Counter()
    if begun is None:
        return found
    found[_month(begun), "state", _GROUPS[steps[-1].to_state]] += 1
    look = next((step for step in steps if step.role == "caseworker"), None)
    if look is not None:
        found[_month(look.on), "first_look", str((look.on - begun).days)] += 1
    first = next((number for number, step in enumerate(steps) if _decides(step)), None)
    if first is not None:
        on = steps[first].on
        found[_month(on), "decision", str((on - begun).days - _asked_days(steps[:first]))] += 1
    approved = next((step.on for step in steps if step.move == "approve"), None)
    paid = next((step.on for step in steps if step.move == "pay"), None)
    if approved is not None and paid is not None:
        found[_month(paid), "payment", str((paid - approved).days)] += 1
    refusal = next((step for step in steps if step.move == "refuse"), None)
    if refusal is not None:
        found[_month(refusal.on), "refused_by", refusal.clause.partition(".")[0] or OTHER] += 1
    for step in steps:
        if step.from_state == "appealed":
            found[_month(step.on), "appeal", ENDS_OF_APPEALS[step.move]] += 1
        if _decides(step):
            found[_month(step.on), "decided_by", str(step.by)] += 1
    return found


def at_rank(days: Iterable[tuple[int, int]], per_hundred: int) -> int | None:
    """The number of days within which so many of a hundred were done: 50 is the median. None when there is none.

    `days` are numbers of days and how many claims took them. The smallest value that is enough counts, so that the
    answer is always one that really was.
    """
    counted = sorted(days)
    all_of_them = sum(number for _days, number in counted)
    wanted, seen = -(-all_of_them * per_hundred // 100), 0
    for value, number in counted:
        seen += number
        if seen >= wanted and number:
            return value
    return None


def named_groups(groups: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Groups of refusals as the public sees them: those of `K` and more by name, the rest together.

    Where the rest is small it takes the smallest named group with it, so that it cannot be found by subtraction.
    """
    there = sorted((group for group in groups if group[1]), key=lambda group: (-group[1], group[0]))
    named = [group for group in there if group[1] >= K and group[0] != OTHER]
    rest = sum(number for _name, number in there) - sum(number for _name, number in named)
    while 0 < rest < K and named:
        rest += named.pop()[1]
    return [*named, *([(OTHER, rest)] if rest else [])]


def _decides(step: Step) -> bool:
    return step.move in {"approve", "refuse"}


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _asked_days(steps: Iterable[Step]) -> int:
    """The days in which the claimant was asked for something."""
    days, since = 0, None
    for step in steps:
        if step.to_state == "evidence_asked":
            since = step.on
        elif step.from_state == "evidence_asked" and since is not None:
            days, since = days + (step.on - since).days, None
    return days
