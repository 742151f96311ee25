"""The people of the story. All invented: their identity numbers carry a place code that does not exist."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
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
class Somebody:
    """A person of the story: relation to the account, name, and how old on the day of joining."""

    relation: str
    name: str
    age: int
    province: str


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


STAFF = (
    ("treasurer-1", "treasurer1@demo.juntan.example", "方敏", "treasurer"),
    ("treasurer-2", "treasurer2@demo.juntan.example", "罗建国", "treasurer"),
    ("caseworker-1", "caseworker1@demo.juntan.example", "沈静", "caseworker"),
    ("caseworker-2", "caseworker2@demo.juntan.example", "高远", "caseworker"),
    ("caseworker-3", "caseworker3@demo.juntan.example", "许梅", "caseworker"),
    ("caseworker-4", "caseworker4@demo.juntan.example", "田宇", "caseworker"),
    ("operator-1", "operator1@demo.juntan.example", "苏明", "operator"),
    ("auditor-1", "auditor1@demo.juntan.example", "叶嘉", "auditor"),
)
ORGANISER = ("organiser-1", "organiser1@demo.juntan.example", "长青社区互助组织")


def _alone(  # noqa: PLR0913, PLR0917 -- one row of the table below
    number: int, who: str, age: int, province: str, plan: str, fen: int = 3000
) -> Household:
    return Household(
        f"member-{number}",
        f"member{number}@demo.juntan.example",
        who,
        "zh",
        (Somebody("self", who, age, province),),
        ((0, plan, fen),),
    )


HOUSEHOLDS = (
    Household(
        "member-1",
        "member1@demo.juntan.example",
        "林岚",
        "zh",
        (
            Somebody("self", "林岚", 34, "33"),
            Somebody("child", "周知夏", 6, "33"),
            Somebody("parent", "顾桂芬", 61, "33"),
        ),
        ((0, "young-cancer", 10000), (0, "accident", 3000), (1, "child-health", 3000), (2, "senior-cancer", 900)),
    ),
    _alone(2, "何子轩", 25, "44", "young-cancer", 1200),
    Household(
        "member-3",
        "member3@demo.juntan.example",
        "Alex Chen",
        "en",
        (Somebody("self", "陈安乐", 29, "31"),),
        ((0, "young-cancer", 5000), (0, "lifelong-million", 3000)),
    ),
    _alone(4, "唐雨欣", 26, "51", "young-cancer"),
    _alone(5, "欧阳志鹏", 37, "37", "young-cancer"),
    _alone(6, "曹玉兰", 35, "41", "young-cancer"),
    _alone(7, "彭浩然", 23, "42", "young-cancer"),
    _alone(8, "蒋丽", 46, "32", "young-cancer"),
    _alone(9, "魏强", 39, "61", "young-cancer"),
    _alone(10, "潘晓燕", 31, "35", "young-cancer"),
    _alone(11, "戴勇", 44, "43", "young-cancer"),
    _alone(12, "姜婷", 28, "50", "young-cancer"),
    _alone(13, "范思远", 33, "36", "young-cancer"),
    _alone(14, "阿依古丽·买买提", 30, "65", "young-cancer"),
    Household(
        "member-15",
        "member15@demo.juntan.example",
        "程海燕",
        "zh",
        (Somebody("child", "程嘉怡", 8, "34"), Somebody("self", "程海燕", 36, "34")),
        ((0, "child-health", 5000), (1, "young-cancer", 5000)),
    ),
    Household(
        "member-16",
        "member16@demo.juntan.example",
        "夏军",
        "zh",
        (Somebody("child", "夏子轩", 4, "23"),),
        ((0, "child-health", 3000),),
    ),
    _alone(17, "余建国", 58, "21", "senior-cancer"),
    _alone(18, "任杰", 41, "13", "accident"),
    _alone(19, "丁文斌", 27, "22", "young-cancer"),
    _alone(20, "邓秀英", 42, "45", "young-cancer"),
)
