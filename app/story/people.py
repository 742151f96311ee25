"""Everybody of the story who has a name: the staff, the households one can play, and the neighbours who fell ill."""

from __future__ import annotations

import datetime as dt
import random

from app.domain.places import PROVINCES
from app.story import cast
from app.story.cast import Household, Somebody
from app.story.claims_plot import PAST, ClaimPlot, PastClaim
from app.story.plot import OPEN

STAFF = (
    ("treasurer-1", "treasurer1@demo.juntan.example", "方敏", "treasurer"),
    ("treasurer-2", "treasurer2@demo.juntan.example", "罗建国", "treasurer"),
    ("caseworker-1", "caseworker1@demo.juntan.example", "沈静", "caseworker"),
    ("caseworker-2", "caseworker2@demo.juntan.example", "高远", "caseworker"),
    ("caseworker-3", "caseworker3@demo.juntan.example", "许梅", "caseworker"),
    ("caseworker-4", "caseworker4@demo.juntan.example", "田宇", "caseworker"),
    ("operator-1", "operator1@demo.juntan.example", "苏明", "operator"),
    ("auditor-1", "auditor1@demo.juntan.example", "叶嘉", "auditor"),
    ("investigator-1", "investigator1@demo.juntan.example", "邵平", "investigator"),
)
ORGANISER = ("organiser-1", "organiser1@demo.juntan.example", "长青社区互助组织")


def _alone(  # noqa: PLR0913, PLR0917 -- one row of the table below
    number: int, who: str, age: int, province: str, plan: str, fen: int = 3000, comes: tuple[int, int] | None = None
) -> Household:
    return Household(
        f"member-{number}",
        f"member{number}@demo.juntan.example",
        who,
        "zh",
        (Somebody("self", who, age, province),),
        ((0, plan, fen),),
        comes,
    )


UNTENDED = frozenset((
    *((f"member-{number}", "young-cancer") for number in (2, 22, 23, 27)),
    ("member-40", "accident"),
))  # fmt: skip
"""Memberships nobody pays in for of themselves: their plot says when."""

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
    _alone(2, "何子轩", 25, "44", "young-cancer", 1200, (22, 8)),
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
    _alone(21, "贾玉华", 45, "14", "young-cancer"),
    _alone(22, "石磊", 30, "52", "young-cancer", 900),
    _alone(23, "崔娟", 33, "62", "young-cancer", 900),
    _alone(24, "龚敏", 28, "11", "young-cancer"),
    _alone(25, "白芳", 36, "12", "young-cancer", 3000, (10, 1)),
    _alone(26, "孟浩", 41, "15", "young-cancer"),
    _alone(27, "秦艳", 29, "53", "young-cancer", 900),
    _alone(28, "史秀兰", 38, "46", "young-cancer"),
    Household(
        "member-29",
        "member29@demo.juntan.example",
        "陆一鸣",
        "zh",
        (Somebody("spouse", "林岚", 34, "33", same_as=("member-1", 0)),),
        ((0, "young-cancer", 3000),),
        (20, 9),
    ),
    Household(
        "member-30",
        "member30@demo.juntan.example",
        "孔建国",
        "zh",
        (Somebody("child", "唐雨欣", 26, "51", same_as=("member-10", 0)),),
        ((0, "young-cancer", 3000),),
        (OPEN, 0),
    ),
    Household(
        "member-31",
        "member31@demo.juntan.example",
        "闰月",
        "zh",
        (Somebody("self", "闰月", 25, "35", birth_on=dt.date(2000, 2, 29)),),
        ((0, "young-cancer", 3000), (0, "accident", 3000)),
    ),
    _alone(32, "毛志鹏", 39, "36", "young-cancer"),
    Household(
        "member-33",
        "member33@demo.juntan.example",
        "康春生",
        "zh",
        (
            Somebody("child", "康宁", 17, "41", completes=(15, 18)),
            Somebody("parent", "康德海", 65, "41", completes=(18, 66)),
        ),
        ((0, "child-health", 5000), (1, "accident", 5000)),
    ),
    _alone(34, "尹雪", 31, "22", "young-cancer", 3000, (OPEN, 0)),
    _alone(35, "翁大海", 39, "44", "young-cancer", 10000),
    _alone(36, "翁小雨", 37, "44", "young-cancer"),
    _alone(37, "简宁", 32, "31", "young-cancer"),
    _alone(38, "祝平", 43, "37", "young-cancer"),
    _alone(39, "连玲", 29, "51", "young-cancer"),
    _alone(40, "乔磊", 44, "61", "accident", 900),
    Household(
        "member-51",
        "member51@demo.juntan.example",
        "贺文涛",
        "zh",
        (
            Somebody("self", "贺文涛", 45, "43"),
            Somebody("child", "贺晓宇", 16, "43", completes=(24, 18)),
            Somebody("parent", "贺国栋", 63, "43"),
        ),
        ((0, "young-cancer", 5000), (1, "child-health", 5000), (2, "senior-cancer", 5000)),
    ),
)


def called(label: str) -> Household:
    """A household of the cast by its label."""
    return next(one for one in HOUSEHOLDS if one.label == label)


def neighbours(chance: random.Random) -> list[tuple[Household, ClaimPlot]]:
    """One household for each claim of the past, with the claim it makes."""
    return [_neighbour(number, past, chance) for number, past in enumerate(PAST, start=1)]


def _neighbour(number: int, past: PastClaim, chance: random.Random) -> tuple[Household, ClaimPlot]:
    label, called = past.label or f"neighbour-{number}", cast.name(chance)
    relation, age = ("child", past.age) if past.plan == "child-health" else ("self", past.age)
    plans = ("young-cancer", past.plan) if past.plan == "lifelong-million" else (past.plan,)
    household = Household(
        label,
        f"{label.replace('-', '')}@demo.juntan.example",
        cast.name(chance) if relation == "child" else called,
        "zh",
        (Somebody(relation, called, age, chance.choice(PROVINCES[:31]).code),),
        tuple((0, plan, 10_000) for plan in plans),
    )
    claim = ClaimPlot(
        label, 0, past.plan, past.benefit, past.group, past.period, past.fate, amount_fen=past.amount_fen,
        level=number % 4 and 1,
    )  # fmt: skip
    return household, claim
