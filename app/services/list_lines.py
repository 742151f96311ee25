"""The lines of a list: what each must keep by itself, before anything is asked about other people.

Checking, hashing and sealing need no database, so on PostgreSQL the next piece of a long list is checked while the
server takes in the one before.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, NamedTuple

from app.db import engine_name
from app.domain.eligibility import Reason, TooOld, TooYoung, Yes, may_join
from app.domain.identity import FIRST_YEAR, MOST_NAME, IdentityError
from app.domain.money import MOST_TOPUP_FEN
from app.domain.places import province
from app.models import Plan, RuleVersion
from app.services import ages, rulebook, side_by_side, vault
from app.services.days import day_of
from app.services.identity import DOCUMENT_TYPES, check_identity

EMAIL: Final = "invitation.email"
"""What an address on a list is sealed for."""
_CHUNK = 10_000
_IN_FLIGHT: Final = side_by_side.AT_ONCE + 3
"""Pieces that are being enrolled, wait to be handed out, or are checked ahead, and this one."""
_DATED: Final = ("TooYoung", "TooOld")
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list."""

    line: int
    name: str
    birth_on: dt.date
    province: str
    document_type: str
    number: str
    deposit_fen: int
    email: str = ""
    """Where an invitation goes, on a list that invites; empty when the code is handed over on paper."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that was not enrolled; `reason` names the rule (the class name of what was raised or found)."""

    line: int
    reason: str
    day: dt.date | None = field(default=None, compare=False)
    """The first day somebody too young may join, or the last on which somebody too old might have."""


Line = Row | Refused
"""A line that was read, or one that could not be."""


class Sound(NamedTuple):
    """A line that kept every rule that concerns itself alone, sealed for keeping."""

    line: int
    identity_hash: bytes
    name_sealed: bytes
    document_sealed: bytes
    document_type: str
    birth_on: dt.date
    province: str
    deposit_fen: int
    age_out_on: dt.date | None
    email_sealed: bytes | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a list that fits a transaction, checked against one rule version on one day."""

    version_id: int
    on: dt.date
    lines: int
    sound: tuple[Sound, ...]
    refused: tuple[Refused, ...]


class _Wrong(Exception):
    """The line breaks a rule; the argument names it. `day` is the one it depends on, if any."""

    def __init__(self, reason: str, day: dt.date | None = None) -> None:
        super().__init__(reason)
        self.day = day


def chunks(rows: Iterable[Line]) -> Iterator[list[Line]]:
    """A long list in pieces that each fit a transaction."""
    source = iter(rows)
    while piece := list(islice(source, _CHUNK)):
        yield piece


def checked(plan: Plan, rows: Iterable[Line], *, at: dt.datetime) -> Iterator[Piece]:
    """A long list piece by piece, each checked by itself; the list is read as the pieces are taken."""
    lines = Lines(plan, on=day_of(at))
    pieces = map(lines.check, chunks(rows))
    if engine_name() != "postgresql":
        yield from pieces
        return
    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(next, pieces, None)
        while (piece := coming.result()) is not None:
            coming = ahead.submit(next, pieces, None)
            yield piece


class Lines:
    """The rules of a plan on a day, and the keys that seal what the lines say: read once for a whole list."""

    def __init__(self, plan: Plan, *, on: dt.date, with_deposits: bool = True) -> None:
        """`with_deposits`: the list says what is paid for each; an invitation leaves that to whoever it is for."""
        version: RuleVersion = rulebook.version_on(plan.id, on)
        rules = rulebook.rules_of(version)
        self.version_id, self.on = version.id, on
        self._is_open = plan.opened_on <= on
        self._member, self._least_fen = rules.member, rules.pool.join_least_fen
        # Whether the prerequisite is met is asked of all lines at once, where they are enrolled.
        self._assumed = (rules.member.prerequisite,) if rules.member.prerequisite else ()
        self._with_deposits = with_deposits
        self._by_birth: dict[dt.date, tuple[str | None, dt.date | None, dt.date | None]] = {}
        self._lately: deque[set[bytes]] = deque(maxlen=_IN_FLIGHT)
        self._hash = vault.hasher()
        self._seal_name = vault.sealer(purpose="person.name")
        self._seal_document = vault.sealer(purpose="person.document")
        self._seal_email = vault.sealer(purpose=EMAIL)

    def check(self, rows: Sequence[Line]) -> Piece:
        """Each line by itself; and nobody stands in it twice, or in a piece that is still being enrolled."""
        sound: list[Sound] = []
        refused: list[Refused] = []
        seen: set[bytes] = set()
        self._lately.append(seen)
        for row in rows:
            if isinstance(row, Refused):
                refused.append(row)
                continue
            try:
                sound.append(self._sound(row, seen))
            except _Wrong as wrong:
                refused.append(Refused(row.line, str(wrong), wrong.day))
        return Piece(self.version_id, self.on, len(rows), tuple(sound), tuple(refused))

    def _sound(self, row: Row, seen: set[bytes]) -> Sound:
        name = " ".join(row.name.split())
        if not name or len(name) > MOST_NAME:
            raise _Wrong("NoName")
        number = _number(row)
        reason, day, age_out_on = self._judged(row.birth_on)
        if reason is not None:
            raise _Wrong(reason, day)
        if self._with_deposits:
            _check_deposit(row.deposit_fen, self._least_fen)
        if row.email and not _EMAIL.fullmatch(row.email):
            raise _Wrong("NoEmail")
        identity = self._hash(row.document_type, number)
        if any(identity in others for others in self._lately):
            raise _Wrong("TwiceInTheList")
        seen.add(identity)
        return Sound(
            row.line,
            identity,
            self._seal_name(name),
            self._seal_document(number),
            row.document_type,
            row.birth_on,
            row.province,
            row.deposit_fen,
            age_out_on,
            self._seal_email(row.email.lower()) if row.email else None,
        )

    def _judged(self, birth_on: dt.date) -> tuple[str | None, dt.date | None, dt.date | None]:
        """What speaks against an age with its day, and the day it leaves the plan: asked once for each birth date."""
        found = self._by_birth.get(birth_on)
        if found is None:
            verdict = may_join(birth_on, self.on, self._member, member_of=self._assumed)
            reason = None if isinstance(verdict, Yes) else type(verdict[0]).__name__
            if not self._is_open:
                reason = "NotOpenYet"
            elif birth_on.year < FIRST_YEAR or birth_on > self.on:
                reason = "NoBirthDate"
            day = None if isinstance(verdict, Yes) or reason not in _DATED else _day_of(verdict[0])
            found = self._by_birth[birth_on] = (reason, day, ages.age_out_day(birth_on, self._member))
        return found


def _day_of(reason: Reason) -> dt.date | None:
    match reason:
        case TooYoung(from_day=day) | TooOld(until_day=day):
            return day
    return None


def _check_deposit(deposit_fen: int, least_fen: int) -> None:
    if deposit_fen < least_fen:
        raise _Wrong("DepositTooSmall")
    if deposit_fen > MOST_TOPUP_FEN:
        raise _Wrong("DepositTooLarge")


def _number(row: Row) -> str:
    """The canonical number of a sound document of somebody who lives somewhere."""
    if row.document_type not in DOCUMENT_TYPES:
        raise _Wrong("NoSuchDocument")
    try:
        province(row.province)
        return check_identity(row.document_type, row.number, birth_on=row.birth_on)
    except KeyError:
        raise _Wrong("NoSuchProvince") from None
    except IdentityError as wrong:
        raise _Wrong(type(wrong).__name__) from None
