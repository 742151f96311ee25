"""What the public reads of a case: derived once, for its page, for lists, for bulletins and for the preview beforehand.

Whoever shows age, place, group or story of a case asks here, so that no two places can ever differ. When the last day
has come nothing of it is shown, whether or not the worker has been there yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import exists, false, select
from sqlalchemy.orm import lazyload

from app.db import canonical_json, db
from app.domain.calendar import completed_years
from app.domain.masking import (
    COUNTED_DAYS,
    NOTHING_LEFT,
    NOTHING_SHOWN,
    Alike,
    Attributes,
    Shown,
    age_band,
    family_name_masked,
    shown_at_step,
)
from app.domain.period_states import LOCKED_STATES
from app.domain.publication import WITH_STORY, Audience, last_day_of_detail
from app.models import Award, Case, Claim, Period, PublicStory, SettlementAward
from app.services import facts, vault
from app.services.days import day_of

STORY: Final = "public_story.text"
NAME: Final = "public_story.name"
PREVIEWED: Final = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class Reading:
    """A case as it is read. What is not shown is marked as such in `shown`; without a story the texts are empty."""

    level: int
    """In which form it really stands there: without a story that was read, a case at level 2 or 3 is at level 1."""
    shown: Shown
    decided_on: dt.date | None
    """None in a preview: it is not decided yet."""
    ends_on: dt.date | None
    """From this day on the details are gone; None where there are none, and in a preview."""
    story_for: Audience | None = None
    name: str = ""
    story: str = ""

    @property
    def has_detail(self) -> bool:
        """Whether age, place and group are told, however coarsely."""
        return self.shown not in {NOTHING_SHOWN, NOTHING_LEFT}

    @property
    def last_on(self) -> dt.date | None:
        """The last day on which the details are shown; None where there are none, and in a preview."""
        return self.ends_on - dt.timedelta(days=1) if self.ends_on else None


@dataclass(frozen=True, slots=True)
class Proof:
    """With what everybody can check that a text is the one stated: the parts, in their order, and their salt."""

    case: str
    salt: str
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """The parts as canonical JSON: the very bytes after the salt."""
        return canonical_json(list(self.parts))

    @property
    def commitment(self) -> str:
        """What stands in the public fact (facts.commitment)."""
        return facts.commitment(self.salt, *self.parts)


def shown(case: Case, *, on: dt.date) -> Shown:
    """Age, place and group of a case as they may be shown on a day."""
    if case.detail_ends_on is not None and on >= case.detail_ends_on:
        return NOTHING_LEFT
    return Shown(case.age_band, case.place, case.disease_group)


def of(case: Case, *, on: dt.date) -> Reading:
    """A published case as everybody reads it on a day; the words of a story for members are left out."""
    return with_story(case, story_of(case, on=on), on=on)


def listed(case: Case, audience: str | None, *, on: dt.date) -> Reading:
    """`of` for a list: without the words of a story, of which only its `audience` is known (None: there is none)."""
    visible = shown(case, on=on)
    if visible in {NOTHING_SHOWN, NOTHING_LEFT}:
        return Reading(0, visible, case.decided_on, None)
    if audience is None:
        return Reading(min(case.level, 1), visible, case.decided_on, case.detail_ends_on)
    level = 2 if audience == "everybody" else 3
    return Reading(level, visible, case.decided_on, case.detail_ends_on, WITH_STORY[level])


def with_story(case: Case, told: PublicStory | None, *, on: dt.date, inside: bool = False) -> Reading:
    """`of` a case whose story is known, with its words for whoever may read them: everybody, or members `inside`."""
    plain = listed(case, told.audience if told else None, on=on)
    if told is None or (told.audience != "everybody" and not inside):
        return plain
    return replace(plain, name=_name(told), story=words_of(told))


def for_members(case: Case, *, on: dt.date) -> Reading | None:
    """A case with its story as members of its plan read it; None when no story is for them."""
    told = story_of(case, on=on)
    if told is None or told.audience != "members":
        return None
    return with_story(case, told, on=on, inside=True)


def story_of(case: Case, *, on: dt.date) -> PublicStory | None:
    """The story that is shown with a case on a day."""
    if case.detail_ends_on is None or on >= case.detail_ends_on:
        return None
    wanted = select(PublicStory).where(PublicStory.case_id == case.id, PublicStory.state == "published")
    return db.session.scalar(wanted)


def previews(claim: Claim, *, story: str, at: dt.datetime, case: Case | None = None) -> tuple[Reading, ...]:
    """For every level what the public would read if the claim were published now; () before the event is told.

    Counted are the cases of its plan that are published, as at publication. Once its own `case` is public, that one is
    taken as it stands. `story` is the text as it stands now.
    """
    true = true_of(claim)
    if true is None:
        return ()
    decided_on, ends_on = (case.decided_on, case.detail_ends_on) if case else (None, None)
    told = shown(case, on=day_of(at)) if case else NOTHING_LEFT
    if told in {NOTHING_SHOWN, NOTHING_LEFT}:
        told = shown_at_step(previewed_step(claim, true, at=at), true)
    name = name_above(claim)
    return tuple(
        Reading(0, NOTHING_SHOWN, decided_on, None)
        if level == 0
        else Reading(
            level, told, decided_on, ends_on, WITH_STORY.get(level), name if level in WITH_STORY else "",
            story if level in WITH_STORY else "",
        )
        for level in PREVIEWED
    )  # fmt: skip


def previewed_step(claim: Claim, true: Attributes, *, at: dt.datetime) -> int:
    """How coarsely a claim would be shown if it were published now."""
    lately = published_attributes(claim.membership.plan_id, since=counted_since(at), without=[claim.id])
    return Alike([*lately, true]).step(true)


def true_of(claim: Claim) -> Attributes | None:
    """What is true of a claim; None before its event is told."""
    if claim.event_on is None or claim.province is None or claim.disease_group is None:
        return None
    age = completed_years(claim.membership.person.birth_on, claim.event_on)
    return Attributes(age_band(age), claim.province, claim.disease_group)


def name_above(claim: Claim) -> str:
    """The family name with two stars, as it stands above a story."""
    return family_name_masked(vault.unseal(claim.membership.person.name_sealed, purpose="person.name"))


def counted_since(at: dt.datetime) -> dt.date:
    """Cases published after this day count among those that are alike."""
    return day_of(at) - dt.timedelta(days=COUNTED_DAYS)


def published_attributes(plan_id: int, *, since: dt.date, without: Sequence[int]) -> list[Attributes]:
    """What was published lately; not the earlier cases of these claims: one person never counts for two."""
    rows = db.session.execute(
        select(Case.true_age_band, Case.true_province, Case.true_disease_group, Award.claim_id)
        .join(Period, Case.period_id == Period.id)
        .join(Award, Case.award_id == Award.id)
        .where(
            Period.plan_id == plan_id,
            Case.published_on > since,
            Case.true_province != "",
            Award.claim_id.not_in(without),
        )
        .distinct()
    ).all()
    return [Attributes(*row[:3]) for row in rows]


def parts_of(case: Case) -> tuple[str, ...]:
    """What the commitment of a case's details is about, in its order."""
    return (case.age_band, case.place, case.disease_group, case.decided_on.isoformat())


