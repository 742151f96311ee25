"""Stories for the public: written by claimants, read by a caseworker, shown with their case, erased with its details.

Nothing of a story is shown without both the consent to publication at a level with a story, and that reading.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy import exists, select

from app.db import db, new_salt
from app.domain.publication import WITH_STORY, StoryMoved, StoryTooLate, StoryUnfit
from app.domain.story_hints import tidy, unfit
from app.models import Award, Case, Claim, Fact, Person, PublicStory, Removal
from app.services import audit, claim_file, facts, messages, public_reading, vault
from app.services.public_reading import NAME, STORY, story_parts, words_of

ON_ITS_WAY: Final = ("waiting", "accepted", "given_back")
OVER: Final = ("withdrawn", "refused_finally", "closed_unpaid")
"""Claims in these states have no case that could still be shown with a story."""
REASON: Final = "public_story.reason"


def latest(claim: Claim) -> PublicStory | None:
    """The story on its way to the public, or else the last one that was shown; None when nothing was written."""
    return db.session.scalar(
        select(PublicStory)
        .where(PublicStory.claim_id == claim.id, PublicStory.state != "replaced")
        .order_by(PublicStory.id.desc())
        .limit(1)
    )


def current(claim: Claim) -> PublicStory | None:
    """The story that was written and not taken back, shown or not."""
    found = latest(claim)
    return found if found is not None and found.state != "ended" else None


def of_claim(claim: Claim) -> Sequence[PublicStory]:
    """Everything that was written for the public of a claim, oldest first; what was erased has no words left."""
    wanted = select(PublicStory).where(PublicStory.claim_id == claim.id).order_by(PublicStory.id)
    return db.session.scalars(wanted).all()


def reason_of(story: PublicStory) -> str:
    """Why it was given back; empty when it was not."""
    return vault.unseal(story.reason_sealed, purpose=REASON) if story.reason_sealed else ""


def write(claim: Claim, text: str, *, by: int, at: dt.datetime) -> PublicStory | None:
    """Keep what the claimant wrote for the public; an empty text takes back what is not shown yet (None).

    Raises `StoryUnfit`, `StoryTooLate`, and `StoryMoved` while a story is shown: that one is taken back first.
    """
    said = tidy(text)
    if found := unfit(said):
        raise StoryUnfit(found)
    db.session.refresh(claim, with_for_update={"of": Claim})
    before = current(claim)
    if before is not None and before.state == "published":
        raise StoryMoved(before.state)
    if said and is_too_late(claim):
        raise StoryTooLate
    if before is not None:
        if words_of(before) == said and before.state != "given_back":
            return before
        _erase(before, "replaced", at=at)
    db.session.flush()
    deed = "claim.story_written" if said else "claim.story_taken_back"
    audit.note(deed, "claim", claim.ref, by=by, role="member", at=at)
    if not said:
        return None
    story = PublicStory(claim_id=claim.id, text_sealed=vault.seal(said, purpose=STORY), written_at=at)
    db.session.add(story)
    db.session.flush()
    return story


def is_too_late(claim: Claim) -> bool:
    """Whether no story of this claim can be shown any more: it has ended, or the days of its details are over."""
    if claim.state in OVER:
        return True
    case = last_case(claim)
    return case is not None and case.detail_ends_on is None and claim.state in {"settled", "paid", "returned"}


def last_case(claim: Claim) -> Case | None:
    """The newest public case of a claim that was not removed."""
    return db.session.scalar(
        select(Case)
        .join(Award, Case.award_id == Award.id)
        .where(Award.claim_id == claim.id, ~exists().where(Removal.case_id == Case.id))
        .order_by(Case.id.desc())
        .limit(1)
    )


def shown_with(story: PublicStory) -> Case | None:
    """The case a story is shown with, which may be an earlier part of its claim than the newest; None for none."""
    return db.session.get_one(Case, story.case_id) if story.state == "published" else None


def accept(story: PublicStory, *, by: int, at: dt.datetime) -> None:
    """It was read and may be shown: with its case when that is published, at once when it is. Raises `StoryMoved`."""
    _hold_waiting(story)
    story.state, story.read_by, story.read_at = "accepted", by, at
    audit.note("claim.story_accepted", "claim", story.claim.ref, by=by, role="caseworker", at=at)
    db.session.flush()
    case = last_case(story.claim)
    if case is not None and case.detail_ends_on is not None and _publish(story, case, at=at):
        facts.state(
            "story", case.ref, at=at, adds_to=_digest_of(case), story_for=story.audience,
            story=facts.commitment(story.salt, *story_parts(story)),
        )  # fmt: skip
    _tell(story, "story-accepted", at=at)


def give_back(story: PublicStory, reason: str, *, by: int, at: dt.datetime) -> None:
    """It cannot be shown as it is: the claimant reads why, and changes it. Raises `StoryMoved`."""
    _hold_waiting(story)
    story.state, story.read_by, story.read_at = "given_back", by, at
    story.reason_sealed = vault.seal(reason, purpose=REASON)
    audit.note("claim.story_given_back", "claim", story.claim.ref, by=by, role="caseworker", at=at)
    db.session.flush()
    _tell(story, "story-given-back", at=at)


def publish_with(case: Case, claim: Claim, *, at: dt.datetime) -> PublicStory | None:
    """Show the accepted story of a claim with its fresh case; None when there is none, or it may not be shown."""
    story = current(claim)
    if story is not None and story.state == "published" and story.case_id == case.id:
        return story
    if story is None or story.state != "accepted" or case.detail_ends_on is None:
        return None
    return story if _publish(story, case, at=at) else None


def end(story: PublicStory, *, at: dt.datetime) -> None:
    """Erase a story with its salt: nobody reads it again, nor can guess it from its fact."""
    _erase(story, "ended", at=at)


def end_all_unshown(claim: Claim, *, at: dt.datetime) -> None:
    """Erase what was written of a claim and not shown yet."""
    story = current(claim)
    if story is not None and story.state in ON_ITS_WAY:
        _erase(story, "replaced", at=at)
        db.session.flush()


def case_left(case: Case, *, for_good: bool, at: dt.datetime) -> None:
    """A case left its period before the settlement: its story goes for good, or waits for the case that comes anew."""
    story = db.session.scalar(
        select(PublicStory).where(PublicStory.case_id == case.id, PublicStory.state == "published")
    )
    if story is None:
        if for_good:
            end_all_unshown(_claim_of(case), at=at)
        return
    if for_good:
        end(story, at=at)
    else:
        story.state, story.salt = "accepted", ""
        story.case_id = story.audience = story.name_sealed = story.published_at = None
    db.session.flush()


def narrowed(story: PublicStory, case: Case, *, at: dt.datetime) -> PublicStory:
    """The same story once more, from now on for members alone, under a new salt; the public one was ended before."""
    text = words_of(story)
    read_by, read_at, written_at = story.read_by, story.read_at, story.written_at
    end(story, at=at)
    db.session.flush()
    again = PublicStory(
        claim_id=story.claim_id, state="accepted", text_sealed=vault.seal(text, purpose=STORY), written_at=written_at,
        read_by=read_by, read_at=read_at,
    )  # fmt: skip
    db.session.add(again)
    db.session.flush()
    _publish(again, case, at=at)
    return again


def may_be_shown(claim: Claim) -> bool:
    """Whether the claimant agreed to a story, and lives: after a death nobody can look at the exact text any more."""
    agreed = claim.publication_level in WITH_STORY and "publication" in claim_file.consents_of(claim)
    return agreed and not owner_died(claim)


def owner_died(claim: Claim) -> bool:
    """Whether whoever made the claim has died."""
    died = exists().where(Person.account_id == claim.account_id, Person.relation == "self", Person.died_on.is_not(None))
    return bool(db.session.scalar(select(died)))


def waiting(limit: int) -> Sequence[PublicStory]:
    """Stories of claims that were handed in and that wait to be read, longest first."""
    return db.session.scalars(
        select(PublicStory)
        .join(Claim, PublicStory.claim_id == Claim.id)
        .where(PublicStory.state == "waiting", Claim.state.not_in(("draft", *OVER)), Claim.publication_level > 1)
        .order_by(PublicStory.written_at, PublicStory.id)
        .limit(limit)
    ).all()


def _publish(story: PublicStory, case: Case, *, at: dt.datetime) -> bool:
    claim = story.claim
    if not may_be_shown(claim) or case.level not in WITH_STORY:
        return False
    story.case_id, story.audience, story.published_at = case.id, WITH_STORY[claim.publication_level], at
    story.name_sealed = vault.seal(public_reading.name_above(claim), purpose=NAME)
    story.state, story.salt = "published", new_salt()
    db.session.flush()
    return True


def _erase(story: PublicStory, state: str, *, at: dt.datetime) -> None:
    story.state, story.ended_at, story.salt = state, at, ""
    story.text_sealed = story.name_sealed = story.reason_sealed = None


def _hold_waiting(story: PublicStory) -> None:
    db.session.refresh(story.claim, with_for_update={"of": Claim})
    db.session.refresh(story, with_for_update={"of": PublicStory})
    if story.state != "waiting":
        raise StoryMoved(story.state)


def _claim_of(case: Case) -> Claim:
    return db.session.get_one(Claim, case.award.claim_id)


def _digest_of(case: Case) -> str:
    """The fingerprint of the last fact that stated what is shown of a case."""
    stated = db.session.scalars(
        select(Fact.body)
        .where(Fact.about == case.ref, Fact.type.in_(("disclosure", "case-corrected")))
        .order_by(Fact.id.desc())
        .limit(1)
    ).first()
    return facts.digest(stated or "")


def _tell(story: PublicStory, kind: str, *, at: dt.datetime) -> None:
    claim = story.claim
    messages.tell(claim.account_id, kind, key=f"{kind}:{story.ref}", at=at, claim=claim.ref)
