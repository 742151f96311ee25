"""Who may join a plan, from which day, and whether an event may be helped with.

Everything here follows from dates and from the member's own terms, so that the machine can say it before a person
looks; what a document proves is for the caseworkers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.domain.calendar import birthday, first_eligible_day

if TYPE_CHECKING:
    from collections.abc import Collection

    from app.domain.terms import Benefit, DeclarationItem, MemberTerms

_ONE_DAY = timedelta(days=1)


# --- joining ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Yes:
    """The person may join on that day; `until_day` is the last day on which the age still allows it."""

    until_day: date


@dataclass(frozen=True, slots=True)
class TooYoung:
    """The person may join from `from_day` on."""

    from_day: date


@dataclass(frozen=True, slots=True)
class TooOld:
    """The person could have joined until `until_day`, and cannot any more."""

    until_day: date


@dataclass(frozen=True, slots=True)
class NeedsMembership:
    """The plan is open to members of the plan `slug` only."""

    slug: str


@dataclass(frozen=True, slots=True)
class DeclaredYes:
    """These items of the health declaration were answered with yes."""

    items: tuple[DeclarationItem, ...]


Reason = TooYoung | TooOld | NeedsMembership | DeclaredYes


@dataclass(frozen=True, slots=True)
class JoiningDays:
    """The first and the last day of somebody's life on which the age allows joining a plan."""

    from_day: date
    until_day: date


def joining_days(birth_on: date, terms: MemberTerms) -> JoiningDays:
    """From which day to which day a person born on `birth_on` has an entry age of the plan, both included.

    A youngest age in days counts from the birth; ages in years complete on the birthday, that of 29 February on
    1 March in common years. The last day is the eve of the birthday after the highest entry age.
    """
    if terms.entry_age_from_days:
        from_day = birth_on + timedelta(days=terms.entry_age_from_days)
    else:
        from_day = birthday(birth_on, terms.entry_age_from)
    return JoiningDays(from_day, birthday(birth_on, terms.entry_age_to + 1) - _ONE_DAY)


def births_admitted(on: date, terms: MemberTerms) -> JoiningDays:
    """The first and the last birth date of those whose age allows joining on the day `on`, both included.

    The other way round of `joining_days`: a birth date lies within exactly when `on` lies within its days.
    """
    days = terms.entry_age_from_days
    latest = on - timedelta(days=days) if days else _born(on, terms.entry_age_from)
    return JoiningDays(_born(on, terms.entry_age_to + 1) + _ONE_DAY, latest)


