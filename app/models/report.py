"""What relatives report: somebody has died, or cannot look after an account; a caseworker reads the proof."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Day, Flag, Instant, Key, Model, Ref, Sealed, Text_, laws, new_ref

_death = text("kind = 'death' AND state = 'confirmed' AND revoked_at IS NULL")
_open = text("state = 'reported'")


class Report(Model):
    """One report of one account about one human, who may or may not be known here; the words are the same for both."""

    __tablename__ = "report"
    __table_args__ = laws(
        CheckConstraint("kind IN ('death', 'incapacity')", name="kind"),
        CheckConstraint("state IN ('reported', 'confirmed', 'dismissed')", name="state"),
        CheckConstraint("document_type IN ('resident', 'passport')", name="document_type"),
        CheckConstraint("relation IN ('spouse', 'child', 'parent', 'sibling', 'guardian')", name="relation"),
        CheckConstraint("kind <> 'death' OR payee_sealed IS NOT NULL", name="a_death_names_its_payee"),
        CheckConstraint("kind = 'death' OR takes_over", name="incapacity_takes_over"),
        CheckConstraint(
            "(state = 'reported') = (decided_at IS NULL) AND (state = 'reported') = (decided_by IS NULL)",
            name="an_answer_has_time_and_person",
        ),
        CheckConstraint("state <> 'dismissed' OR reason <> ''", name="a_no_has_its_reason"),
        CheckConstraint("(proposed_by IS NULL) = (proposed_at IS NULL)", name="a_proposal_has_time_and_person"),
        CheckConstraint(
            "state <> 'confirmed' OR NOT takes_over OR (proposed_by IS NOT NULL AND proposed_by <> decided_by)",
            name="an_account_goes_over_by_two",
        ),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="taken_back_has_time_and_person"),
        CheckConstraint("revoked_by <> decided_by", name="who_confirmed_does_not_take_back"),
        CheckConstraint(
            "revoked_at IS NULL OR (state = 'confirmed' AND revoked_reason <> '')", name="taken_back_says_why"
        ),
        Index(
            "ix_report_one_death", "identity_hash", unique=True, sqlite_where=_death, postgresql_where=_death
        ),
        Index("ix_report_waiting", "reported_at", sqlite_where=_open, postgresql_where=_open),
        Index("ix_report_of_account", "account_id", "reported_at"),
        Index(
            "ix_report_once", "account_id", "identity_hash", "kind",
            unique=True, sqlite_where=_open, postgresql_where=_open,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    """Who reports."""
    kind: Mapped[str] = mapped_column(Text_())
    relation: Mapped[str] = mapped_column(Text_())
    """Of whoever reports, to the person the report is about."""
    name_sealed: Mapped[bytes] = mapped_column(Sealed())
    document_type: Mapped[str] = mapped_column(Text_())
    document_sealed: Mapped[bytes] = mapped_column(Sealed())
    identity_hash: Mapped[bytes] = mapped_column(Sealed())
    happened_on: Mapped[dt.date] = mapped_column(Day())
    takes_over: Mapped[bool] = mapped_column(Flag(), default=False)
    """Whoever reports asks for the people and memberships that the person looked after."""
    payee_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    """The bank account balances go to."""
    state: Mapped[str] = mapped_column(Text_(), default="reported")
    reported_at: Mapped[dt.datetime] = mapped_column(Instant())
    proposed_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Which caseworker found the proof sound first, where a whole account goes over; another one confirms."""
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(Text_(), default="")
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    """When the confirmation was taken back; from then on whoever reported files for nobody. It stays so (trigger)."""
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    revoked_reason: Mapped[str] = mapped_column(Text_(), default="")
