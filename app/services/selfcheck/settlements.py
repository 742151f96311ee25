"""Settlements: each follows the one before, is computed again from its inputs, and was booked as it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from sqlalchemy import select

from app.db import db
from app.domain import ledger
from app.models import Pool, Settlement
from app.services import second_look
from app.services.selfcheck.books import Books


def surplus(books: Books) -> Iterable[str]:
    """The surplus of each pool is what the ledger carries."""
    for pool in books.pools:
        booked = books.held_fen(ledger.rounding_carry(pool.name))
        if pool.surplus_fen != booked:
            yield f"{pool.name}: surplus {pool.surplus_fen}, the ledger says {booked}"


def gaps(books: Books) -> Iterable[str]:
    """The settlements of a pool are numbered without a gap, and the pool stands at the last of them."""
    for pool in books.pools:
        seqs = [row.seq for row in _of(pool)]
        yield from (
            f"{pool.name}: settlement {after} follows {before}"
            for before, after in pairwise((0, *seqs))
            if after != before + 1
        )
        if pool.seq != (seqs[-1] if seqs else 0):
            yield f"{pool.name}: the pool stands at {pool.seq}, its last settlement is {seqs[-1] if seqs else 0}"


def index_carried(books: Books) -> Iterable[str]:
    """Each settlement begins with the index at which the one before ended, and the pool has the last."""
    for pool in books.pools:
        index_fen = 0
        for row in _of(pool):
            if row.index_before_fen != index_fen:
                yield f"{pool.name}: settlement {row.seq} begins at {row.index_before_fen}, not at {index_fen}"
            index_fen = row.index_after_fen
        if pool.index_fen != index_fen:
            yield f"{pool.name}: the pool's index is {pool.index_fen}, its last settlement ended at {index_fen}"


def surplus_carried(books: Books) -> Iterable[str]:
    """Surplus before = the surplus after the settlement before + the credits since."""
    for pool in books.pools:
        surplus_fen = 0
        for row in _of(pool):
            if row.surplus_before_fen != surplus_fen + row.credits_fen:
                yield (
                    f"{pool.name}: settlement {row.seq} begins with {row.surplus_before_fen}, "
                    f"{surplus_fen} and credits of {row.credits_fen} came in"
                )
            surplus_fen = row.surplus_after_fen


def _of(pool: Pool) -> Sequence[Settlement]:
    return db.session.scalars(select(Settlement).where(Settlement.pool_id == pool.id).order_by(Settlement.seq)).all()


def recomputed() -> Iterable[str]:
    """Every settlement computed again from its inputs, with the terms it was locked under."""
    for row in db.session.scalars(select(Settlement).order_by(Settlement.pool_id, Settlement.seq)):
        yield from second_look.computed_again(row)


def booked() -> Iterable[str]:
    """The journal entry of each settlement moves what the settlement says."""
    for row in db.session.scalars(select(Settlement).order_by(Settlement.pool_id, Settlement.seq)):
        yield from second_look.booked_as_it_says(row, db.session.get_one(Pool, row.pool_id))