def _born(on: date, years: int) -> date:
    """The last birth date that has completed so many years on a day."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # 29 February, and no such day in that year
        return date(on.year - years, 2, 28)


def may_join(  # noqa: PLR0913  all of it belongs to the question
    birth_on: date,
    on: date,
    terms: MemberTerms,
    *,
    member_of: Collection[str] = (),
    successors: Collection[str] = (),
    answered_yes: Collection[str] = (),
) -> Yes | tuple[Reason, ...]:
    """Whether a person may join on the day `on`: `Yes`, or every reason against it.

    `member_of` are the slugs of the plans the person is a member of now; `successors` those that count like the
    prerequisite because its members move there. `answered_yes` are keys of declaration items; raises `KeyError` for a
    key the declaration does not have.
    """
    days = joining_days(birth_on, terms)
    reasons: list[Reason] = []
    if on < days.from_day:
        reasons.append(TooYoung(days.from_day))
    if on > days.until_day:
        reasons.append(TooOld(days.until_day))
    if terms.prerequisite is not None and not {terms.prerequisite, *successors} & set(member_of):
        reasons.append(NeedsMembership(terms.prerequisite))
    if declared := _items(terms, answered_yes):
        reasons.append(DeclaredYes(declared))
    return tuple(reasons) or Yes(days.until_day)


def _items(terms: MemberTerms, keys: Collection[str]) -> tuple[DeclarationItem, ...]:
    known = {item.key for item in terms.declaration}
    for key in keys:
        if key not in known:
            raise KeyError(key)
    return tuple(item for item in terms.declaration if item.key in keys)


# --- events ----------------------------------------------------------------------------------------------------------


class NoSuchBenefit(LookupError):
    """The terms name no amount for this benefit at this age."""

    def __init__(self, key: str, age: int) -> None:
        super().__init__(f"no benefit {key!r} at age {age}")
        self.key = key
        self.age = age


@dataclass(frozen=True, slots=True)
class BeforeJoining:
    """The event is older than the membership. Refuses."""

    clause: str
    joined_on: date
    refuses = True


@dataclass(frozen=True, slots=True)
class StillWaiting:
    """The event lies in the waiting period; `until` is the first day that would have counted. Refuses."""

    clause: str
    until: date
    refuses = True


@dataclass(frozen=True, slots=True)
class AlreadyEnded:
    """The event came after the last day of the membership. Refuses."""

    clause: str
    last_day: date
    refuses = True


@dataclass(frozen=True, slots=True)
class ReportedLate:
    """The event was reported `days` days after it happened, more than the terms ask for. A flag, no refusal."""

    clause: str
    days: int
    allowed_days: int
    refuses = False


Finding = BeforeJoining | StillWaiting | AlreadyEnded | ReportedLate


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day on which an event is reported in time, and how many days are left; negative when it has passed."""

    clause: str
    until: date
    days_left: int
    allowed_days: int


def report_deadline(terms: MemberTerms, event_on: date, *, on: date) -> Deadline:
    """Until when an event is reported in time, counted on a day. What comes later is accepted and marked."""
    until = event_on + timedelta(days=terms.report_within_days)
    return Deadline(terms.cited.reporting, until, (until - on).days, terms.report_within_days)


def benefits_for(terms: MemberTerms, age: int) -> tuple[Benefit, ...]:
    """Every benefit the terms name at this age (completed years on the event date), in their order."""
    return tuple(benefit for benefit in terms.benefits if benefit.age_from <= age <= benefit.age_to)


def benefit_for(terms: MemberTerms, age: int, key: str) -> Benefit:
    """The benefit `key` at this age (completed years on the event date); raises `NoSuchBenefit`."""
    for benefit in terms.benefits:
        if benefit.key == key and benefit.age_from <= age <= benefit.age_to:
            return benefit
    raise NoSuchBenefit(key, age)


def judge_event(  # noqa: PLR0913  all of it belongs to the question
    terms: MemberTerms,
    *,
    joined_on: date,
    waits_from: date | None = None,
    last_day: date | None,
    event_on: date,
    reported_on: date,
    accident: bool,
) -> list[Finding]:
    """What the dates alone say about an event, each citing its clause; [] when nothing speaks against it.

    `waits_from` is the day waiting counts from where it was brought along from another plan, else None. `last_day` is
    the last day at whose 24:00 the person was still a member, None while the membership goes on. An
    illness caused by an accident (`accident`) does not wait; in a plan for accidents every event waits. Raises
    `ValueError` for an event reported before it happened.
    """
    if reported_on < event_on:
        message = f"an event of {event_on} can't be reported on {reported_on}"
        raise ValueError(message)
    findings: list[Finding] = []
    eligible_from = first_eligible_day(waits_from or joined_on, terms.waiting_days)
    waits = terms.event == "accident" or not accident
    if event_on < joined_on:
        findings.append(BeforeJoining(terms.cited.joining, joined_on))
    elif waits and event_on < eligible_from:
        findings.append(StillWaiting(terms.cited.waiting, eligible_from))
    if last_day is not None and event_on > last_day:
        findings.append(AlreadyEnded(terms.cited.ending, last_day))
    days = (reported_on - event_on).days
    if days > terms.report_within_days:
        findings.append(ReportedLate(terms.cited.reporting, days, terms.report_within_days))
    return findings