def story_parts(story: PublicStory) -> tuple[str, ...]:
    """What the commitment of a story is about, in its order."""
    return (str(story.audience), _name(story), words_of(story))


def proofs(case: Case, *, on: dt.date) -> list[Proof]:
    """What everybody can check of a case now: its details, and a story for everybody. Nothing once it is gone."""
    return proofs_with(case, story_of(case, on=on), on=on)


def proofs_with(case: Case, told: PublicStory | None, *, on: dt.date) -> list[Proof]:
    """`proofs` of a case whose story is known."""
    if case.salt == "" or shown(case, on=on) == NOTHING_LEFT:
        return []
    found = [Proof(case.ref, case.salt, parts_of(case))]
    if told is not None and told.audience == "everybody":
        found.append(Proof(case.ref, told.salt, story_parts(told)))
    return found


def is_overdue(period_id: int, *, on: dt.date) -> bool:
    """Whether details of a period are over on a day that nobody has taken away yet: its bulletin still tells them."""
    return bool(db.session.scalar(select(exists().where(Case.period_id == period_id, Case.detail_ends_on <= on))))


def open_details(period: Period, *, on: dt.date) -> list[Proof]:
    """Every text of a period that is public on a day, with its salt, in the order of the cases."""
    return [proof for case, told in open_cases(period, on=on) for proof in proofs_with(case, told, on=on)]


def open_cases(period: Period, *, on: dt.date) -> list[tuple[Case, PublicStory | None]]:
    """The cases of a period whose details are public on a day, each with its story, by number.

    Settled, or waiting for it: what left the period, was deferred, or went back to review is nobody's business.
    """
    settled = exists().where(SettlementAward.award_id == Award.id)
    waits = (Claim.state == "published") if period.state in LOCKED_STATES else false()
    rows = db.session.execute(
        select(Case, PublicStory)
        .join(Award, Case.award_id == Award.id)
        .join(Claim, Award.claim_id == Claim.id)
        .outerjoin(PublicStory, (PublicStory.case_id == Case.id) & (PublicStory.state == "published"))
        .where(Case.period_id == period.id, Case.detail_ends_on > on, settled | waits)
        .order_by(Case.number)
        .options(lazyload(PublicStory.claim))  # its inner join would undo the outer one
    ).all()
    return [(case, told) for case, told in rows]


def words_of(story: PublicStory) -> str:
    """The text of a story; empty once it was erased."""
    return vault.unseal(story.text_sealed, purpose=STORY) if story.text_sealed else ""


def last_day(case: Case) -> dt.date | None:
    """The last day of a fresh case's details; None when it shows none."""
    visible = Shown(case.age_band, case.place, case.disease_group)
    return None if visible in {NOTHING_SHOWN, NOTHING_LEFT} else last_day_of_detail(case.published_on)


def _name(story: PublicStory) -> str:
    return vault.unseal(story.name_sealed, purpose=NAME) if story.name_sealed else ""
