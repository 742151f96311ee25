"""Which plans fit what was asked, why each was found, and what to loosen when none does. Asks no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from app.domain.eligibility import joining_days
from app.domain.terms import Clause, Rules, Words
from app.plans.choosing.forms import PlanFilter, Wanted, even
from app.plans.queries import Charged, YearPaid, paid_in_a_year
from app.services.figures import PlanNow

MOST_FOUND: Final = 2
"""Sentences of one plan that are shown as the reason why a search found it."""
_CONDITIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "q": {"words": ()},
    "born": {"age": None, "birth_on": None},
    "event": {"event": None},
    "waiting": {"waiting_days": None},
    "price": {"price_fen": None},
}
"""The fields of the filter, and what of `Wanted` each of them says."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One plan of the catalogue as it is listed."""

    now: PlanNow
    year: YearPaid
    closes: bool = False
    """Its closing is announced: nobody joins any more."""
    found: tuple[Clause, ...] = ()
    """Sentences of the rules in which the search found its words."""


@dataclass(frozen=True, slots=True)
class Looser:
    """What would be found without one of the conditions."""

    field: str
    plans: int
    address: Mapping[str, Any]


def listed(
    plans: Sequence[PlanNow], charged: Mapping[int, Sequence[Charged]], *, closing: Collection[str] = (), on: dt.date
) -> list[Listed]:
    """The whole catalogue, each plan with what it cost in the last twelve months; `closing` are slugs."""
    return [
        Listed(plan, paid_in_a_year(charged.get(plan.plan.id, ()), on=on), plan.plan.slug in closing) for plan in plans
    ]


def chosen(every: Sequence[Listed], wanted: Wanted, *, language: str, on: dt.date) -> list[Listed]:
    """The plans that fit everything that was asked, in the order that was asked for."""
    fitting = [
        replace(one, found=_sentences(one.now.rules, wanted.words)) for one in every if _fits(one, wanted, on=on)
    ]
    return _in_order(fitting, wanted.sort, language)


def looser(every: Sequence[Listed], asked: PlanFilter, *, on: dt.date) -> list[Looser]:
    """For each condition that was set: how many plans there would be without it, the most helpful first."""
    wanted = asked.wanted()
    found = []
    for field, nothing in _CONDITIONS.items():
        without = replace(wanted, **nothing)
        if without != wanted:
            plans = sum(_fits(one, without, on=on) for one in every)
            found.append(Looser(field, plans, asked.address_without(field)))
    return sorted((one for one in found if one.plans), key=lambda one: -one.plans)


def _fits(one: Listed, wanted: Wanted, *, on: dt.date) -> bool:
    rules = one.now.rules
    price_fen = one.year.sum_fen
    return (
        wanted.event in {None, rules.member.event}
        and _takes(one, wanted, on)
        and (wanted.waiting_days is None or rules.member.waiting_days <= wanted.waiting_days)
        and (wanted.price_fen is None or (price_fen is not None and price_fen <= wanted.price_fen))
        and _says(rules, wanted.words)
    )


def _takes(one: Listed, wanted: Wanted, on: dt.date) -> bool:
    member = one.now.rules.member
    if wanted.birth_on is not None:
        days = joining_days(wanted.birth_on, member)
        return not one.closes and days.from_day <= on <= days.until_day
    return wanted.age is None or (not one.closes and member.entry_age_from <= wanted.age <= member.entry_age_to)


def _says(rules: Rules, words: Sequence[str]) -> bool:
    """Whether each word stands somewhere in the name or the sentences of a plan, in either language."""
    if not words:
        return True
    text = "\n".join(even(f"{one.zh}\n{one.en}") for one in _texts(rules))
    return all(word in text for word in words)


def _texts(rules: Rules) -> Iterator[Words]:
    member = rules.member
    yield from (rules.name, rules.summary, rules.helps_with)
    yield from (one.text for one in (*member.clauses, *member.exclusions))
    yield from (benefit.name for benefit in member.benefits)
    yield from (paper.name for paper in member.checklist)
    for item in member.declaration:
        yield from (item.question, item.explanation)


def _sentences(rules: Rules, words: Sequence[str]) -> tuple[Clause, ...]:
    """The clauses that hold all the words, or else the ones that hold one of them; none when the name says it all."""
    if not words or all(word in even(f"{rules.name.zh}\n{rules.name.en}") for word in words):
        return ()
    clauses = [
        (one, even(f"{one.text.zh}\n{one.text.en}")) for one in (*rules.member.exclusions, *rules.member.clauses)
    ]
    whole = [one for one, text in clauses if all(word in text for word in words)]
    part = [one for one, text in clauses if any(word in text for word in words)]
    return tuple((whole or part)[:MOST_FOUND])


def _in_order(plans: list[Listed], sort: str | None, language: str) -> list[Listed]:
    if sort == "name":
        return sorted(plans, key=lambda one: _as_spoken(one.now.rules.name, language))
    if sort == "price":  # a plan that nobody has paid for yet has no price: it comes last
        return sorted(plans, key=lambda one: (one.year.sum_fen is None, one.year.sum_fen or 0))
    if sort == "payout":
        return sorted(plans, key=lambda one: -one.now.rules.member.top_fen)
    if sort == "waiting":
        return sorted(plans, key=lambda one: one.now.rules.member.waiting_days)
    return plans


def _as_spoken(name: Words, language: str) -> tuple[Any, ...]:
    """By the alphabet; in Chinese by the sound, which is how GB 2312 numbers the characters that names are made of."""
    return (name.zh.encode("gb18030", "replace"),) if language == "zh" else (name.en.casefold(),)
