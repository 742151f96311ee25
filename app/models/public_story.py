"""What the public reads of a case beyond its attributes, and what was taken away or corrected of it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Instant, Key, Model, Ref, Sealed, Text_, laws, new_ref
from app.models.case import Case
from app.models.claim import Claim

_waits = text("state = 'waiting'")
_on_its_way = text("state IN ('waiting', 'accepted', 'given_back')")
_shown = text("state = 'published'")
_of_detail = text("story_id IS NULL")


class PublicStory(Model):
    """One text a claimant wrote for the public. A caseworker reads it before it is shown; afterwards it is erased.

    What was written is never edited: a changed text is another row, and the one before is erased.
    """

    __tablename__ = "public_story"
    __table_args__ = laws(
        CheckConstraint(
            "state IN ('waiting', 'accepted', 'given_back', 'replaced', 'published', 'ended')", name="state"
        ),
        CheckConstraint("(state IN ('replaced', 'ended')) = (text_sealed IS NULL)", name="erased_when_it_is_over"),
        CheckConstraint("(state = 'published') = (salt <> '')", name="salted_while_it_is_shown"),
        CheckConstraint(
            "state <> 'published' OR (case_id IS NOT NULL AND published_at IS NOT NULL AND name_sealed IS NOT NULL)",
            name="published_with_a_case",
        ),
        CheckConstraint(
            "state NOT IN ('accepted', 'given_back', 'published') OR (read_by IS NOT NULL AND read_at IS NOT NULL)",
            name="read_before_it_is_shown",
        ),
        CheckConstraint("state <> 'given_back' OR reason_sealed IS NOT NULL", name="given_back_for_a_reason"),
        CheckConstraint("audience IS NULL OR audience IN ('everybody', 'members')", name="audience"),
        CheckConstraint("(audience IS NULL) = (published_at IS NULL)", name="shown_to_somebody"),
        CheckConstraint("state NOT IN ('replaced', 'ended') OR name_sealed IS NULL", name="the_name_goes_too"),
        Index("ix_public_story_waiting", "written_at", "id", sqlite_where=_waits, postgresql_where=_waits),
        Index(
            "ix_public_story_on_its_way", "claim_id", unique=True, sqlite_where=_on_its_way,
            postgresql_where=_on_its_way,
        ),
        Index("ix_public_story_shown", "case_id", unique=True, sqlite_where=_shown, postgresql_where=_shown),
        Index("ix_public_story_of_claim", "claim_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    state: Mapped[str] = mapped_column(Text_(), default="waiting")
    text_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    written_at: Mapped[dt.datetime] = mapped_column(Instant())
    read_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    read_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    reason_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    """Why it was given back; for the claimant alone."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey("published_case.id"))
    audience: Mapped[str | None] = mapped_column(Text_())
    """Who reads it: everybody, or the signed-in members of the plan."""
    name_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    """The family name with two stars, as it stands above the story."""
    salt: Mapped[str] = mapped_column(Text_(), default="")
    """Of the commitment in the public fact; shown beside the story and destroyed with it."""
    published_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant())

    claim: Mapped[Claim] = relationship(lazy="joined", innerjoin=True)


class TakenAway(Model):
    """What is no longer shown of a case: its details, or one story. Immutable (trigger); a fact says the same."""

    __tablename__ = "taken_away"
    __table_args__ = laws(
        CheckConstraint("cause IN ('expired', 'withdrawn', 'takedown')", name="cause"),
        CheckConstraint("cause <> 'takedown' OR reason <> ''", name="taken_down_for_a_reason"),
        CheckConstraint('(cause = \'takedown\') = ("by" IS NOT NULL)', name="taken_down_by_somebody"),
        Index(
            "ix_taken_away_detail", "case_id", unique=True, sqlite_where=_of_detail, postgresql_where=_of_detail
        ),
        Index("ix_taken_away_story", "story_id", unique=True),
        Index("ix_taken_away_of_case", "case_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("published_case.id"))
    story_id: Mapped[int | None] = mapped_column(ForeignKey("public_story.id"))
    """None: age, place and group were taken away."""
    cause: Mapped[str] = mapped_column(Text_())
    reason: Mapped[str] = mapped_column(Text_(), default="")
    """For the public; it names nobody."""
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant())


class CaseCorrection(Model):
    """A published case that was wrong: what it said before, erased with the details. Added, never edited (trigger)."""

    __tablename__ = "case_correction"
    __table_args__ = laws(
        CheckConstraint("reason <> '' AND corrects <> ''", name="says_what_and_why"),
        Index("ix_case_correction_of_case", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("published_case.id"))
    age_band: Mapped[str | None] = mapped_column(Text_())
    place: Mapped[str | None] = mapped_column(Text_())
    disease_group: Mapped[str | None] = mapped_column(Text_())
    corrects: Mapped[str] = mapped_column(Text_())
    """SHA-256 of the public fact that said it before, in hex."""
    reason: Mapped[str] = mapped_column(Text_())
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant())

    case: Mapped[Case] = relationship(lazy="select")
