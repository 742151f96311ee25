"""What the pages say in the visitor's language, looked up in the same catalogue: so a journey reads in English."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

from app.domain.terms import Words

CATALOGUES = Path(__file__).resolve().parents[2] / "app" / "translations"
PLACE = re.compile(r"%\(\w+\)s")


class Tongue:
    """One language: `say("Sign in")` is what a page in it says, and a sentence it does not know is an error."""

    def __init__(self, locale: str) -> None:
        self.locale = locale

    def say(self, msgid: str, /, **values: object) -> str:
        """The sentence with its values."""
        found = _catalogue(self.locale).gettext(msgid)
        self._check(msgid, found)
        return found % values if values else found

    def count(self, one: str, many: str, count: int, /, **values: object) -> str:
        """A sentence that depends on a number."""
        found = _catalogue(self.locale).ngettext(one, many, count)
        self._check(one, found)
        return found % {"num": count, **values}

    def of(self, words: Words) -> str:
        """A sentence of the rules."""
        return words.zh if self.locale == "zh" else words.en

    def day(self, day: dt.date) -> str:
        """A whole date."""
        if self.locale == "zh":
            return f"{day.year} 年 {day.month} 月 {day.day} 日"
        return f"{day.day} {day:%B} {day.year}"

    def day_short(self, day: dt.date) -> str:
        """A date within the year."""
        return f"{day.month} 月 {day.day} 日" if self.locale == "zh" else f"{day.day} {day:%b}"

    def period(self, year: int, month: int, number: int) -> str:
        """A period as its page is headed."""
        words = f"{year} 年 {month} 月" if self.locale == "zh" else f"{dt.date(year, month, 1):%B} {year}"
        return self.say("%(month)s, period %(number)s", month=words, number=number)

    def _check(self, msgid: str, found: str) -> None:
        says_something = any(letter.isalpha() for letter in PLACE.sub("", msgid))
        if self.locale == "zh" and says_something:
            chinese = any("\u4e00" <= letter <= "\u9fff" for letter in found)
            assert chinese, f"the catalogue has no Chinese for {msgid!r}"


@cache
def _catalogue(locale: str) -> NullTranslations:
    return Translations.load(CATALOGUES, [locale]) if locale == "zh" else NullTranslations()


def yuan(fen: int) -> str:
    """Money as every page and letter writes it."""
    return f"¥{fen // 100:,}.{fen % 100:02}"
