"""Claims: an application for a payout, with every step, recommendation and decision kept beside it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Day, Fen, Flag, Instant, Key, Model, Ref, Sealed, Text_, Whole, laws, new_ref, new_salt
from app.models.membership import Membership
from app.models.plan import MemberTermsRow
from app.models.report import Report
from app.models.said import Said

_waiting = text("state IN ('submitted', 'in_review', 'recommended', 'appealed')")
_desk = text("state IN ('submitted', 'in_review', 'recommended', 'appealed', 'evidence_asked')")
_of_nobody = text(f"{_waiting} AND assigned_to IS NULL")
_of_somebody = text(f"{_waiting} AND assigned_to IS NOT NULL")
_draft = text("state = 'draft'")
_payee_named = text("payee_hash IS NOT NULL")
_hospital = text("hospital_hash IS NOT NULL")
_reported = text("filer_report_id IS NOT NULL")
_open = text(
    "state IN ('submitted', 'evidence_asked', 'in_review', 'recommended', 'approved', 'published', 'appealed')"
)


class Claim(Model):
    """One event of one membership. Judged by the member terms pinned on the event date."""

    __tablename__ = "claim"
    __table_args__ = laws(
        CheckConstraint(
            "state IN ('draft', 'submitted', 'evidence_asked', 'in_review', 'recommended', 'approved', 'refused', "
            "'published', 'settled', 'paid', 'returned', 'closed_unpaid', 'appealed', 'refused_finally', 'withdrawn')",
            name="state",
        ),
        CheckConstraint("publication_level IN (0, 1, 2, 3)", name="publication_level"),
        CheckConstraint("state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL", name="submitted_has_its_time"),
        CheckConstraint(
            "state IN ('draft', 'withdrawn') OR (event_on IS NOT NULL AND benefit IS NOT NULL)",
            name="submitted_names_its_event",
        ),
        CheckConstraint("filer IN ('self', 'guardian', 'relative')", name="filer"),
        CheckConstraint("state IN ('draft', 'withdrawn') OR filer IS NOT NULL", name="submitted_names_its_filer"),
        CheckConstraint("filer_report_id IS NULL OR filer = 'relative'", name="a_report_makes_a_relative"),
        CheckConstraint("(hospital_sealed IS NULL) = (hospital_hash IS NULL)", name="a_hospital_is_sealed_and_keyed"),
        Index("ix_claim_hospital", "hospital_hash", sqlite_where=_hospital, postgresql_where=_hospital),
        Index("ix_claim_filer_report", "filer_report_id", sqlite_where=_reported, postgresql_where=_reported),
        Index("ix_claim_queue", "state", "submitted_at", "id", sqlite_where=_waiting, postgresql_where=_waiting),
        Index("ix_claim_due", "due_on", "id", sqlite_where=_waiting, postgresql_where=_waiting),
        Index("ix_claim_due_of_plan", "plan_id", "due_on", "id", sqlite_where=_waiting, postgresql_where=_waiting),
        Index("ix_claim_due_in_state", "state", "due_on", "id", sqlite_where=_desk, postgresql_where=_desk),
        Index("ix_claim_due_of_nobody", "due_on", "id", sqlite_where=_of_nobody, postgresql_where=_of_nobody),
        Index(
            "ix_claim_due_of_somebody",
            "assigned_to",
            "due_on",
            "id",
            sqlite_where=_of_somebody,
            postgresql_where=_of_somebody,
        ),
        Index("ix_claim_age", "submitted_at", "id", sqlite_where=_waiting, postgresql_where=_waiting),
        Index("ix_claim_of_account", "account_id", "created_at"),
        Index("ix_claim_payee", "payee_hash", sqlite_where=_payee_named, postgresql_where=_payee_named),
        Index("ix_claim_of_membership", "membership_id"),
        Index("ix_claim_one_draft", "membership_id", unique=True, sqlite_where=_draft, postgresql_where=_draft),
        Index(
            "ix_claim_one_open_event",
            "membership_id",
            "event_on",
            "benefit",
            unique=True,
            sqlite_where=_open,
            postgresql_where=_open,
        ),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    member_terms_id: Mapped[int] = mapped_column(ForeignKey("member_terms.id"))
    state: Mapped[str] = mapped_column(Text_(), default="draft")
    benefit: Mapped[str | None] = mapped_column(Text_())
    """Key of the benefit asked for (`MemberTerms.benefits`)."""
    disease_group: Mapped[str | None] = mapped_column(Text_())
    province: Mapped[str | None] = mapped_column(Text_())
    event_on: Mapped[dt.date | None] = mapped_column(Day())
    """Day of the diagnosis or the accident."""
    account_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    """The bank account the payout goes to."""
    payee_hash: Mapped[bytes | None] = mapped_column(Sealed())
    """Keyed hash of its number: finds the same account in another claim. Null where it was named before that was."""
    story_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    """What happened, in the claimant's words; for the reviewers."""
    filer: Mapped[str | None] = mapped_column(Text_().evaluates_none(), default="self")
    """In which capacity it is made: by the person helped, by a guardian or payer, or by a relative; None: not said."""
    filer_report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    """The confirmed report by which somebody else than the owner of the membership may file (trigger)."""
    hospital_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    hospital_hash: Mapped[bytes | None] = mapped_column(Sealed())
    """Keyed hash of the hospital's name, so that claims of one hospital are found without reading any name."""
    publication_level: Mapped[int] = mapped_column(Whole(), default=1)
    previewed_step: Mapped[int | None] = mapped_column(Whole())
    """How coarsely the case was shown to the claimant beforehand (masking.shown_at_step): never refined afterwards."""
    salt: Mapped[str] = mapped_column(Text_(), default=new_salt)
    created_at: Mapped[dt.datetime] = mapped_column(Instant())
    submitted_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    plan_id: Mapped[int | None] = mapped_column(Key())
    """The plan of the membership, from the handing in on (trigger): the queue finds the claims of a plan by it."""
    due_on: Mapped[dt.date | None] = mapped_column(Day())
    """The day promised for the next step of the desk (services/at_the_desk.py); null where it has none to make."""
    due_why: Mapped[str | None] = mapped_column(Text_())
    """What is promised: `first_look`, `decision`, `appeal`, or `stopped` while the claimant is asked."""
    assigned_to: Mapped[int | None] = mapped_column(Key())
    """The caseworker who looks after it: the one of its live assignment."""

    membership: Mapped[Membership] = relationship(lazy="joined", innerjoin=True)
    member_terms: Mapped[MemberTermsRow] = relationship(lazy="joined", innerjoin=True)
    filer_report: Mapped[Report | None] = relationship(lazy="select")
    steps: Mapped[list[ClaimStep]] = relationship(lazy="selectin", order_by="ClaimStep.id")
    recommendations: Mapped[list[Recommendation]] = relationship(lazy="selectin", order_by="Recommendation.id")
    decisions: Mapped[list[Decision]] = relationship(lazy="selectin", order_by="Decision.id")


