"""Acknowledgements: a member agrees to newer member terms. What was agreed to at joining stands with the membership."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Day, Instant, Key, Model, laws
from app.models.plan import MemberTermsRow


class Acknowledgement(Model):
    """One membership agreed to one newer version, for events from a day on. Immutable (trigger)."""

    __tablename__ = "acknowledgement"
    __table_args__ = laws(
        UniqueConstraint("membership_id", "member_terms_id"),
        UniqueConstraint("membership_id", "replaces_id"),
        CheckConstraint("member_terms_id > replaces_id", name="to_something_newer"),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"))
    member_terms_id: Mapped[int] = mapped_column(ForeignKey("member_terms.id"))
    replaces_id: Mapped[int] = mapped_column(ForeignKey("member_terms.id"))
    """What had been agreed to before. Each can be replaced once, so that the steps make one chain."""
    from_on: Mapped[dt.date] = mapped_column(Day())
    """The first day of events that are judged by the newer terms."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant())

    member_terms: Mapped[MemberTermsRow] = relationship(
        lazy="joined", innerjoin=True, foreign_keys="Acknowledgement.member_terms_id"
    )
