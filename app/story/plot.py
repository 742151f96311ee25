"""What happens in the story: which claims are made, when, and what becomes of them.

Days are counted from the publication day of a period, so that the same story can be told at any date.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from app.domain.calendar import PlannedPeriod, periods_of_month
from app.domain.terms import Calendar

SHARED_PERIODS = 3
"""Settled periods with cases before the one that is open when the story ends."""
WAITING_DAYS = 190
"""The plans open this long before the first of them, so that the waiting period is over when the first claim comes."""

Fate = Literal[
    "approved", "refused", "withdrawn", "draft", "submitted", "in_review", "evidence_asked", "recommended"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClaimPlot:
    """One claim: whose, for which event, before which period (0 is the first with cases, 3 the open one), and its fate.

    `days_before` says how many days before that period's publication day it is handed in.
    """

    member: str
    person: int
    plan: str
    benefit: str
    group: str
    period: int
    fate: Fate
    days_before: int = 8
    level: int = 1
    event_days_before: int = 2
    """The event lies this many days before the claim is handed in."""


CLAIMS = (
    ClaimPlot("member-4", 0, "young-cancer", "malignant_tumour", "leukaemia", 0, "approved"),
    ClaimPlot("member-6", 0, "young-cancer", "low_grade_tumour", "thyroid_low_grade", 0, "approved", level=0),
    ClaimPlot("member-15", 0, "child-health", "serious_illness", "leukaemia", 0, "approved"),
    ClaimPlot("member-11", 0, "young-cancer", "malignant_tumour", "liver", 0, "refused"),
    ClaimPlot("member-5", 0, "young-cancer", "malignant_tumour", "stomach", 1, "approved"),
    ClaimPlot("member-8", 0, "young-cancer", "malignant_tumour", "breast", 1, "approved"),
    ClaimPlot("member-16", 0, "child-health", "low_grade_tumour", "other_low_grade", 1, "approved"),
    ClaimPlot("member-7", 0, "young-cancer", "malignant_tumour", "lymphoma", 2, "approved"),
    ClaimPlot("member-17", 0, "senior-cancer", "malignant_tumour", "lung", 2, "approved"),
    ClaimPlot("member-18", 0, "accident", "disability_7", "traffic", 2, "approved"),
    ClaimPlot("member-20", 0, "young-cancer", "malignant_tumour", "thyroid", 2, "withdrawn"),
    ClaimPlot("member-9", 0, "young-cancer", "malignant_tumour", "colorectal", 3, "approved"),
    ClaimPlot("member-12", 0, "young-cancer", "low_grade_tumour", "thyroid_low_grade", 3, "approved"),
    ClaimPlot("member-3", 0, "young-cancer", "malignant_tumour", "thyroid", 3, "evidence_asked", days_before=6),
    ClaimPlot("member-10", 0, "young-cancer", "malignant_tumour", "cervix_uterus", 3, "recommended", days_before=5),
    ClaimPlot("member-13", 0, "young-cancer", "malignant_tumour", "head_neck", 3, "in_review", days_before=4),
    ClaimPlot("member-14", 0, "young-cancer", "low_grade_tumour", "other_low_grade", 3, "submitted", days_before=2),
    ClaimPlot("member-19", 0, "young-cancer", "malignant_tumour", "bone_soft_tissue", 3, "submitted", days_before=1),
    ClaimPlot("member-1", 0, "accident", "disability_10", "fall", 3, "draft", days_before=1),
)


@dataclass(frozen=True, slots=True)
class ObjectionPlot:
    """One objection, filed on the publication day of the newest period against the case of a member."""

    member: str
    hour: int
    text: str
    name: str = ""
    contact: str = ""
    dismissed_at: int | None = None
    """The hour of that day at which it is dismissed; None: it still waits when the story ends."""
    reason: str = ""
    """The public reason of the dismissal."""


OBJECTIONS = (
    ObjectionPlot(
        "member-9",
        11,
        "公示的病种里有些早期病变，按条款是不予互助的。请核实这个案例是不是原位癌。",
        dismissed_at=17,
        reason="已核对病理报告：报告写明存在浸润，不属于条款所列的原位癌。公示的金额与条款一致，案例留在本期。",
    ),
    ObjectionPlot(
        "member-12",
        20,
        "听说当事人在加入之前就查出过结节，加入时的健康告知可能没有写。请查一查加入前的体检记录。",
        name="一位会员",
        contact="neighbour@demo.juntan.example",
    ),
)

LISTS = (
    # plan, people, youngest, oldest
    ("child-health", 50_000, 0, 17),
    ("young-cancer", 120_000, 18, 50),
    ("senior-cancer", 6_000, 51, 65),
    ("accident", 8_000, 1, 65),
)
ALSO_LIFELONG = 2_000
"""So many of the young-cancer list are in lifelong-million as well."""


@dataclass(frozen=True, slots=True)
class Times:
    """The days of the story: its opening, its periods with cases (the last one open), and where its clock stands."""

    opening: dt.date
    periods: tuple[PlannedPeriod, ...]

    @property
    def end(self) -> dt.date:
        """The second objection day of the newest period."""
        return self.periods[-1].publication_day + dt.timedelta(days=1)


def times(calendar: Calendar, until: dt.date) -> Times:
    """The days of a story whose newest period has begun, with its second objection day, by `until`."""
    newest: list[PlannedPeriod] = []
    year, month = until.year, until.month
    while len(newest) <= SHARED_PERIODS:
        begun = [period for period in periods_of_month(calendar, year, month) if period.publication_day <= until]
        newest = begun + newest
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    chosen = tuple(newest[-(SHARED_PERIODS + 1) :])
    return Times(chosen[0].publication_day - dt.timedelta(days=WAITING_DAYS), chosen)
