"""What a rule version must mean, once its shape is right: the sentences an author gets back.

Each check looks at one thing and reports through `wrong(key, sentence)`; none stops at the first problem.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from itertools import pairwise
from typing import Any, Final

from app.domain.claim_questions import LEAST_DAYS, MOST_DAYS
from app.domain.pool_checks import check_calendar, check_closing, check_pool
from app.domain.rule_checks_of_parts import check_parts
from app.domain.terms import Benefit, EvidenceKind, MemberTerms, Rules, Words
from app.domain.wording import around, forbidden_words, promises

Wrong = Callable[[str, str], None]

LAST_AGE: Final = 120
"""The age up to which benefits must be written where members may stay for ever."""

_TAKEN: Final = ("compare", "for-me")
"""Other pages have these addresses beside those of the plans."""
_SLUG: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_KEY: Final = re.compile(r"[a-z][a-z0-9_]*")
_CLAUSE_NUMBER: Final = re.compile(r"[1-9][0-9]*(\.[1-9][0-9]*)*")
_CHINESE: Final = re.compile(r"[㐀-鿿]")
_LATIN: Final = re.compile(r"[A-Za-z]")


def check_rules(rules: Rules, wrong: Wrong, *, misshapen: Collection[str] = ()) -> None:
    """Report everything in the version that cannot be meant; silent when it may be published.

    `misshapen` names the first keys (`slug`, `member`, `pool` …) whose values could not all be read: their meaning is
    not judged, but every text that could be read is.
    """
    for key, text in _texts(rules):
        _check_text(key, text, wrong)
    if "slug" not in misshapen:
        _check_slug("slug", rules.slug, wrong)
        if rules.slug in _TAKEN:
            wrong("slug", f"is the address of another page: {rules.slug}. Choose another name.")
    if "number" not in misshapen and rules.number < 1:
        wrong("number", f"versions are numbered from 1; it says {rules.number}.")
    if "member" not in misshapen:
        _check_member(rules.slug, rules.member, wrong)
    if "pool" not in misshapen:
        check_pool(rules.pool, wrong)
        check_calendar(rules.pool.calendar, wrong)
        check_closing(rules.pool.closing, wrong)
    if not {"member", "pool"} & set(misshapen):
        _check_stated_in(rules, wrong)


def _check_member(slug: str, terms: MemberTerms, wrong: Wrong) -> None:
    _check_ages(slug, terms, wrong)
    _check_deadlines(terms, wrong)
    check_parts(terms, wrong)
    _check_clauses(terms, wrong)
    _check_benefits(terms, wrong)
    _check_keys("member.declaration", [item.key for item in terms.declaration], wrong)
    _check_checklist(terms.checklist, wrong)


# --- texts -----------------------------------------------------------------------------------------------------------


def _texts(rules: Rules) -> Iterator[tuple[str, Words]]:
    """Every text of the version with its dotted key, found by walking the values: a new field can't be forgotten."""
    pending: list[tuple[str, Any]] = [("", rules)]
    while pending:
        key, value = pending.pop()
        if isinstance(value, Words):
            yield key, value
        elif isinstance(value, tuple):
            pending.extend((f"{key}.{place}", each) for place, each in enumerate(value, start=1))
        elif hasattr(value, "__dataclass_fields__"):
            pending.extend((f"{key}.{name}".lstrip("."), getattr(value, name)) for name in value.__dataclass_fields__)


def _check_text(key: str, text: Words, wrong: Wrong) -> None:
    # A sentence that could not be read is no text at run time; a problem says so already.
    sentences: tuple[tuple[str, object, re.Pattern[str]], ...] = (("zh", text.zh, _CHINESE), ("en", text.en, _LATIN))
    for language, words, letters in sentences:
        if not isinstance(words, str):
            continue
        if not letters.search(words):
            wrong(f"{key}.{language}", "has no words in its language.")
        elif words != words.strip():
            wrong(f"{key}.{language}", "begins or ends with white space.")
        for word in forbidden_words(words):
            wrong(
                f"{key}.{language}",
                f"says “{word}” in “{around(words, word)}”, a word of insurance or of a promise; use our own words.",
            )
        for word in promises(words):
            wrong(
                f"{key}.{language}",
                f"promises: “{word}” in “{around(words, word)}”. Say what the rules do, and that nobody promises it.",
            )


