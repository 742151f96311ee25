"""What the desk of stories asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.domain.story_hints import Piece, hints, pieces
from app.models import Account, Award, Case, Claim, Person, PublicStory, TakenAway
from app.services import hands, public_reading, public_stories, vault
from app.services.public_reading import Reading

LISTED = 50


@dataclass(frozen=True, slots=True)
class Opened:
    """One story as it is laid before its reader: in pieces, marked where something may point at somebody."""

    story: PublicStory
    pieces: tuple[Piece, ...]
    """None for a reader who may not see its words."""
    is_own: bool


def waiting(*, by: Account) -> list[PublicStory]:
    """Stories that wait to be read, longest first; none of the own people."""
    return [story for story in public_stories.waiting(LISTED) if not hands.is_own(story.claim, by)]


def count_waiting(*, by: Account) -> int:
    """How many wait."""
    return len(waiting(by=by))


def read_lately() -> Sequence[PublicStory]:
    """What was read last, and what came of it."""
    return db.session.scalars(
        select(PublicStory)
        .where(PublicStory.read_at.is_not(None))
        .order_by(PublicStory.id.desc())
        .limit(LISTED)
    ).all()  # fmt: skip


def by_ref(ref: str) -> PublicStory | None:
    """The story with this reference, once its claim was handed in."""
    wanted = select(PublicStory).join(Claim, PublicStory.claim_id == Claim.id)
    return db.session.scalar(wanted.where(PublicStory.ref == ref, Claim.state != "draft"))


def opened(story: PublicStory, *, by: Account, reads: bool) -> Opened:
    """A story with its hints; its words only to whoever `reads`."""
    text = public_reading.words_of(story) if reads else ""
    marks = hints(text, _names_around(story.claim)) if text else ()
    return Opened(story, pieces(text, marks), hands.is_own(story.claim, by))


def _names_around(claim: Claim) -> list[str]:
    """The names of the claimant and of everybody of the account."""
    account = db.session.get_one(Account, claim.account_id)
    people = db.session.scalars(select(Person.name_sealed).where(Person.account_id == claim.account_id)).all()
    return [account.name, *(vault.unseal(sealed, purpose="person.name") for sealed in people)]


def case_by_ref(ref: str) -> Case | None:
    """The public case with this reference."""
    return db.session.scalar(select(Case).where(Case.ref == ref))


def claim_of(case: Case) -> Claim:
    """The claim behind a case."""
    return db.session.scalars(
        select(Claim).join(Award, Award.claim_id == Claim.id).where(Award.id == case.award_id)
    ).one()


def reading(case: Case, *, on: dt.date, reads: bool) -> Reading:
    """What is public of a case; whoever `reads` sees a story for members as well."""
    return (public_reading.for_members(case, on=on) if reads else None) or public_reading.of(case, on=on)


def gone_from(case: Case) -> Sequence[TakenAway]:
    """What was taken away of a case."""
    return db.session.scalars(select(TakenAway).where(TakenAway.case_id == case.id).order_by(TakenAway.id)).all()
