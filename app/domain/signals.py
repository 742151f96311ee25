"""Signals: what in a claim is worth a second look, never a verdict.

A signal says what was noticed and nothing else: each has an ordinary explanation far more often than another one. It
refuses nothing, moves nothing, and on the site only caseworkers read it, with what it compares. Whoever the claim
belongs to has a right to know what stood out: the export of the own data says it in calm words (`SAID`), without
anything of others. The thresholds are our own; no published rule of any operator names them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from app.domain.terms import Words

Kind = Literal["same_document", "soon", "same_hospital", "same_payee", "document_date", "rule_change"]
Contradiction = Literal["after_upload", "before_joining", "long_before_event"]

KINDS: Final[tuple[Kind, ...]] = (
    "same_document", "soon", "same_hospital", "same_payee", "document_date", "rule_change",
)  # fmt: skip
SAID: Final[Mapping[Kind, Words]] = {
    "same_document": Words(
        "这次申请的一份材料，在另一次申请中也出现过。", "A document of this claim was also sent with another claim."
    ),
    "soon": Words("事件发生在可以申请后不久。", "The event happened soon after the first day that counts."),
    "same_hospital": Words("近期有多次申请来自同一家医院。", "Several claims named the same hospital about that time."),
    "same_payee": Words("收款账户与另一次申请相同。", "The account for the payout is that of another claim as well."),
    "document_date": Words(
        "一份材料自带的日期与申请中的日期不一致。",
        "The day a document says it was made on does not fit the days of the claim.",
    ),
    "rule_change": Words("事件发生在条款变更前后。", "The event happened around a change of the rules."),
}
"""What stood out, as the person concerned reads it: a reason to look once more, mostly with an ordinary explanation."""
SOON_DAYS: Final = 30
"""An event within so many days of the first day that counts is near the beginning."""
WINDOW_DAYS: Final = 365
"""Claims with one payee are compared when they were handed in at most so many days apart."""
HOSPITAL_WINDOW_DAYS: Final = 90
AT_HOSPITAL: Final = 4
"""So many other claims within 90 days that name one hospital are several: large hospitals have many patients."""
LONG_BEFORE_DAYS: Final = 30
"""A document about an event is rarely made so many days before it."""
CHANGE_DAYS: Final = 7
"""An event so many days round the first day of newer rules is near their change."""
MOST_OTHERS: Final = 20
"""So many other claims are named with one signal; that there are more is said."""
OF_A_PERSON: Final = frozenset({"identity_document", "bank_card", "proof_of_kinship"})
"""Documents that somebody has once and brings every time: the same again, and of any age, is what one expects."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another claim that shares something with the one looked at."""

    ref: str
    same_person: bool
    may_see: bool = True
    """Whether whoever looks may see that claim: own ones are for other people."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that was noticed."""

    kind: Kind
    about: str = ""
    """The reference of the document it is about, when it is about one."""
    others: tuple[Other, ...] = ()
    has_more: bool = False
    """There are more claims than the ones named."""
    day: dt.date | None = None
    days: int = 0
    contradiction: Contradiction | None = None

    @property
    def key(self) -> str:
        """What it is known by: the same as long as the same was noticed; another claim more makes it another signal."""
        said = "|".join((
            self.kind, self.about, self.contradiction or "", self.day.isoformat() if self.day else "",
            *sorted(other.ref for other in self.others),
        ))  # fmt: skip
        return hashlib.sha256(said.encode()).hexdigest()[:32]


def soon(event_on: dt.date, eligible_from: dt.date) -> Signal | None:
    """Whether the event lies soon after the first day that counts; one before it is for the rules to judge."""
    days = (event_on - eligible_from).days
    return Signal("soon", day=eligible_from, days=days) if 0 <= days <= SOON_DAYS else None


def document_date(  # noqa: PLR0913 -- a day is compared with all of these
    ref: str, kind: str, made_on: dt.date, *, brought_on: dt.date, joined_on: dt.date, event_on: dt.date
) -> Signal | None:
    """What the day a file says it was made on contradicts, if anything; clocks of devices may be a day off.

    What somebody has once, like an identity card, may be of any age before it was brought.
    """
    found: Contradiction | None = None
    if made_on > brought_on + dt.timedelta(days=1):
        found = "after_upload"
    elif kind not in OF_A_PERSON and made_on < joined_on:
        found = "before_joining"
    elif kind not in OF_A_PERSON and made_on < event_on - dt.timedelta(days=LONG_BEFORE_DAYS):
        found = "long_before_event"
    return Signal("document_date", about=ref, day=made_on, contradiction=found) if found else None


def rule_change(event_on: dt.date, changes: Iterable[dt.date]) -> Signal | None:
    """Whether the event lies within `CHANGE_DAYS` of the first day of newer rules; the nearest one is named."""
    near = [day for day in changes if abs((event_on - day).days) <= CHANGE_DAYS]
    if not near:
        return None
    nearest = min(near, key=lambda day: abs((event_on - day).days))
    return Signal("rule_change", day=nearest, days=(event_on - nearest).days)


def same_document(ref: str, kind: str, others: Iterable[Other]) -> Signal | None:
    """Whether a document stands in other claims; what a person has once is no news in that person's own claims."""
    found = tuple(one for one in others if not (one.same_person and kind in OF_A_PERSON))
    return _named("same_document", found, about=ref)


def same_payee(others: Iterable[Other]) -> Signal | None:
    """Whether the payouts of other people are to go to the same account."""
    return _named("same_payee", tuple(one for one in others if not one.same_person))


def same_hospital(others: Iterable[Other]) -> Signal | None:
    """Whether several claims of other people name the same hospital."""
    found = tuple(one for one in others if not one.same_person)
    return _named("same_hospital", found) if len(found) >= AT_HOSPITAL else None


def _named(kind: Kind, found: tuple[Other, ...], *, about: str = "") -> Signal | None:
    if not found:
        return None
    return Signal(kind, about=about, others=found[:MOST_OTHERS], has_more=len(found) > MOST_OTHERS)
