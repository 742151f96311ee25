"""Arrivals: files on their way to a claim, piece by piece, and the pieces that are here. Encrypted before they rest."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Record, Ref, Sealed, Text_, Whole, laws, new_ref

_under_way = text("state IN ('arriving', 'checking')")
_shown = text("state IN ('arriving', 'checking', 'refused')")


class Arrival(Model):
    """One file on its way to one line of a claim's checklist.

    Its bytes lie in pieces under a key of its own; the key goes when the file is kept, refused or dropped.
    """

    __tablename__ = "arrival"
    __table_args__ = laws(
        CheckConstraint("state IN ('arriving', 'checking', 'kept', 'refused', 'dropped')", name="state"),
        CheckConstraint("size_bytes > 0", name="not_empty"),
        CheckConstraint("received_bytes >= 0 AND received_bytes <= size_bytes", name="never_more_than_announced"),
        CheckConstraint("state NOT IN ('checking', 'kept') OR received_bytes = size_bytes", name="checked_when_whole"),
        CheckConstraint("(state IN ('arriving', 'checking')) = (wrapped_key IS NOT NULL)", name="a_key_while_it_comes"),
        CheckConstraint("(state = 'arriving') = (expires_at IS NOT NULL)", name="it_has_its_time"),
        CheckConstraint(
            "(state IN ('kept', 'refused', 'dropped')) = (ended_at IS NOT NULL)", name="ended_at_an_instant"
        ),
        CheckConstraint("(state IN ('kept', 'dropped')) = (name_sealed IS NULL)", name="the_name_goes_with_it"),
        CheckConstraint("(state = 'refused') = (problem IS NOT NULL)", name="refused_for_a_reason"),
        CheckConstraint("(state = 'kept') = (evidence_id IS NOT NULL)", name="kept_as_a_document"),
        Index("ix_arrival_of_claim", "claim_id", "id", sqlite_where=_shown, postgresql_where=_shown),
        Index("ix_arrival_of_account", "account_id", sqlite_where=_under_way, postgresql_where=_under_way),
        Index("ix_arrival_expires", "expires_at", sqlite_where=_under_way, postgresql_where=_under_way),
    )

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    ref: Mapped[str] = mapped_column(Ref(), unique=True, default=new_ref)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    kind: Mapped[str] = mapped_column(Text_())
    """Key of the checklist's document kind."""
    name_sealed: Mapped[bytes | None] = mapped_column(Sealed())
    """The file's name as the claimant's device called it."""
    modified_ms: Mapped[int | None] = mapped_column(Whole())
    """When its device last changed the file, in milliseconds since 1970: with its size it is known again by that."""
    size_bytes: Mapped[int] = mapped_column(Whole())
    received_bytes: Mapped[int] = mapped_column(Whole(), default=0)
    state: Mapped[str] = mapped_column(Text_(), default="arriving")
    problem: Mapped[dict[str, Any] | None] = mapped_column(Record())
    """Why it was refused: the name of the error, and its values."""
    wrapped_key: Mapped[bytes | None] = mapped_column(Sealed())
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"), unique=True)
    """The document it became."""
    created_at: Mapped[dt.datetime] = mapped_column(Instant())
    expires_at: Mapped[dt.datetime | None] = mapped_column(Instant())
    """When nothing more is waited for; moved on with each piece."""
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant())


class ArrivalPiece(Model):
    """A piece of an arrival that is here for good: written once, in the file store, under the key of the arrival."""

    __tablename__ = "arrival_piece"
    __table_args__ = laws(
        CheckConstraint("number >= 1 AND number <= 2000", name="so_many_pieces"),
        CheckConstraint("start_bytes >= 0 AND size_bytes > 0", name="a_piece_of_something"),
    )

    arrival_id: Mapped[int] = mapped_column(ForeignKey("arrival.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Whole(), primary_key=True)
    start_bytes: Mapped[int] = mapped_column(Whole())
    size_bytes: Mapped[int] = mapped_column(Whole())
    object: Mapped[str] = mapped_column(Text_(), unique=True)
