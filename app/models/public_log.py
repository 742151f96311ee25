"""The public log at rest: facts that wait for their number, entries, tiles, signed checkpoints, and whose log it is."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, Key, Model, Sealed, Text_, Whole, laws


class FactWaiting(Model):
    """A fact that was stated and has no number yet. Written by a trigger with the fact itself, so none is forgotten."""

    __tablename__ = "fact_waiting"

    fact_id: Mapped[int] = mapped_column(Key(), ForeignKey("fact.id"), primary_key=True, autoincrement=False)


class LogEntry(Model):
    """One entry of the log: its number, without a gap, and the fact it is. Immutable (trigger)."""

    __tablename__ = "log_entry"
    __table_args__ = laws(
        CheckConstraint("number >= 0", name="number"),
        CheckConstraint("length(leaf_hash) = 32", name="leaf_hash"),
    )

    number: Mapped[int] = mapped_column(Key(), primary_key=True, autoincrement=False)
    fact_id: Mapped[int] = mapped_column(Key(), ForeignKey("fact.id"), unique=True)
    leaf_hash: Mapped[bytes] = mapped_column(Sealed())


class LogFingerprint(Model):
    """A fingerprint that people have on paper, and an entry that has or holds it."""

    __tablename__ = "log_fingerprint"
    __table_args__ = laws(CheckConstraint("length(fingerprint) = 32", name="fingerprint"))

    fingerprint: Mapped[bytes] = mapped_column(Sealed(), primary_key=True)
    number: Mapped[int] = mapped_column(Key(), ForeignKey("log_entry.number"), primary_key=True, autoincrement=False)


class LogTile(Model):
    """Up to 256 hashes of one level of the tree (app/domain/tiles.py). It only grows, at its end (trigger)."""

    __tablename__ = "log_tile"
    __table_args__ = laws(
        CheckConstraint("level >= 0 AND level <= 7 AND number >= 0", name="place"),
        CheckConstraint("length(hashes) > 0 AND length(hashes) <= 8192 AND length(hashes) % 32 = 0", name="width"),
    )

    level: Mapped[int] = mapped_column(Whole(), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Key(), primary_key=True, autoincrement=False)
    hashes: Mapped[bytes] = mapped_column(Sealed())


class Checkpoint(Model):
    """What was signed: so many entries have this root. Ever larger, never ahead of entries and tiles (triggers)."""

    __tablename__ = "checkpoint"
    __table_args__ = laws(
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("length(root) = 32", name="root"),
    )

    size: Mapped[int] = mapped_column(Key(), primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(Sealed())
    note: Mapped[str] = mapped_column(Text_())
    """The signed note, letter by letter (app/domain/notes.py)."""
    at: Mapped[dt.datetime] = mapped_column(Instant())


class LogIdentity(Model):
    """The one row that says under which address this log was begun. Immutable (trigger)."""

    __tablename__ = "log_identity"
    __table_args__ = laws(CheckConstraint("id = 1", name="single"))

    id: Mapped[int] = mapped_column(Key(), primary_key=True, autoincrement=False)
    origin: Mapped[str] = mapped_column(Text_())
    at: Mapped[dt.datetime] = mapped_column(Instant())


class LogKey(Model):
    """A key that has begun to sign checkpoints. Immutable (trigger); the latest one is the newest key."""

    __tablename__ = "log_key"

    id: Mapped[int] = mapped_column(Key(), primary_key=True)
    vkey: Mapped[str] = mapped_column(Text_(), unique=True)
    """The verifier key as people hand it on."""
    at: Mapped[dt.datetime] = mapped_column(Instant())
