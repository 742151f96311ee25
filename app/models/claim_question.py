"""Questions to a claimant: a list of things asked for, and what was said to each."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Day, Instant, Key, Model, Sealed, Text_, Whole, laws
from app.models.said import Said


class ClaimQuestion(Model):
    """One question: the step that asked it, and the day its answer is due. Immutable (trigger).

    Whether it is open follows from the steps: it is, while its step is the claim's last.
    """

    __tablename__ = "claim_question"
    __table_args__ = laws(
        CheckConstraint("number > 0", name="number"),
        UniqueConstraint("claim_id", "number"),
        UniqueConstraint("step_id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    step_id: Mapped[int] = mapped_column(ForeignKey("claim_step.id"))
    number: Mapped[int] = mapped_column(Whole())
    """1 for the first question of a claim."""
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant())
    due_on: Mapped[dt.date] = mapped_column(Day())
    """The last local day to answer in time."""

    items: Mapped[list[QuestionItem]] = relationship(lazy="selectin", order_by="QuestionItem.number")


class QuestionItem(Model):
    """One thing that is asked for, and why. Immutable (trigger)."""

    __tablename__ = "claim_question_item"
    __table_args__ = laws(
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("kind IN ('line', 'document', 'words')", name="kind"),
        CheckConstraint("(kind = 'line') = (line IS NOT NULL)", name="a_line_names_its_document"),
        CheckConstraint("kind = 'line' OR title_sealed IS NOT NULL", name="says_what_is_wanted"),
        CheckConstraint("reason_sealed IS NOT NULL", name="says_why"),
        UniqueConstraint("question_id", "number"),
        UniqueConstraint("question_id", "line"),
        Index("ix_claim_question_item_of_claim", "claim_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("claim_question.id"))
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    number: Mapped[int] = mapped_column(Whole())
    kind: Mapped[str] = mapped_column(Text_())
    line: Mapped[str | None] = mapped_column(Text_())
    """Key of the checklist's document, for a line."""
    title_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    title = Said()
    reason_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    reason = Said()
    at: Mapped[dt.datetime] = mapped_column(Instant())

    replies: Mapped[list[QuestionReply]] = relationship(lazy="selectin", order_by="QuestionReply.id")

    @property
    def place(self) -> str:
        """What tells its words from those of the other items of one instant."""
        return str(self.number)


class QuestionReply(Model):
    """What the claimant says to one item; what is said later counts instead, without words it takes the former back.

    Immutable (trigger).
    """

    __tablename__ = "claim_question_reply"
    __table_args__ = laws(Index("ix_claim_question_reply_of_item", "item_id", "id"))

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("claim_question_item.id"))
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    text_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    text = Said()
    at: Mapped[dt.datetime] = mapped_column(Instant())

    @property
    def place(self) -> str:
        """What tells its words from those of the other replies of one instant."""
        return str(self.item_id)
