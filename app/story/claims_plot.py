"""The claims of the story: who falls ill, when, and what becomes of the claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from app.story.plot import OPEN

Fate = Literal[
    "draft", "submitted", "in_review", "evidence_asked", "recommended", "withdrawn", "approved", "refused",
    "answered", "sent_back", "ruled_out", "appealed", "appeal_won", "appeal_lost", "appeal_withdrawn", "removed",
]  # fmt: skip
"""What becomes of a claim before its publication, or instead of it. `answered` and `sent_back` are approved in the end;
`removed` is withdrawn while its case is public."""

_Y, _C, _S, _A, _L = "young-cancer", "child-health", "senior-cancer", "accident", "lifelong-million"
_BIG, _LOW, _CHILD, _COSTS = "malignant_tumour", "low_grade_tumour", "serious_illness", "documented_costs"
_THIRTEEN = f"member-13 {OPEN}"


@dataclass(frozen=True, slots=True)
class ClaimPlot:
    """One claim: whose, for which event, before which period (0 is the first with cases), and its fate.

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
    amount_fen: int | None = None
    """What is approved of costs; None: what the table of the rules gives."""
    same_report_as: str = ""
    """The pathology report is the very file of this one, e.g. "member-13 26": member and period of its claim."""


@dataclass(frozen=True, slots=True)
class PastClaim:
    """A claim of a neighbour: somebody who has an account for nothing else in this story."""

    period: int
    plan: str
    age: int
    benefit: str
    group: str
    fate: Fate = "approved"
    amount_fen: int | None = None
    label: str = ""
    """What the neighbour is called in the tables; numbered when nothing hangs on it."""


PAST: Final = (
    PastClaim(0, _Y, 44, _BIG, "liver"),
    PastClaim(0, _A, 40, "disability_8", "fall"),
    PastClaim(1, _Y, 35, _BIG, "stomach"),
    PastClaim(1, _C, 7, _LOW, "other_low_grade"),
    PastClaim(2, _Y, 45, _BIG, "lung"),
    PastClaim(2, _S, 60, _LOW, "thyroid_low_grade"),
    PastClaim(3, _Y, 36, _BIG, "breast"),
    PastClaim(3, _A, 33, "disability_7", "traffic"),
    PastClaim(4, _Y, 44, _BIG, "colorectal"),
    PastClaim(4, _Y, 33, _LOW, "thyroid_low_grade"),
    PastClaim(5, _Y, 45, _BIG, "stomach", "refused"),
    PastClaim(5, _A, 38, "disability_1", "traffic"),
    PastClaim(5, _A, 27, "disability_1", "traffic"),
    PastClaim(5, _A, 49, "disability_1", "traffic"),
    PastClaim(5, _A, 31, "disability_10", "traffic", amount_fen=1),
    PastClaim(5, _C, 5, _CHILD, "leukaemia"),
    PastClaim(6, _Y, 24, _BIG, "lymphoma"),
    PastClaim(6, _L, 36, _COSTS, "breast", amount_fen=2_000_000, label="bills-1"),
    PastClaim(7, _Y, 46, _BIG, "liver", label="returned-1"),
    PastClaim(7, _S, 58, _BIG, "stomach"),
    PastClaim(8, _Y, 35, _BIG, "breast"),
    PastClaim(8, _A, 52, "disability_10", "work"),
    PastClaim(9, _Y, 43, _BIG, "oesophagus", label="deferred-1"),
    PastClaim(9, _Y, 38, _LOW, "thyroid_low_grade"),
    PastClaim(10, _Y, 36, _BIG, "cervix_uterus"),
    PastClaim(10, _C, 9, _LOW, "other_low_grade", "answered"),
    PastClaim(11, _Y, 44, _BIG, "lung"),
    PastClaim(11, _Y, 34, _LOW, "thyroid_low_grade"),
    PastClaim(12, _Y, 35, _BIG, "kidney_bladder"),
    PastClaim(12, _S, 62, _BIG, "lung"),
    PastClaim(13, _Y, 45, _BIG, "colorectal", label="failed-1"),
    PastClaim(13, _Y, 44, _BIG, "thyroid"),
    PastClaim(14, _Y, 36, _BIG, "brain", label="objected-1"),
    PastClaim(14, _Y, 45, _BIG, "liver"),
    PastClaim(14, _A, 29, "disability_7", "traffic"),
    PastClaim(15, _Y, 46, _BIG, "stomach"),
    PastClaim(15, _Y, 33, _LOW, "thyroid_low_grade"),
    PastClaim(16, _Y, 36, _BIG, "ovary"),
    PastClaim(16, _Y, 39, _BIG, "lymphoma", "appeal_won"),
    PastClaim(17, _Y, 45, _BIG, "head_neck"),
    PastClaim(17, _Y, 34, _BIG, "prostate_testis", "appeal_lost"),
    PastClaim(17, _C, 3, _CHILD, "nervous_system"),
    PastClaim(18, _Y, 35, _BIG, "pancreas_bile"),
    PastClaim(18, _S, 55, _BIG, "breast"),
    PastClaim(19, _Y, 44, _BIG, "lung"),
    PastClaim(19, _Y, 43, _BIG, "liver", "sent_back"),
    PastClaim(19, _Y, 37, _BIG, "skin_melanoma", "appeal_withdrawn"),
    PastClaim(20, _Y, 36, _BIG, "breast"),
    PastClaim(20, _Y, 44, _BIG, "kidney_bladder", "removed", label="removed-1"),
    PastClaim(20, _A, 45, "disability_8", "fire_electricity"),
    PastClaim(21, _Y, 35, _BIG, "stomach"),
    PastClaim(21, _Y, 32, _LOW, "thyroid_low_grade"),
    PastClaim(22, _Y, 45, _BIG, "bone_soft_tissue"),
    PastClaim(22, _L, 41, _COSTS, "colorectal", amount_fen=3_000_000, label="member-41"),
)

