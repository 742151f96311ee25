"""Investigations of claims: who finds out what, from which documents, until when; the report; what was said to it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Day, Flag, Instant, Key, Model, Ref, Sealed, Text_, Whole, laws, new_ref
from app.models.claim import Claim
from app.models.said import Said

_open = text("state = 'open'")


class Investigation(Model):
    """One investigation of one claim. What was asked stays; it ends once (triggers)."""

    __tablename__ = "investigation"
    __table_args__ = laws(
        CheckConstraint("state IN ('open', 'filed', 'declined', 'closed')", name="state"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_has_its_time"),
        CheckConstraint(
            "(state = 'closed') = (cause IS NOT NULL) AND (cause IS NULL OR cause IN ('consent_withdrawn', "
            "'role_ended', 'claim_withdrawn', 'claim_decided', 'called_off'))",
            name="closed_for_a_cause",
        ),
        CheckConstraint("investigator_id <> opened_by", name="by_another_person"),
        CheckConstraint("questions_sealed IS NOT NULL", name="asks_something"),
        UniqueConstraint("claim_id", "round"),
        Index("ix_investigation_one_open", "claim_id", unique=True, sqlite_where=_open, postgresql_where=_open),
        Index("ix_investigation_due", "due_on", "id", sqlite_where=_open, postgresql_where=_open),
        Index("ix_investigation_of_investigator", "investigator_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    round: Mapped[int] = mapped_column(Whole())
    investigator_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    opened_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant())
    """When it was opened."""
    due_on: Mapped[dt.date] = mapped_column(Day())
    shows_name: Mapped[bool] = mapped_column(Flag(), default=False)
    """The investigator needs the whole name, to ask somewhere; otherwise it is masked."""
    questions_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    questions = Said()
    state: Mapped[str] = mapped_column(Text_(), default="open")
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    cause: Mapped[str | None] = mapped_column(Text_())
    """Why it was closed without a report."""

    claim: Mapped[Claim] = relationship(lazy="joined", innerjoin=True)
    report: Mapped[InvestigationReport | None] = relationship(lazy="selectin", uselist=False)
    notes: Mapped[list[InvestigationNote]] = relationship(lazy="selectin", order_by="InvestigationNote.id")

    def said(self, kind: str) -> InvestigationNote | None:
        """What was said of this kind, if it was."""
        return next((note for note in self.notes if note.kind == kind), None)


class InvestigationDocument(Model):
    """A document of the claim that was chosen for the investigator. Immutable (trigger)."""

    __tablename__ = "investigation_document"

    investigation_id: Mapped[int] = mapped_column(ForeignKey("investigation.id"), primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), primary_key=True)


class InvestigationPaper(Model):
    """A document that the investigator brought with the report; it is kept with the claim. Immutable (trigger)."""

    __tablename__ = "investigation_paper"
    __table_args__ = laws(Index("ix_investigation_paper_of_investigation", "investigation_id"))

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
    investigation_id: Mapped[int] = mapped_column(ForeignKey("investigation.id"))


class InvestigationReport(Model):
    """What was done and what was found, filed once by the investigator. Immutable (trigger)."""

    __tablename__ = "investigation_report"
    __table_args__ = laws(CheckConstraint("done_sealed IS NOT NULL AND found_sealed IS NOT NULL", name="says_both"))

    investigation_id: Mapped[int] = mapped_column(ForeignKey("investigation.id"), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant())
    done_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    done = Said()
    found_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    found = Said()


class InvestigationNote(Model):
    """Something said once: why it was declined or called off, findings as the claimant reads them, the answer to them.

    Immutable (trigger).
    """

    __tablename__ = "investigation_note"
    __table_args__ = laws(
        CheckConstraint("kind IN ('declined', 'called_off', 'shared', 'answer')", name="kind"),
        CheckConstraint("text_sealed IS NOT NULL", name="says_something"),
        UniqueConstraint("investigation_id", "kind"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    investigation_id: Mapped[int] = mapped_column(ForeignKey("investigation.id"))
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    kind: Mapped[str] = mapped_column(Text_())
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant())
    text_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    text = Said()