class ClaimKey(Model):
    """The key of what is said about one claim, sealed; destroying it erases the words, wherever copies of them are."""

    __tablename__ = "claim_key"

    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True)
    wrapped_key: Mapped[bytes | None] = mapped_column(Sealed())
    """None once it was destroyed; it never comes back (trigger)."""


class ClaimStep(Model):
    """One move of a claim: who made it, when, from where to where. Immutable (trigger)."""

    __tablename__ = "claim_step"
    __table_args__ = laws(
        Index("ix_claim_step_of_claim", "claim_id", "id"),
        Index("ix_claim_step_at", "at"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    move: Mapped[str] = mapped_column(Text_())
    from_state: Mapped[str] = mapped_column(Text_())
    to_state: Mapped[str] = mapped_column(Text_())
    at: Mapped[dt.datetime] = mapped_column(Instant())
    role: Mapped[str] = mapped_column(Text_())
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    note_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    note = Said(nothing=None)


class Recommendation(Model):
    """What the first reviewer recommends, with clause and reason. Immutable (trigger)."""

    __tablename__ = "recommendation"
    __table_args__ = laws(
        CheckConstraint("verdict IN ('approve', 'refuse')", name="verdict"),
        CheckConstraint("(verdict = 'approve') = (amount_fen > 0)", name="approval_has_an_amount"),
        UniqueConstraint("claim_id", "round"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    round: Mapped[int] = mapped_column(Whole())
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant())
    verdict: Mapped[str] = mapped_column(Text_())
    amount_fen: Mapped[int] = mapped_column(Fen())
    clause: Mapped[str] = mapped_column(Text_())
    reason_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    reason = Said()
    caused_by_accident: Mapped[bool] = mapped_column(Flag(), default=False)
    """An accident directly caused the illness, so that it did not wait."""
    computed_fen: Mapped[int | None] = mapped_column(Fen())
    """What the table gave when it was written; null for a refusal. Another amount says why (trigger)."""

    judgements: Mapped[list[Judgement]] = relationship(lazy="select", order_by="Judgement.id")


class Judgement(Model):
    """What a person judged of one point of the checklist, with a recommendation. Immutable (trigger)."""

    __tablename__ = "judgement"
    __table_args__ = laws(
        CheckConstraint("answer IN ('fits', 'fails', 'open')", name="answer"),
        CheckConstraint("point <> ''", name="point"),
        UniqueConstraint("recommendation_id", "point"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"))
    point: Mapped[str] = mapped_column(Text_())
    answer: Mapped[str] = mapped_column(Text_())


class Decision(Model):
    """What the second reviewer decided. A refusal names clause, evidence, what would change it and the appeal day."""

    __tablename__ = "decision"
    __table_args__ = laws(
        CheckConstraint("verdict IN ('approve', 'refuse')", name="verdict"),
        CheckConstraint("(verdict = 'approve') = (amount_fen > 0)", name="approval_has_an_amount"),
        CheckConstraint("clause <> '' AND evidence <> ''", name="rests_on_clause_and_evidence"),
        CheckConstraint(
            "verdict = 'approve' OR (would_change_sealed IS NOT NULL AND appeal_until IS NOT NULL)",
            name="refusal_says_what_would_change_it",
        ),
        UniqueConstraint("claim_id", "round"),
        UniqueConstraint("recommendation_id"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"))
    round: Mapped[int] = mapped_column(Whole())
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant())
    verdict: Mapped[str] = mapped_column(Text_())
    amount_fen: Mapped[int] = mapped_column(Fen())
    clause: Mapped[str] = mapped_column(Text_())
    evidence: Mapped[str] = mapped_column(Text_())
    reason_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    reason = Said()
    would_change_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    would_change = Said()
    appeal_until: Mapped[dt.date | None] = mapped_column(Day())
    caused_by_accident: Mapped[bool] = mapped_column(Flag(), default=False)
    computed_fen: Mapped[int | None] = mapped_column(Fen())
    """As of the recommendation."""
    salt: Mapped[str] = mapped_column(Text_(), default=new_salt)

    recommendation: Mapped[Recommendation] = relationship(lazy="joined", innerjoin=True)
