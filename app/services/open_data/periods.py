"""The rows of a period, each resting on a numbered fact: what has no number yet is not there yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select

from app.db import db
from app.models import Case, Period, PublicStory, Settlement
from app.services import facts, public_reading
from app.services.open_data import money, refusals
from app.services.open_data.stated import Stated, about, about_cases, about_period, instant
from app.services.period_figures import reading

Row = tuple[str | int | None, ...]
_DONE = ("settled", "paid")


@dataclass(frozen=True)
class Told:
    """A period with what is stated of it and of its cases."""

    period: Period
    of_period: Sequence[Stated]
    of_cases: Sequence[Stated]

    def last(self, *types: str) -> Stated | None:
        """The newest fact of these types about the period."""
        return next((one for one in reversed(self.of_period) if one.type in types), None)

    @cached_property
    def lock(self) -> Stated | None:
        """The entry by which it is locked."""
        return self.last("members-locked")

    @cached_property
    def settled(self) -> Stated | None:
        """The entry of its settlement."""
        return self.last("settlement")

    @cached_property
    def disclosures(self) -> dict[int, Stated]:
        """The disclosure of each case of the period, by its number there."""
        return {one.said["number"]: one for one in self.of_cases if one.type == "disclosure"}

    @cached_property
    def left(self) -> set[int]:
        """The numbers of the cases that left the period before its settlement."""
        if self.last("cancelled"):
            return set(self.disclosures)
        return {one.said["number"] for one in self.of_period if one.type in ("removal", "deferral")}


def read(period: Period) -> Told:
    """Everything numbered that is stated of a period and of whatever case stood in it."""
    of_period = about_period(period.name)
    refs = set(db.session.scalars(select(Case.ref).where(Case.period_id == period.id)))
    for one in of_period:
        if one.type == "cancelled":
            refs |= set(one.said["cases"])
        elif one.type in ("removal", "deferral"):
            refs.add(one.said["case"])
    return Told(period, of_period, about_cases(refs, period.name))


def rows(told: Told, *, on: dt.date) -> dict[str, Iterable[Row]] | None:
    """The rows of every table of a period as they are public on a day; None while nothing of it has its number."""
    first = told.lock or told.last("cancelled", "postponed")
    if first is None:
        return None
    payouts = money.payouts(told.period, told.settled, told.of_cases) if told.disclosures else []
    return {
        "periods": [_period(told, first)],
        "cases": list(_cases(told)),
        "case_details": sorted(_details(told, on), key=lambda row: str(row[0])),
        "settlements": list(_settlements(told)),
        "payouts": payouts,
        "ledger": money.of_period(told.period, told.settled, payouts, (*told.of_cases, *told.of_period)),
        "refusals": refusals.rows(told.period, told.lock),
        "members_by_band": list(_members(told)),
        "rules": list(_rules(told)),
    }


def _period(told: Told, first: Stated) -> Row:
    period, lock = told.period, told.lock
    state = "approved" if period.state in _DONE and told.settled is None else period.state
    days = (period.publication_day, period.objections_last_day, period.settle_day, period.pay_by_day)
    counts = (period.received or {}) if lock else {}
    return (
        period.name, period.plan.slug, period.pool.name, period.seq if lock else None, state,
        instant(period.locked_at) if lock and period.locked_at else None, *(day.isoformat() for day in days),
        period.members if lock else None, lock.said.get("root") if lock else None,
        *(counts.get(key) for key in ("received", "approved", "refused", "withdrawn", "open")), first.number,
    )  # fmt: skip


def _cases(told: Told) -> Iterable[Row]:
    for number, one in sorted(told.disclosures.items()):
        verdict = "removed" if number in told.left else "settled" if told.settled else "waiting"
        yield (
            one.about, told.period.name, number, told.period.plan.slug, one.said["amount_fen"], verdict, one.number
        )  # fmt: skip


def _members(told: Told) -> Iterable[Row]:
    """As the page of figures tells them: small groups together, and nobody found by subtracting."""
    if told.lock is None:
        return
    for one in sorted(reading.members_by_band(told.period), key=lambda one: (one.band, one.standing)):
        yield (told.period.name, one.band, one.standing, one.members, told.lock.number)


def _settlements(told: Told) -> Iterable[Row]:
    found = db.session.scalar(select(Settlement).where(Settlement.period_id == told.period.id))
    terms = told.period.pool_terms
    if found is None or told.settled is None or terms is None:
        return
    yield (
        told.period.name, told.period.plan.slug, found.seq, instant(found.at), terms.version.number, found.members,
        found.cases, found.approved_fen, found.shared_payouts_fen, found.fee_fen, found.unpaid_fen, found.credits_fen,
        found.need_fen, found.from_reserve_fen, found.from_operator_fen, found.share_fen, found.index_before_fen,
        found.index_after_fen, found.surplus_before_fen, found.surplus_after_fen, told.settled.number,
    )  # fmt: skip


def _details(told: Told, on: dt.date) -> Iterable[Row]:
    """What is told of each case today; a correction that has no number yet hides what it corrects."""
    for case, story in public_reading.open_cases(told.period, on=on) if told.disclosures else ():
        shown = public_reading.parts_of(case)
        entry = _stating(told, case.ref, "text", facts.commitment(case.salt, *shown))
        if entry is None or case.detail_ends_on is None:
            continue
        yield (*(case.ref, *shown), *_story(told, case, story), case.detail_ends_on.isoformat(), entry.number)


def _story(told: Told, case: Case, story: PublicStory | None) -> Row:
    """story_for, name, story, salt and story_salt; the words only where they are for everybody."""
    if story is None:
        return (None, None, None, case.salt, None)
    parts = public_reading.story_parts(story)
    if _stating(told, case.ref, "story", facts.commitment(story.salt, *parts)) is None:
        return (None, None, None, case.salt, None)
    if story.audience != "everybody":
        return (story.audience, None, None, case.salt, None)
    return (*parts, case.salt, story.salt)


def _stating(told: Told, ref: str, key: str, commitment: str) -> Stated | None:
    wanted = (one for one in reversed(told.of_cases) if one.about == ref and one.said.get(key) == commitment)
    return next(wanted, None)


def _rules(told: Told) -> Iterable[Row]:
    terms = told.period.pool_terms
    if terms is None:
        return
    version = terms.version
    name = f"{told.period.plan.slug}-{version.number}"
    entry = about("rules", [name]).get(name)
    if entry is not None:
        yield (
            told.period.plan.slug, version.number, version.valid_from.isoformat(), version.fingerprint,
            f"rules/{name}.json", entry.number,
        )  # fmt: skip
