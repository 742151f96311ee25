"""Entries of the public log in words: each part of a fact as a line, formatted for the reader's language."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _

from app.domain.calendar import NotAPeriodName, parse_period_name
from app.web import filters
from app.web.words_log import KINDS, PARTS, SAME_WORDS, VALUES

_HEX: Final = re.compile("[0-9a-f]{64}")
_REF: Final = re.compile("[0-9A-HJKMNP-TV-Z]{12}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_RESERVED: Final = frozenset({"v", "type"})
_CASES: Final = frozenset({"disclosure", "expired", "takedown", "payout", "payout-returned", "case-corrected", "story"})
"""Types whose `about` is a case."""


@dataclass(frozen=True, slots=True)
class Line:
    """One part of an entry: its label, what it says, where that leads, and whether it is a code rather than words."""

    label: str
    value: str
    href: str | None = None
    is_code: bool = False


def title(type_: str) -> str:
    """What kind of entry it is; the name of the type itself when this version knows no words for it."""
    return str(KINDS[type_][0]) if type_ in KINDS else type_


def sentence(type_: str) -> str:
    """What an entry of this type says."""
    return str(KINDS[type_][1]) if type_ in KINDS else ""


def lines(body: str, plans: Mapping[str, str]) -> list[Line]:
    """Every part of an entry, what it is about and when first. `plans` are names of plans by their slug."""
    said = json.loads(body)
    first = [name for name in ("about", "at") if name in said]
    others = [name for name in said if name not in _RESERVED and name not in first]
    return [_line(name, said[name], said["type"], plans) for name in first + others]


def about(type_: str, name: str, plans: Mapping[str, str]) -> tuple[str, str | None]:
    """What an entry is about, in words, and the page that shows it."""
    if type_ in _CASES and _REF.fullmatch(name):
        return _("Case %(ref)s", ref=name), url_for("disclosures.case", ref=name)
    return _place(name, plans)


def _place(name: str, plans: Mapping[str, str]) -> tuple[str, str | None]:
    """A period or a plan with its page; anything else as it is called."""
    if name in plans:
        return plans[name], url_for("plans.plan", slug=name)
    try:
        found = parse_period_name(name)
    except NotAPeriodName:
        return name, None
    month = filters.month(found)
    words = _(
        "%(plan)s, %(month)s, period %(number)s",
        plan=plans.get(found.slug, found.slug),
        month=month,
        number=found.number,
    )
    return words, url_for("disclosures.period", name=name)


def _line(name: str, value: Any, type_: str, plans: Mapping[str, str]) -> Line:
    label = str(PARTS.get(name, name))
    if name == "about":
        return Line(label, *about(type_, value, plans))
    if name == "case" and isinstance(value, str):
        return Line(label, value, url_for("disclosures.case", ref=value))
    if name in {"period", "plan", "pool"} and isinstance(value, str):
        return Line(label, *_place(value, plans))
    return Line(label, _value(name, value), is_code=_is_code(value))


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and (_HEX.fullmatch(value) is not None or "/log+" in value)


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return _number(name, value)
    if isinstance(value, dict):
        return _joined(f"{_part(name, part)}: {_value(name, inner)}" for part, inner in value.items())
    if isinstance(value, list):
        return _joined(_value(name, inner) for inner in value) or "–"
    return _text(_word(name, str(value)))


def _word(name: str, value: str) -> str:
    """A short word of a part in words; any other text as it is."""
    return str(VALUES.get(SAME_WORDS.get(name, name), {}).get(value, value))


def _part(name: str, part: str) -> str:
    """What a part within a part is called."""
    return str(PARTS[part]) if part in PARTS else _word(name, part)


def _number(name: str, value: int) -> str:
    if name.endswith("_fen") or name == "held":
        return filters.money(value)
    return filters.percent(value) if name.endswith("_bp") else filters.number(value)


def _text(value: str) -> str:
    if _DAY.fullmatch(value):
        return filters.day(dt.date.fromisoformat(value))
    if _DAY.match(value) and "T" in value:
        return filters.instant(dt.datetime.fromisoformat(value))
    return value or "–"


def _joined(parts: Iterable[str]) -> str:
    return _(", ").join(parts)