CLAIMS: Final = (
    ClaimPlot("member-4", 0, _Y, _BIG, "leukaemia", 23, "approved"),
    ClaimPlot("member-6", 0, _Y, _LOW, "thyroid_low_grade", 23, "approved", level=0),
    ClaimPlot("member-15", 0, _C, _CHILD, "leukaemia", 23, "approved"),
    ClaimPlot("member-11", 0, _Y, _BIG, "liver", 24, "refused"),
    ClaimPlot("member-21", 0, _Y, _BIG, "ovary", 24, "appealed"),
    ClaimPlot("member-2", 0, _Y, _BIG, "stomach", 25, "ruled_out"),
    ClaimPlot("member-5", 0, _Y, _BIG, "stomach", 24, "approved"),
    ClaimPlot("member-8", 0, _Y, _BIG, "breast", 24, "approved"),
    ClaimPlot("member-16", 0, _C, _LOW, "other_low_grade", 24, "approved"),
    ClaimPlot("member-7", 0, _Y, _BIG, "lymphoma", 25, "approved"),
    ClaimPlot("member-17", 0, _S, _BIG, "lung", 25, "approved"),
    ClaimPlot("member-18", 0, _A, "disability_7", "traffic", 25, "approved"),
    ClaimPlot("member-20", 0, _Y, _BIG, "thyroid", 25, "withdrawn"),
    ClaimPlot("member-9", 0, _Y, _BIG, "colorectal", OPEN, "approved"),
    ClaimPlot("member-12", 0, _Y, _LOW, "thyroid_low_grade", OPEN, "approved"),
    ClaimPlot("member-3", 0, _Y, _BIG, "thyroid", OPEN, "evidence_asked", days_before=6),
    ClaimPlot("member-28", 0, _Y, _BIG, "stomach", OPEN, "approved", days_before=5),
    ClaimPlot("member-10", 0, _Y, _BIG, "cervix_uterus", OPEN, "recommended", days_before=5),
    ClaimPlot("member-13", 0, _Y, _BIG, "head_neck", OPEN, "in_review", days_before=4),
    ClaimPlot("member-14", 0, _Y, _LOW, "other_low_grade", OPEN, "submitted", days_before=6),
    ClaimPlot("member-19", 0, _Y, _BIG, "bone_soft_tissue", OPEN, "submitted", days_before=1, same_report_as=_THIRTEEN),
    ClaimPlot("member-1", 0, _A, "disability_10", "fall", OPEN, "draft", days_before=1),
)
