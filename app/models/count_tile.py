"""The tree of a lock: who was counted, as hashes, one row for 65,536 members. Never one row a member."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Key, Model, Sealed, Whole, laws


class CountTile(Model):
    """Up to 65,536 leaves of the tree over the members a period was locked with, in blocks of 256. Immutable (trigger).

    What is kept of a block is its root and the membership with which it begins: its leaves are made again from the
    memberships whenever one of them is proved.
    """

    __tablename__ = "count_tile"
    __table_args__ = laws(
        CheckConstraint("number >= 0", name="number"),
        CheckConstraint("leaves > 0 AND leaves <= 65536", name="leaves"),
        CheckConstraint("length(hashes) = 32 * ((leaves + 255) / 256)", name="one_hash_a_block"),
        CheckConstraint("length(firsts) = 8 * ((leaves + 255) / 256)", name="one_first_a_block"),
        CheckConstraint("length(root) = 32", name="root"),
    )

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Key(), primary_key=True)
    """From 0: it begins with leaf number * 65,536."""
    leaves: Mapped[int] = mapped_column(Whole())
    last: Mapped[int] = mapped_column(Key())
    """The membership of its last leaf, by its own number."""
    firsts: Mapped[bytes] = mapped_column(Sealed())
    """The membership with which each block begins: 8 bytes each, the most significant first."""
    hashes: Mapped[bytes] = mapped_column(Sealed())
    """The root of each block: 32 bytes each."""
    root: Mapped[bytes] = mapped_column(Sealed())
    """The root over all of its leaves."""