def _check_slug(key: str, slug: str, wrong: Wrong) -> None:
    if not _SLUG.fullmatch(slug):
        wrong(key, f"must be words of small letters and digits joined by hyphens; it says {slug!r}.")


def _check_keys(key: str, names: list[str], wrong: Wrong) -> None:
    if not names:
        wrong(key, "must have at least one entry.")
    for place, name in enumerate(names, start=1):
        if not _KEY.fullmatch(name):
            wrong(f"{key}.{place}.key", f"must be small letters, digits and underscores; it says {name!r}.")
    for name, times in Counter(names).items():
        if times > 1:
            wrong(key, f"has {times} entries with the key {name!r}.")


# --- member terms ----------------------------------------------------------------------------------------------------


def _check_ages(slug: str, terms: MemberTerms, wrong: Wrong) -> None:
    if not 0 <= terms.entry_age_from <= terms.entry_age_to <= LAST_AGE:
        wrong("member.entry_age_to", f"ages of entry run upwards between 0 and {LAST_AGE}.")
    if terms.entry_age_from_days < 0:
        wrong("member.entry_age_from_days", "days of age can't be negative.")
    if terms.entry_age_from_days > 0 and terms.entry_age_from > 0:
        wrong("member.entry_age_from_days", "the youngest age is said in days or in years, not in both.")
    if terms.leaves_at_age is not None and terms.leaves_at_age <= terms.entry_age_to:
        wrong("member.leaves_at_age", "must be above the highest age of entry.")
    if terms.moves_to is not None and terms.leaves_at_age is None:
        wrong("member.moves_to", "names a next plan, but leaves_at_age says that nobody leaves.")
    for name, other in (("moves_to", terms.moves_to), ("prerequisite", terms.prerequisite)):
        if other is not None:
            _check_slug(f"member.{name}", other, wrong)
        if other == slug:
            wrong(f"member.{name}", "names the plan itself.")


def _check_deadlines(terms: MemberTerms, wrong: Wrong) -> None:
    if terms.waiting_days < 0:
        wrong("member.waiting_days", "can't be negative.")
    for name in ("report_within_days", "appeal_within_days", "first_look_days", "decision_days"):
        if getattr(terms, name) < 1:
            wrong(f"member.{name}", "must be at least one day.")
    if not LEAST_DAYS <= terms.answer_within_days <= MOST_DAYS:
        wrong("member.answer_within_days", f"must lie between {LEAST_DAYS} and {MOST_DAYS} days.")
    if terms.first_look_days > terms.decision_days:
        wrong("member.first_look_days", "the first look can't come after the decision.")


def _check_clauses(terms: MemberTerms, wrong: Wrong) -> None:
    numbers: list[str] = []
    for part, clauses in (("clauses", terms.clauses), ("exclusions", terms.exclusions)):
        for place, clause in enumerate(clauses, start=1):
            numbers.append(clause.number)
            if not _CLAUSE_NUMBER.fullmatch(clause.number):
                wrong(f"member.{part}.{place}.number", f"must be like 3.1; it says {clause.number!r}.")
    if not terms.clauses:
        wrong("member.clauses", "must have at least one entry.")
    for number, times in Counter(numbers).items():
        if times > 1:
            wrong("member.clauses", f"the number {number} is used {times} times among clauses and exclusions.")
    for key, number in _citations(terms):
        if number not in numbers:
            wrong(key, f"cites clause {number!r}, which this version does not have.")


def _citations(terms: MemberTerms) -> Iterator[tuple[str, str]]:
    for part in ("benefits", "declaration", "checklist"):
        for place, entry in enumerate(getattr(terms, part), start=1):
            yield f"member.{part}.{place}.clause", entry.clause
    for name in terms.cited.__dataclass_fields__:
        number = getattr(terms.cited, name)
        if number is not None:
            yield f"member.cited.{name}", number


