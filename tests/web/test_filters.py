"""How values are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale
from markupsafe import Markup

from app.domain.terms import Words
from app.web import filters

NB = "\N{NO-BREAK SPACE}"


@pytest.fixture
def zh(app: Flask) -> Iterator[None]:
    with app.app_context(), force_locale("zh"):
        yield


@pytest.fixture
def en(app: Flask) -> Iterator[None]:
    with app.app_context(), force_locale("en"):
        yield


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        (0, "¥0.00"),
        (1, "¥0.01"),
        (648, "¥6.48"),
        (3239876544, "¥32,398,765.44"),
        (-648, "−¥6.48"),
        (-5, "−¥0.05"),
    ],
)
def test_money_is_yuan_with_two_decimals(fen: int, written: str) -> None:
    assert filters.money(fen) == written
    assert filters.amount(fen) == written.replace("¥", "")


def test_a_gain_shows_its_plus_when_asked() -> None:
    assert filters.amount(3000, signed=True) == "+30.00"
    assert filters.money(3000, signed=True) == "+¥30.00"
    assert filters.amount(0, signed=True) == "0.00"


@pytest.mark.parametrize("wrong", [6.48, "648", None, True])
def test_money_is_never_anything_but_whole_fen(wrong: object) -> None:
    with pytest.raises(TypeError, match="whole fen"):
        filters.money(wrong)  # type: ignore[arg-type]


def test_numbers_and_rates() -> None:
    assert filters.number(5_000_000) == "5,000,000"
    assert filters.number(-1200) == "−1,200"
    assert [filters.percent(bp) for bp in (800, 1250, 5, 10000)] == [
        f"8{NB}%", f"12.5{NB}%", f"0.05{NB}%", f"100{NB}%"
    ]  # fmt: skip


DAY = dt.date(2026, 11, 28)
LATE = dt.datetime(2026, 11, 27, 18, 5, tzinfo=dt.UTC)


@pytest.mark.usefixtures("zh")
def test_days_in_chinese_hold_together() -> None:
    assert filters.day(DAY) == f"2026{NB}年{NB}11{NB}月{NB}28{NB}日"
    assert filters.day_short(DAY) == f"11{NB}月{NB}28{NB}日"
    assert filters.instant(LATE) == f"2026{NB}年{NB}11{NB}月{NB}28{NB}日{NB}02:05"
    assert filters.in_words(Words(zh="互助", en="mutual aid")) == "互助"


@pytest.mark.usefixtures("en")
def test_days_in_english_hold_together() -> None:
    assert filters.day(DAY) == f"28{NB}November{NB}2026"
    assert filters.day_short(DAY) == f"28{NB}Nov"
    assert filters.instant(LATE) == f"28{NB}November{NB}2026, 02:05"
    assert filters.in_words(Words(zh="互助", en="mutual aid")) == "mutual aid"


@pytest.mark.usefixtures("zh")
def test_an_instant_falls_on_its_local_day() -> None:
    assert filters.day(LATE) == filters.day(DAY)
    assert filters.iso(LATE) == "2026-11-28T02:05:00+08:00"
    assert filters.iso(DAY) == "2026-11-28"


def test_what_holds_together_stays_as_safe_as_it_was() -> None:
    assert filters.nb("a b") == f"a{NB}b"
    assert not isinstance(filters.nb("<b> x"), Markup)
    assert filters.nb(Markup("<b>x</b> y")) == Markup(f"<b>x</b>{NB}y")


def test_what_somebody_typed_keeps_its_lines_and_stays_text() -> None:
    assert filters.lines("one\n<script>") == Markup("one<br>&lt;script&gt;")
