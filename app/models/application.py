"""Applications: somebody asks to join a plan. Declaration and consents are kept with the text that was asked."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Flag, Instant, Key, Model, Ref, Text_, laws, new_ref
from app.models.person import Person
from app.models.plan import MemberTermsRow, Plan

UNSENT: Final = ("draft", "invited")
"""The states of an application that is still being filled in: begun by oneself, or after an invitation."""
_open = text("state IN ('draft', 'to_be_checked', 'invited')")


class Application(Model):
    """One person's way into one plan, kept between visits. The membership begins when it is accepted."""

    __tablename__ = "application"
    __table_args__ = laws(
        CheckConstraint("state IN ('draft', 'to_be_checked', 'invited', 'accepted', 'refused')", name="state"),
        CheckConstraint("state = 'draft' OR person_id IS NOT NULL", name="past_draft_it_names_a_person"),
        Index(
            "ix_application_open",
            "account_id",
            "plan_id",
            "person_id",
            unique=True,
            sqlite_where=_open,
            postgresql_where=_open,
        ),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    member_terms_id: Mapped[int] = mapped_column(ForeignKey("member_terms.id"))
    state: Mapped[str] = mapped_column(Text_(), default="draft")
    created_at: Mapped[dt.datetime] = mapped_column(Instant())
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant())

    plan: Mapped[Plan] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person | None] = relationship(lazy="joined")
    member_terms: Mapped[MemberTermsRow] = relationship(lazy="joined", innerjoin=True)
    answers: Mapped[list[DeclarationAnswer]] = relationship(lazy="selectin", order_by="DeclarationAnswer.id")
    consents: Mapped[list[Consent]] = relationship(lazy="selectin", order_by="Consent.id")


class DeclarationAnswer(Model):
    """One item of the health declaration: the text that was asked, in the language it was asked in, and the answer."""

    __tablename__ = "declaration_answer"
    __table_args__ = laws(UniqueConstraint("application_id", "item"))

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    item: Mapped[str] = mapped_column(Text_())
    asked: Mapped[str] = mapped_column(Text_())
    language: Mapped[str] = mapped_column(Text_())
    yes: Mapped[bool] = mapped_column(Flag())
    answered_at: Mapped[dt.datetime] = mapped_column(Instant())


class Consent(Model):
    """One of the five separate consents, with the version of its text and its time; withdrawing adds a time."""

    __tablename__ = "consent"
    __table_args__ = laws(
        CheckConstraint("kind IN ('joining', 'declaration', 'claim_file', 'investigator', 'publication')", name="kind"),
        CheckConstraint("(application_id IS NULL) <> (claim_id IS NULL)", name="belongs_to_one_thing"),
        CheckConstraint("withdrawn_at IS NULL OR withdrawn_at >= given_at", name="withdrawn_after_given"),
        UniqueConstraint("application_id", "kind", "given_at"),
        UniqueConstraint("claim_id", "kind", "given_at"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claim.id"))
    kind: Mapped[str] = mapped_column(Text_())
    text_version: Mapped[str] = mapped_column(Text_())
    """Which wording was agreed to, e.g. "joining-1-zh"."""
    given_at: Mapped[dt.datetime] = mapped_column(Instant())
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(Instant())
