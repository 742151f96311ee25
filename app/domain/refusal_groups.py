"""Which refusals are told by their clause: sums that grow, told so that nobody is found by comparing two of them.

Every period says how many refusals of a plan there have been up to its lock, by group of clauses. Told exactly, the one
refusal of a quiet fortnight would have its clause beside it. So a group is told anew only once `K` more have come;
until then they are among the others; and what waited is never told under one name alone, or each of it would be known.
The whole is never hidden: the groups always add up to all refusals.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.claim_figures import OTHER, K


def told(now: Mapping[str, int], before: Mapping[str, int], refused: int) -> dict[str, int]:
    """What a period tells of `refused` refusals, by group, the others last.

    `now` are the true numbers, `before` what the period before told. A group that shrank, because an appeal succeeded,
    falls by `K` at once; where the others were few, the smallest group that would be told anew waits. So does one that
    would leave nothing among them when it alone is told anew.
    """
    true = {group: number for group, number in now.items() if group != OTHER}
    last = {group: number for group, number in before.items() if group != OTHER}
    found = {group: _of_group(true.get(group, 0), last.get(group, 0)) for group in sorted({*true, *last})}
    grown = [group for group, number in found.items() if number > last.get(group, 0)]
    while grown and 0 < refused - sum(found.values()) < K:
        smallest = min(grown, key=lambda group: (found[group], group))
        found[smallest] = last.get(smallest, 0)
        grown.remove(smallest)
    if len(grown) == 1 and sum(found.values()) == refused:  # else whatever waited so far would be known to be of it
        found[grown[0]] = last.get(grown[0], 0)
    while sum(found.values()) > refused:
        largest = max(found, key=lambda group: (found[group], group))
        found[largest] = max(0, found[largest] - K)
    rest = refused - sum(found.values())
    named = {group: number for group, number in found.items() if number}
    return {**named, **({OTHER: rest} if rest else {})}


def _of_group(true: int, last: int) -> int:
    if true - last >= K:
        return true
    while last > true:
        last = max(0, last - K)
    return last