def _check_benefits(terms: MemberTerms, wrong: Wrong) -> None:
    if not terms.benefits:
        wrong("member.benefits", "must have at least one entry.")
        return
    by_key: defaultdict[str, list[Benefit]] = defaultdict(list)
    for place, benefit in enumerate(terms.benefits, start=1):
        key = f"member.benefits.{place}"
        by_key[benefit.key].append(benefit)
        if not _KEY.fullmatch(benefit.key):
            wrong(f"{key}.key", f"must be small letters, digits and underscores; it says {benefit.key!r}.")
        if benefit.amount_fen <= 0:
            wrong(f"{key}.amount_fen", "must be above zero.")
        if benefit.age_from > benefit.age_to:
            wrong(f"{key}.age_to", f"ages run upwards; it says {benefit.age_from} to {benefit.age_to}.")
        if benefit.full and terms.kind == "reimbursement":
            wrong(f"{key}.full", "only a lump sum ends a membership; this plan reimburses.")
    for name, rows in by_key.items():
        _check_age_table(name, rows, terms, wrong)
    highest = max(benefit.amount_fen for benefit in terms.benefits)
    if terms.top_fen != highest:
        wrong("member.top_fen", f"says {terms.top_fen} fen, but the highest benefit is {highest} fen.")


def _check_age_table(name: str, rows: list[Benefit], terms: MemberTerms, wrong: Wrong) -> None:
    """One benefit must say exactly one amount for every age a member can have, the last months of leaving included."""
    key = "member.benefits"
    rows = sorted(rows, key=lambda row: row.age_from)
    # Whoever reaches the upper age stays until the next lock, so the table reaches that age too.
    last = LAST_AGE if terms.leaves_at_age is None else terms.leaves_at_age
    if len({row.full for row in rows}) > 1:
        wrong(key, f"“{name}” ends the membership at some ages and not at others.")
    for before, after in pairwise(rows):
        if after.age_from <= before.age_to:
            wrong(key, f"“{name}” says two amounts for age {after.age_from}.")
        elif after.age_from > before.age_to + 1:
            wrong(key, f"“{name}” says nothing for the ages {before.age_to + 1} to {after.age_from - 1}.")
    if rows[0].age_from > terms.entry_age_from:
        wrong(key, f"“{name}” says nothing for the ages {terms.entry_age_from} to {rows[0].age_from - 1}.")
    reaches = max(row.age_to for row in rows)
    if reaches < last:
        wrong(key, f"“{name}” says nothing for the ages {reaches + 1} to {last}, which members can have.")


def _check_checklist(checklist: tuple[EvidenceKind, ...], wrong: Wrong) -> None:
    _check_keys("member.checklist", [kind.key for kind in checklist], wrong)
    groups: defaultdict[str, list[EvidenceKind]] = defaultdict(list)
    for kind in checklist:
        if kind.alternative:
            groups[kind.alternative].append(kind)
    for name, kinds in groups.items():
        if len(kinds) == 1:
            wrong("member.checklist", f"“{kinds[0].key}” stands alone in the alternative “{name}”.")
        if len({kind.required for kind in kinds}) > 1:
            wrong("member.checklist", f"in the alternative “{name}” all must be required, or none.")


# --- pool terms ------------------------------------------------------------------------------------------------------


def _check_stated_in(rules: Rules, wrong: Wrong) -> None:
    """What is said for all must be among the clauses, and no decision may rest on it."""
    numbers = {clause.number for clause in rules.member.clauses}
    for number in rules.pool.stated_in:
        if number not in numbers:
            wrong("pool.stated_in", f"names clause {number!r}, which this version does not have.")
    for key, number in _citations(rules.member):
        if number in rules.pool.stated_in:
            wrong(key, f"cites clause {number}, which the pool terms claim as theirs.")
