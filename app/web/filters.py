"""How numbers, days and money are written: the only place where a value becomes text for people.

Money comes in as integer fen and goes out as yuan with two decimals. Dates and references hold together: their spaces
are no-break spaces. Negative numbers carry a real minus sign.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from flask import Flask
from markupsafe import Markup, escape

from app.domain.references import in_groups
from app.domain.terms import Words
from app.web import clock, words
from app.web.i18n import language

NO_BREAK: Final = "\N{NO-BREAK SPACE}"
MINUS: Final = "\N{MINUS SIGN}"
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_SHORT_MONTH: Final = 3


def amount(fen: int, *, signed: bool = False) -> str:
    """1234567 fen is "12,345.67"; with `signed` a gain carries its plus. TypeError for anything but whole fen."""
    if type(fen) is not int:
        raise TypeError(f"money is whole fen, not {fen!r}")
    sign = MINUS if fen < 0 else "+" if signed and fen > 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}{yuan:,}.{rest:02}"


def money(fen: int, *, signed: bool = False) -> str:
    """1234567 fen is "¥12,345.67", minus and plus before the sign of the currency."""
    text = amount(fen, signed=signed)
    return f"{text[0]}¥{text[1:]}" if text[0] in {MINUS, "+"} else f"¥{text}"


def number(count: int) -> str:
    """5000000 is "5,000,000"."""
    return f"{MINUS if count < 0 else ''}{abs(count):,}"


def percent(basis_points: int) -> str:
    """800 basis points are "8 %", 1250 are "12.5 %"."""
    whole, rest = divmod(abs(basis_points), 100)
    decimals = f".{rest:02}".rstrip("0") if rest else ""
    return f"{MINUS if basis_points < 0 else ''}{whole}{decimals}{NO_BREAK}%"


def day(value: dt.date) -> str:
    """A whole date: "2026 年 11 月 28 日" or "28 November 2026". An instant is taken on its local day."""
    value = _local_day(value)
    if language() == "zh":
        return nb(f"{value.year} 年 {value.month} 月 {value.day} 日")
    return nb(f"{value.day} {_MONTHS[value.month - 1]} {value.year}")


def day_short(value: dt.date) -> str:
    """A date within the year: "11 月 28 日" or "28 Nov"."""
    value = _local_day(value)
    if language() == "zh":
        return nb(f"{value.month} 月 {value.day} 日")
    return nb(f"{value.day} {_MONTHS[value.month - 1][:_SHORT_MONTH]}")


def month(value: Any) -> str:
    """The month of anything with a year and a month: "2026 年 10 月" or "October 2026"."""
    if language() == "zh":
        return nb(f"{value.year} 年 {value.month} 月")
    return nb(f"{_MONTHS[value.month - 1]} {value.year}")


def instant(value: dt.datetime) -> str:
    """A local date with its time: "2026 年 11 月 28 日 14:05" or "28 November 2026, 14:05"."""
    at = clock.local(value)
    return f"{day(at.date())}{NO_BREAK if language() == 'zh' else ', '}{at:%H:%M}"


def iso(value: dt.date) -> str:
    """For machines, in a `datetime` attribute: a day as it is, an instant with the local offset."""
    return clock.local(value).isoformat(timespec="seconds") if isinstance(value, dt.datetime) else value.isoformat()


def in_words(value: Words) -> str:
    """A sentence of a plan in the language of the page."""
    return value.zh if language() == "zh" else value.en


def nb(text: object) -> str:
    """The same text, holding together: every space is a no-break space."""
    if isinstance(text, Markup):
        return Markup(str(text).replace(" ", NO_BREAK))  # noqa: S704 -- it was safe and stays the same characters
    return str(text).replace(" ", NO_BREAK)


def lines(text: str) -> Markup:
    """What somebody typed, its line breaks kept and nothing else of it taken as HTML."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())


def _local_day(value: dt.date) -> dt.date:
    return clock.local(value).date() if isinstance(value, dt.datetime) else value


def init_app(app: Flask) -> None:
    """Hang the filters: {{ fen|money }}, {{ plan.name|words }}, {{ claim.state|word("claim_state") }}."""
    app.jinja_env.filters.update(
        amount=amount,
        money=money,
        number=number,
        percent=percent,
        day=day,
        day_short=day_short,
        month=month,
        instant=instant,
        iso=iso,
        words=in_words,
        word=words.word,
        nb=nb,
        lines=lines,
        code=in_groups,
    )
