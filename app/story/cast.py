"""The people of the story. All invented: their identity numbers carry a place code that does not exist."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from stdnum.cn import ric

from app.domain.calendar import birthday
from app.domain.places import PROVINCES
from app.services.enrolment import Row

PASSWORD = "juntan-demo"  # noqa: S105 -- printed on the start screen of a demonstration that holds nothing real
_NOWHERE = "999999"
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
)
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文斌晓宇婷雪梅浩然子轩雨欣思远嘉怡志鹏海燕春生"
_AMOUNTS_FEN = (1500, 3000, 3000, 3000, 5000, 5000, 10000)
_YEAR = 365


@dataclass(slots=True)
class Numbers:
    """Identity numbers that are sound and belong to nobody: counted up, so that none comes twice."""

    used: dict[dt.date, int] = field(default_factory=dict)

    def next(self, birth_on: dt.date) -> str:
        """A resident number for this birth date. ValueError after the thousandth of one day."""
        serial = self.used.get(birth_on, 0)
        if serial > 999:  # noqa: PLR2004 -- three digits
            raise ValueError(f"no number left for {birth_on}")
        self.used[birth_on] = serial + 1
        stem = f"{_NOWHERE}{birth_on:%Y%m%d}{serial:03d}"
        return stem + str(ric.calc_check_digit(stem + "0"))

    def has_room(self, birth_on: dt.date) -> bool:
        """Whether a number for this birth date is left."""
        return self.used.get(birth_on, 0) <= 999  # noqa: PLR2004


def name(chance: random.Random) -> str:
    """An invented name of two or three characters."""
    return chance.choice(_SURNAMES) + "".join(chance.choice(_GIVEN) for _ in range(chance.choice((1, 2, 2))))


def rows(  # noqa: PLR0913 -- the make-up of a list
    chance: random.Random, numbers: Numbers, *, count: int, youngest: int, oldest: int, on: dt.date
) -> Iterator[Row]:
    """The lines of a list: `count` people of these ages (completed years on that day, both included)."""
    first = birthday_years_ago(on, oldest + 1) + dt.timedelta(days=1)
    span = (birthday_years_ago(on, youngest) - first).days if youngest else (on - dt.timedelta(days=31) - first).days
    for line in range(1, count + 1):
        birth_on = first + dt.timedelta(days=chance.randrange(span))
        while not numbers.has_room(birth_on):
            birth_on = first + dt.timedelta(days=chance.randrange(span))
        yield Row(
            line=line,
            name=name(chance),
            birth_on=birth_on,
            province=chance.choice(PROVINCES[:31]).code,
            document_type="resident",
            number=numbers.next(birth_on),
            deposit_fen=chance.choice(_AMOUNTS_FEN),
        )


def birthday_years_ago(day: dt.date, years: int) -> dt.date:
    """The birth date of somebody who completes that many years on the day."""
    return birthday(day, -years)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A person of a household: the identity number drawn for them, and their memberships by plan."""

    number: str
    memberships: dict[str, int]


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of the story: relation to the account, name, and how old on the day of joining."""

    relation: str
    name: str
    age: int
    province: str
    birth_on: dt.date | None = None
    """A birth date that matters; otherwise it follows from the age."""
    completes: tuple[int, int] | None = None
    """(period, years): so many years are completed on the publication day of that period."""
    same_as: tuple[str, int] | None = None
    """The person of another household who this is as well."""

    def number(self, known: Mapping[tuple[str, int], Enrolled]) -> str | None:
        """The identity number this person has elsewhere already; None for somebody new."""
        return known[self.same_as].number if self.same_as is not None else None


@dataclass(frozen=True, slots=True)
class Household:
    """An account of the story with its people, and who of them joins which plan with how much."""

    label: str
    email: str
    name: str
    language: str
    people: tuple[Somebody, ...]
    joins: tuple[tuple[int, str, int], ...]
    """(index into people, plan slug, first top-up in fen)"""
    comes: tuple[int, int] | None = None
    """(period, days after its publication day) on which it settles in; None: on the opening day."""
