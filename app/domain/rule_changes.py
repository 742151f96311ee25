"""What differs between two versions of a plan: what holds for all members, and what each of them agrees to.

Pool terms change for everybody with a lock; the clauses that put them in words (`PoolTerms.stated_in`) go with them.
Everything else is pinned to a membership and changes only when that member acknowledges it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from app.domain.terms import MemberTerms, PoolTerms, Rules, Words

Kind = Literal["value", "clause", "exclusion", "benefit", "question", "document"]

_LISTS: Final[Mapping[str, Kind]] = {
    "benefits": "benefit",
    "clauses": "clause",
    "exclusions": "exclusion",
    "declaration": "question",
    "checklist": "document",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs.

    Of a `value`, `key` is the field's name and `before` and `after` are what it held. Of the other kinds they are the
    whole `Clause`, `Benefit`, `DeclarationItem` or `EvidenceKind`, None where there was or is none.
    """

    kind: Kind
    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that differs, in the order of the rules."""

    pool: tuple[Change, ...]
    """For all members, from the first lock on or after the day the version holds from."""
    member: tuple[Change, ...]
    """For one member, from the day after acknowledging on."""


def changes_between(before: Rules, after: Rules) -> Changes:
    """What a newer version of the same plan changes; `ValueError` for versions of different plans."""
    if before.slug != after.slug:
        message = f"{before.slug} and {after.slug} are different plans"
        raise ValueError(message)
    stated = {*before.pool.stated_in, *after.pool.stated_in}
    entries = tuple(_entries(before.member, after.member))
    of_pool = tuple(one for one in entries if one.kind == "clause" and one.key in stated)
    return Changes(
        pool=(*_values(before.pool, after.pool), *of_pool),
        member=(*_values(before.member, after.member), *(one for one in entries if one not in of_pool)),
    )


def _values(before: MemberTerms | PoolTerms, after: MemberTerms | PoolTerms) -> Iterator[Change]:
    """The numbers and words that stand alone. Which clause is cited for what is seen in the clauses themselves."""
    old, new = _flat(before), _flat(after)
    for key in old:
        if old[key] != new[key]:
            yield Change("value", key, old[key], new[key])


def _flat(terms: Any) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for each in dataclasses.fields(terms):
        value = getattr(terms, each.name)
        if each.name in _LISTS or each.name in {"cited", "stated_in"}:
            continue
        is_table = dataclasses.is_dataclass(value) and not isinstance(value, Words)
        flat |= _flat(value) if is_table else {each.name: value}
    return flat


def _entries(before: MemberTerms, after: MemberTerms) -> Iterator[Change]:
    for name, kind in _LISTS.items():
        old, new = _by_key(getattr(before, name)), _by_key(getattr(after, name))
        for key in dict.fromkeys((*old, *new)):
            if old.get(key) != new.get(key):
                yield Change(kind, key, old.get(key), new.get(key))


def _by_key(entries: tuple[Any, ...]) -> dict[str, Any]:
    """Clauses by their number, benefits by key and first age, everything else by its key."""
    return {_key(entry): entry for entry in entries}


def _key(entry: Any) -> str:
    if hasattr(entry, "number"):
        return str(entry.number)
    return f"{entry.key}.{entry.age_from}" if hasattr(entry, "age_from") else str(entry.key)
