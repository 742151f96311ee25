"""Tables that go to a bank and come back from one: comma-separated text, written so that it does nothing when opened.

Three of them, described with examples in docs/bank-files.md. Amounts are yuan with two decimals; a column in fen stands
beside them where we write. A file from a bank may be UTF-8 or GB18030, with or without a byte order mark, separated by
commas or semicolons, its columns in any order. What is wrong is named with its line; the heading is line 1.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from app.domain.money import NotMoney, parse_yuan

BATCH_COLUMNS: Final = (
    "our_reference", "recipient_name", "account_number", "bank", "amount_yuan", "amount_fen", "remark",
)  # fmt: skip
ANSWER_COLUMNS: Final = ("our_reference", "amount_yuan", "result", "bank_reference", "day", "reason")
STATEMENT_COLUMNS: Final = ("day", "bank_reference", "amount_in", "amount_out", "balance_after", "text")

MOST_BYTES: Final = 4 * 1024 * 1024
MOST_LINES: Final = 20_000
MOST_LETTERS: Final = 200
"""How long one cell of a bank's file may be."""
BYTE_ORDER_MARK: Final = "\ufeff"

_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r")
_DAY: Final = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})")


class NotATable(ValueError):
    """The bytes are no text in UTF-8 or GB18030, or no table of separated values."""


class WrongHeading(ValueError):
    """The first line does not name the columns; `wanted` and `found` are both as text."""

    def __init__(self, wanted: Sequence[str], found: Sequence[str]) -> None:
        self.wanted, self.found = ",".join(wanted), ",".join(found)[:MOST_LETTERS]
        super().__init__(f"the heading is {self.found!r}, not {self.wanted!r}")


class TooManyLines(ValueError):
    """A file holds at most `most` lines."""

    def __init__(self, most: int) -> None:
        super().__init__(f"more than {most} lines")
        self.most = most


Line = tuple[int, Mapping[str, str]]
"""A line's number in the file (the heading is 1) and its cells by column."""


def digest(data: bytes) -> str:
    """SHA-256 of a file, in hex: the same file again is the same digest."""
    return hashlib.sha256(data).hexdigest()


def read(data: bytes, columns: Sequence[str], *, most: int = MOST_LINES) -> list[Line]:
    """The lines of a bank's file. Empty ones are left out; spaces around cells and our own apostrophe are taken away.

    Raises `NotATable`, `WrongHeading` and `TooManyLines`.
    """
    text = _decoded(data)
    first = text.partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        heading = [cell.strip().lower() for cell in next(rows, [])]
        if sorted(heading) != sorted(columns):
            raise WrongHeading(columns, heading)
        found: list[Line] = []
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if len(found) == most:
                raise TooManyLines(most)
            cells = [*map(_plain, row), *("",) * (len(heading) - len(row))]
            found.append((rows.line_num, dict(zip(heading, cells, strict=False))))
    except csv.Error as broken:
        raise NotATable from broken
    return found


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text.removeprefix(BYTE_ORDER_MARK)
    raise NotATable


def _plain(cell: str) -> str:
    """A cell as it was meant, cut to its longest length."""
    cell = cell.strip()
    if cell.startswith("'") and cell[1:].startswith(_ACTIVE):
        cell = cell[1:]
    return cell[: MOST_LETTERS + 1]


def write(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A file for a bank or for a spreadsheet: UTF-8 with its mark, commas, one line of heading."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(columns)
    table.writerows([_harmless(str(cell)) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def _harmless(cell: str) -> str:
    """A cell no spreadsheet takes for a formula: an apostrophe goes before what would begin one."""
    cell = " ".join(cell.split("\0"))
    return f"'{cell}" if cell.startswith(_ACTIVE) else cell


def yuan(amount_fen: int) -> str:
    """An amount with two decimals, as banks write it: 1234.50."""
    sign = "-" if amount_fen < 0 else ""
    return f"{sign}{abs(amount_fen) // 100}.{abs(amount_fen) % 100:02d}"


def amount_fen(cell: str) -> int | None:
    """A cell as an amount of fen; None when it is none. Empty is 0."""
    if not cell:
        return 0
    try:
        return parse_yuan(cell)
    except NotMoney:
        return None


def day(cell: str) -> dt.date | None:
    """A cell as a day (2026-09-14, 2026/09/14, 20260914); None when it is none."""
    found = _DAY.fullmatch(cell)
    try:
        return dt.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
