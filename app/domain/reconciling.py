"""A bank's statement against our own books: its lines add up, each belongs to a booking, and the rest is a list.

    the bank says X      what stood in the account at the end of the last day of the statement
    the books say Y      what was booked until then
    X − Y = Z            and Z is the sum of a list: every line of the bank without its booking, every booking without
                         its line, and what differed before the first statement

The law of the list holds whatever was matched with what (`differences`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from app.domain import bank_tables
from app.domain.bank_tables import Line

EXPLAIN_WITHIN_DAYS: Final = 7
"""A difference that nobody has explained so many days after the statement's last day is a fault."""

Kind = Literal[
    "in_transit", "before", "bank_charge", "interest", "unknown_deposit", "deposit_returned", "operator_pays"
]
KINDS: Final[tuple[Kind, ...]] = (
    "in_transit", "bank_charge", "interest", "unknown_deposit", "deposit_returned", "operator_pays", "before",
)  # fmt: skip
BOOKS: Final = ("bank_charge", "interest", "unknown_deposit", "deposit_returned", "operator_pays")
"""The explanations that are booked once a second treasurer has confirmed them."""

_OUR_NAME: Final = re.compile(r"(?<![0-9A-Z])[0-9A-HJKMNP-TV-Z]{12}(?:-[0-9]{1,3})?(?![0-9A-Z])")


class StatementRefused(ValueError):
    """A statement that cannot be taken as it is; `why` is a key, `line` the line of the file, 0 when it is none."""

    def __init__(self, why: str, line: int = 0, *, wanted: str = "", found: str = "") -> None:
        super().__init__(f"{why} in line {line}: wanted {wanted!r}, found {found!r}")
        self.why, self.line, self.wanted, self.found = why, line, wanted, found


@dataclass(frozen=True, slots=True)
class Entered:
    """One line of a statement: positive when money came in."""

    number: int
    day: dt.date
    bank_reference: str
    amount_fen: int
    balance_fen: int
    text: str


@dataclass(frozen=True, slots=True)
class Previous:
    """Where the statement before ended."""

    last_day: dt.date
    closing_fen: int


def read(lines: Iterable[Line], *, first_day: dt.date, last_day: dt.date, previous: Previous | None) -> list[Entered]:
    """The lines of a statement over these days, found to follow the one before and to add up.

    Raises `StatementRefused` with the first line that does not.
    """
    if previous is not None and first_day != previous.last_day + dt.timedelta(days=1):
        why = "overlap" if first_day <= previous.last_day else "gap"
        raise StatementRefused(why, wanted=(previous.last_day + dt.timedelta(days=1)).isoformat())
    found = [_entered(number, cells) for number, cells in lines]
    balance_fen = previous.closing_fen if previous else None
    day, seen = first_day, set()
    for line in found:
        if not first_day <= line.day <= last_day:
            raise StatementRefused("outside", line.number, found=line.day.isoformat())
        if line.day < day:
            raise StatementRefused("order", line.number, wanted=day.isoformat(), found=line.day.isoformat())
        key = (line.bank_reference, line.day, line.amount_fen)
        if key in seen:
            raise StatementRefused("twice", line.number, found=line.bank_reference)
        if balance_fen is not None and balance_fen + line.amount_fen != line.balance_fen:
            wanted, said = bank_tables.yuan(balance_fen + line.amount_fen), bank_tables.yuan(line.balance_fen)
            first = line is found[0]
            raise StatementRefused("opening" if first else "balance", line.number, wanted=wanted, found=said)
        day, balance_fen = line.day, line.balance_fen
        seen.add(key)
    if balance_fen is None:
        raise StatementRefused("empty")
    return found


def opening_fen(lines: Sequence[Entered], previous: Previous | None) -> int:
    """What stood in the account before the first line. Without a statement before there is at least one line."""
    return previous.closing_fen if previous is not None else lines[0].balance_fen - lines[0].amount_fen


def _entered(number: int, cells: Mapping[str, str]) -> Entered:
    day = bank_tables.day(cells["day"])
    came, went, balance = (_amount(cells[column]) for column in ("amount_in", "amount_out", "balance_after"))
    if day is None:
        raise StatementRefused("day", number, found=cells["day"])
    if came is None or went is None or (came > 0) == (went > 0):
        raise StatementRefused("amount", number, found=f"{cells['amount_in']} {cells['amount_out']}")
    if balance is None or not cells["balance_after"]:
        raise StatementRefused("balance_missing", number, found=cells["balance_after"])
    if not 0 < len(cells["bank_reference"]) <= bank_tables.MOST_LETTERS:
        raise StatementRefused("reference", number)
    return Entered(number, day, cells["bank_reference"], came - went, balance, cells["text"])


def _amount(cell: str) -> int | None:
    """An amount of a statement; a balance may be below nothing."""
    below = cell.startswith(("-", "−"))
    amount = bank_tables.amount_fen(cell[1:] if below else cell)
    return -amount if below and amount is not None else amount


def names_in(bank_reference: str, text: str) -> tuple[str, ...]:
    """What a line may be called on our side: the bank's reference, and every reference of ours that stands in it."""
    ours = _OUR_NAME.findall(f"{bank_reference} {text}".upper())
    return tuple(dict.fromkeys((bank_reference, *ours)))


@dataclass(frozen=True, slots=True)
class Named:
    """Something with an amount and the names it goes by: a line of the bank, or a booking of ours."""

    key: int
    amount_fen: int
    names: tuple[str, ...]


def pair(lines: Iterable[Named], bookings: Iterable[Named]) -> dict[int, int]:
    """Which booking is which line (booking → line): the same amount and a name in common, each once, earliest first."""
    waiting: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for booking in bookings:
        for name in booking.names:
            waiting[name, booking.amount_fen].append(booking.key)
    paired: dict[int, int] = {}
    for line in lines:
        fitting = (key for name in line.names for key in waiting.get((name, line.amount_fen), ()) if key not in paired)
        found = next(fitting, None)
        if found is not None:
            paired[found] = line.key
    return paired


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of Z: how much the bank says more than the books because of it."""

    of: Literal["before", "line", "booking"]
    key: int
    amount_fen: int


def differences(
    before_fen: int, lines: Mapping[int, int], bookings: Mapping[int, int], matches: Mapping[int, int]
) -> list[Difference]:
    """Everything that makes X differ from Y at the end of a day.

    `before_fen` is what the bank said more than the books before the first statement; `lines` and `bookings` are the
    amounts until that day by their keys, `matches` says to which line a booking belongs (booking → line), also where
    one of the two comes after that day. The sum of the list is X − Y.
    """
    left = dict(lines)
    alone: list[Difference] = []
    for key, amount_fen in bookings.items():
        line = matches.get(key)
        if line in left:
            left[line] -= amount_fen
        else:
            alone.append(Difference("booking", key, -amount_fen))
    found = [Difference("before", 0, before_fen)] if before_fen else []
    return [*found, *(Difference("line", key, fen) for key, fen in left.items() if fen), *alone]
