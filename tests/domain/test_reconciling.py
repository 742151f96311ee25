"""The law of a statement: bank − books is the sum of a list, whatever was matched; and a statement has to add up."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import bank_tables, reconciling
from app.domain.reconciling import Entered, Named, Previous, StatementRefused

AMOUNT = st.integers(-(10**9), 10**9).filter(bool)
NAME = st.sampled_from(("a", "b", "c", "d"))
FIRST, LAST = dt.date(2026, 9, 1), dt.date(2026, 9, 30)


@given(
    st.integers(-(10**9), 10**9),
    st.dictionaries(st.integers(1, 12), AMOUNT),
    st.dictionaries(st.integers(1, 12), AMOUNT),
    st.dictionaries(st.integers(1, 20), st.integers(1, 20)),
)
def test_the_list_makes_the_difference_whatever_was_matched(
    before_fen: int, lines: dict[int, int], bookings: dict[int, int], matches: dict[int, int]
) -> None:
    bank_fen = before_fen + sum(lines.values())
    found = reconciling.differences(before_fen, lines, bookings, matches)
    assert sum(part.amount_fen for part in found) == bank_fen - sum(bookings.values())
    assert all(part.amount_fen for part in found)


@given(st.lists(st.tuples(AMOUNT, NAME), max_size=12), st.lists(st.tuples(AMOUNT, NAME), max_size=12))
def test_pairs_are_of_one_amount_and_one_name_and_nobody_is_in_two(
    lines: list[tuple[int, str]], bookings: list[tuple[int, str]]
) -> None:
    of_bank = {key: Named(key, fen, (name,)) for key, (fen, name) in enumerate(lines)}
    of_books = {key: Named(key, fen, (name,)) for key, (fen, name) in enumerate(bookings)}
    paired = reconciling.pair(of_bank.values(), of_books.values())
    assert len(set(paired.values())) == len(paired)
    for booking, line in paired.items():
        assert (of_books[booking].amount_fen, of_books[booking].names) == (
            of_bank[line].amount_fen,
            of_bank[line].names,
        )
    both = Counter(lines) & Counter(bookings)
    assert len(paired) == sum(both.values())


def test_our_references_are_found_in_what_a_bank_writes() -> None:
    assert reconciling.names_in("TX-7", "互助金 0123456789AB-2 谢谢") == ("TX-7", "0123456789AB-2")
    assert reconciling.names_in("x0123456789ABC", "") == ("x0123456789ABC",)


@st.composite
def statements(draw: st.DrawFn) -> tuple[int, list[Entered]]:
    """An opening balance and lines that follow from it."""
    balance_fen = opening_fen = draw(st.integers(0, 10**9))
    days = sorted(draw(st.lists(st.dates(FIRST, LAST), min_size=1, max_size=8)))
    lines = []
    for number, day in enumerate(days, start=2):
        amount_fen = draw(AMOUNT)
        balance_fen += amount_fen
        lines.append(Entered(number, day, f"B-{number}", amount_fen, balance_fen, ""))
    return opening_fen, lines


def written(lines: list[Entered]) -> list[bank_tables.Line]:
    content = bank_tables.write(
        bank_tables.STATEMENT_COLUMNS,
        (
            (
                line.day.isoformat(), line.bank_reference, bank_tables.yuan(max(0, line.amount_fen)),
                bank_tables.yuan(max(0, -line.amount_fen)), bank_tables.yuan(line.balance_fen), line.text,
            )
            for line in lines
        ),
    )  # fmt: skip
    return bank_tables.read(content, bank_tables.STATEMENT_COLUMNS)


@given(statements())
def test_a_sound_statement_is_read_as_it_is_and_follows_the_one_before(told: tuple[int, list[Entered]]) -> None:
    opening_fen, lines = told
    previous = Previous(FIRST - dt.timedelta(days=1), opening_fen)
    for before in (None, previous):
        found = reconciling.read(written(lines), first_day=FIRST, last_day=LAST, previous=before)
        assert found == lines
        assert reconciling.opening_fen(found, before) == opening_fen


@given(statements(), st.data())
def test_a_balance_that_is_one_fen_off_is_seen_in_its_line(
    told: tuple[int, list[Entered]], data: st.DataObject
) -> None:
    opening_fen, lines = told
    wrong = data.draw(st.integers(0, len(lines) - 1))
    off = lines[wrong]
    lines[wrong] = Entered(off.number, off.day, off.bank_reference, off.amount_fen, off.balance_fen + 1, "")
    with pytest.raises(StatementRefused) as refused:
        reconciling.read(
            written(lines), first_day=FIRST, last_day=LAST, previous=Previous(FIRST - dt.timedelta(days=1), opening_fen)
        )
    assert refused.value.line == off.number
    assert refused.value.why == ("opening" if wrong == 0 else "balance")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2026-09-03,B,1.00,,1.00,", ""),
        ("soon,B,1.00,,1.00,", "day"),
        ("2026-10-01,B,1.00,,1.00,", "outside"),
        ("2026-09-03,B,1.00,1.00,1.00,", "amount"),
        ("2026-09-03,B,,,1.00,", "amount"),
        ("2026-09-03,B,x,,1.00,", "amount"),
        ("2026-09-03,B,1.00,,,", "balance_missing"),
        ("2026-09-03,,1.00,,1.00,", "reference"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(row: str, why: str) -> None:
    lines = bank_tables.read(
        f"{','.join(bank_tables.STATEMENT_COLUMNS)}\n{row}".encode(), bank_tables.STATEMENT_COLUMNS
    )
    if not why:
        assert len(reconciling.read(lines, first_day=FIRST, last_day=LAST, previous=None)) == 1
        return
    with pytest.raises(StatementRefused) as refused:
        reconciling.read(lines, first_day=FIRST, last_day=LAST, previous=None)
    assert (refused.value.why, refused.value.line) == (why, 2)


def test_days_neither_overlap_nor_are_missing_and_lines_come_in_their_order_once() -> None:
    def why(rows: str, *, first: dt.date = FIRST, ended: dt.date | None = None) -> str:
        heading = ",".join(bank_tables.STATEMENT_COLUMNS)
        lines = bank_tables.read(f"{heading}\n{rows}".encode(), bank_tables.STATEMENT_COLUMNS)
        before = Previous(ended, 0) if ended else None
        with pytest.raises(StatementRefused) as refused:
            reconciling.read(lines, first_day=first, last_day=LAST, previous=before)
        return refused.value.why

    line = "2026-09-03,B,1.00,,1.00,\n"
    assert why(line, ended=FIRST) == "overlap"
    assert why(line, ended=FIRST - dt.timedelta(days=2)) == "gap"
    assert why(line + "2026-09-02,C,1.00,,2.00,\n") == "order"
    assert why(line + "2026-09-03,B,1.00,,2.00,\n") == "twice"
    assert why("") == "empty"
