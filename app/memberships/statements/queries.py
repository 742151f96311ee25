"""What a statement is asked: a day, a year, the whole. Everything is derived from deposits and settlements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import func, select

from app.db import db
from app.domain.equation import Equation, equation_of
from app.domain.terms import Rules
from app.models import Award, Claim, Membership, Period, Settlement, SettlementAward
from app.services import pins, rulebook, statement, vault
from app.services.days import day_of, midnight
from app.services.statement import Line

A_PIECE = 500
"""So many lines are read at once when a whole statement is written into a file."""
_BLINK = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Whose:
    """The membership a statement is about, with the words that name it."""

    membership: Membership
    today: dt.date

    @cached_property
    def name(self) -> str:
        """The person's name."""
        return vault.unseal(self.membership.person.name_sealed, purpose="person.name")

    @cached_property
    def rules(self) -> Rules:
        """The rules the membership is judged by today."""
        version = pins.versions_on([self.membership], self.today)[self.membership.id]
        return rulebook.rules_of(version)

    @property
    def first_day(self) -> dt.date:
        """The day it was joined."""
        return day_of(self.membership.joined_at)

    @property
    def years(self) -> Sequence[int]:
        """Every year with something to tell, the latest first."""
        return range(self.today.year, self.first_day.year - 1, -1)


@dataclass(frozen=True, slots=True)
class Behind:
    """The sum a share is the result of."""

    period: str
    cases: int
    equation: Equation


@dataclass(frozen=True, slots=True)
class Year:
    """One calendar year of a membership: opening + every sum = closing."""

    year: int
    until: dt.date
    """The last day it tells of: 31 December, or today."""
    opening_fen: int
    sums: tuple[tuple[str, int], ...]
    """What each kind of line came to, money paid in first and shares last."""
    closing_fen: int
    lines: Sequence[Line]
    """Newest first."""
    behind: Sequence[Behind]
    """The sum behind each share, newest first."""
    helped: int
    """How many people received something that these shares paid for."""


_ORDER = ("topup", "moved_in", "credit", "reversal", "refund", "moved_out", statement.SHARE)


def end_of(day: dt.date) -> dt.datetime:
    """24:00 of a local day: 00:00 of the next."""
    return midnight(day + dt.timedelta(days=1))


def balance_on(membership: Membership, day: dt.date) -> int:
    """What the membership held at the end of a day."""
    return statement.balance_at(membership, end_of(day) - _BLINK)


def year_of(membership: Membership, year: int, *, today: dt.date) -> Year:
    """The statement of a calendar year."""
    since, until = midnight(dt.date(year, 1, 1)), min(dt.date(year, 12, 31), today)
    before = end_of(until)
    lines = statement.lines(membership, since=since, before=before)
    opening_fen = (
        lines[-1].balance_fen - lines[-1].amount_fen if lines else statement.balance_at(membership, since - _BLINK)
    )
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.kind] = sums.get(line.kind, 0) + line.amount_fen
    settled = _settled({line.period for line in lines if line.period})
    return Year(
        year=year,
        until=until,
        opening_fen=opening_fen,
        sums=tuple((kind, sums[kind]) for kind in _ORDER if kind in sums),
        closing_fen=opening_fen + sum(sums.values()),
        lines=lines,
        behind=[Behind(name, one.cases, equation_of(one)) for name, one in settled],
        helped=_helped([one.period_id for _name, one in settled]),
    )


def _settled(names: set[str]) -> list[tuple[str, Settlement]]:
    """The settlements of these periods with their names, newest first."""
    rows = db.session.execute(
        select(Period.name, Settlement)
        .join(Settlement, Settlement.period_id == Period.id)
        .where(Period.name.in_(names))
        .order_by(Settlement.at.desc(), Settlement.seq.desc())
    ).all()
    return [(row.name, row.Settlement) for row in rows]


def _helped(period_ids: Sequence[int]) -> int:
    """How many people received something from these periods; who received twice is one."""
    paid = SettlementAward.shared_fen + SettlementAward.from_reserve_fen + SettlementAward.from_operator_fen > 0
    return (
        db.session.scalar(
            select(func.count(func.distinct(Membership.identity_hash)))
            .join(Claim, Claim.membership_id == Membership.id)
            .join(Award, Award.claim_id == Claim.id)
            .join(SettlementAward, SettlementAward.award_id == Award.id)
            .where(Award.period_id.in_(period_ids), paid)
        )
        or 0
    )


def every_line(membership: Membership) -> Iterator[Line]:
    """The whole statement, oldest first, read piece by piece."""
    count = statement.count_lines(membership)
    for end in range(count, 0, -A_PIECE):
        skip = max(0, end - A_PIECE)
        yield from reversed(statement.lines(membership, skip=skip, most=end - skip))
