"""Files to and from banks: read in the encodings banks write, harmless when opened, and exact to the fen."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import bank_answers, bank_tables, reconciling
from app.domain.bank_tables import ANSWER_COLUMNS, NotATable, TooManyLines, WrongHeading

HANDBOOK = Path(__file__).parents[2] / "docs" / "bank-files.md"
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030")
CELL = st.text(
    st.characters(codec="gb18030", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=0, max_size=20
)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=8), st.sampled_from((",", ";")), st.sampled_from(ENCODINGS))
def test_what_is_written_is_read_again_in_every_encoding(
    rows: list[tuple[str, str, str]], separator: str, encoding: str
) -> None:
    columns = ("one", "two", "three")
    written = bank_tables.write(columns, rows)
    text = written.decode("utf-8-sig")
    if separator == ";":
        table = io.StringIO(newline="")
        csv.writer(table, delimiter=";").writerows(csv.reader(io.StringIO(text, newline="")))
        text = table.getvalue()
    found = bank_tables.read(text.encode(encoding), columns)
    kept = [row for row in rows if any(row)]
    as_meant = [tuple(cell[1:] if cell[:1] == "'" and cell[1:2] in "=+-@" and cell[1:] else cell for cell in row)
                for row in kept]  # fmt: skip
    if encoding == "gb18030" and not text.isascii():
        try:
            text.encode("gb18030").decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return  # by chance the same bytes are sound UTF-8 as well, which is read first
    assert [tuple(cells[column] for column in columns) for _number, cells in found] == as_meant


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_a_formula(begin: str) -> None:
    written = bank_tables.write(("name",), [(f"{begin}cmd|calc",)])
    (_heading, row) = csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""))
    assert row[0].startswith("'")


@given(st.integers(-(10**13), 10**13))
def test_an_amount_survives_its_way_through_a_file(fen: int) -> None:
    text = bank_tables.yuan(fen)
    assert text.partition(".")[2].isdigit()
    assert bank_tables.amount_fen(text.lstrip("-")) == abs(fen)


def test_a_file_that_is_no_table_says_so() -> None:
    with pytest.raises(NotATable):
        bank_tables.read(b"\xff\xfe\x00\x80", ANSWER_COLUMNS)
    with pytest.raises(NotATable):
        bank_tables.read(b"a,b\x00c", ANSWER_COLUMNS)
    with pytest.raises(WrongHeading) as wrong:
        bank_tables.read("编号,金额\n1,2".encode("gb18030"), ANSWER_COLUMNS)
    assert wrong.value.wanted == ",".join(ANSWER_COLUMNS)
    with pytest.raises(WrongHeading):
        bank_tables.read(b"", ANSWER_COLUMNS)
    with pytest.raises(TooManyLines):
        bank_tables.read(b"a\n1\n2\n3\n", ("a",), most=2)


def test_columns_stand_in_any_order_and_lines_keep_their_numbers() -> None:
    assert bank_tables.read(b"B,A\n\n1,2\n , \n3\n", ("a", "b")) == [
        (3, {"b": "1", "a": "2"}),
        (5, {"b": "3", "a": ""}),
    ]


@pytest.mark.parametrize("text", ["2026-09-14", "2026/09/14", "20260914", "2026.09.14"])
def test_days_are_read_as_banks_write_them(text: str) -> None:
    assert bank_tables.day(text) == dt.date(2026, 9, 14)


@pytest.mark.parametrize("text", ["", "14.9.2026", "2026-02-30", "tomorrow"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert bank_tables.day(text) is None


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("batch", bank_tables.BATCH_COLUMNS),
        ("answer", ANSWER_COLUMNS),
        ("statement", bank_tables.STATEMENT_COLUMNS),
    ],
)
def test_the_examples_of_the_handbook_are_what_is_read(name: str, columns: tuple[str, ...]) -> None:
    handbook = HANDBOOK.read_text(encoding="utf-8")
    example = handbook.partition(f"```{name}\n")[2].partition("```")[0]
    lines = bank_tables.read(example.encode(), columns)
    assert len(lines) == 3
    if name == "answer":
        assert all(answer.is_readable for answer in bank_answers.read(lines))
    if name == "statement":
        days = {"first_day": dt.date(2026, 9, 1), "last_day": dt.date(2026, 9, 30)}
        assert len(reconciling.read(lines, previous=None, **days)) == 3
