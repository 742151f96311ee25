"""A member proves to have been counted: the leaf, and what leads from it to the root that was published.

The leaves of one block are made again from the memberships; everything above them is kept. A proof costs the same
whatever the size of the pool.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from app.db import db
from app.domain import merkle
from app.domain.merkle import HASH_BYTES
from app.models import CountTile, Fact, Membership, Period
from app.services.counting import leaves
from app.services.counting.building import KEY_BYTES
from app.services.counting.leaves import BLOCK, TILE

FORMAT: Final = "juntan.count-proof/1"


class NotCounted(Exception):
    """The membership did not share when this period was locked."""


class NoTree(Exception):
    """The period was locked before members were counted in a tree, or its lock was cancelled."""


class CountBroken(Exception):
    """The memberships no longer make the leaf that was counted: the proof would not hold. Nothing may come to this."""


@dataclass(frozen=True, slots=True)
class CountProof:
    """Leaf `index` of `size` (from 0), and the hashes that lead from it to the root, its sibling first."""

    period: str
    membership: str
    salt: bytes
    index: int
    size: int
    hashes: tuple[bytes, ...]
    root: bytes


def shared_in(membership: Membership, period: Period) -> bool:
    """Whether a membership shared when a period was locked: the rule that the leaves are chosen by, for one row."""
    if period.seq is None or membership.join_seq is None or membership.pool_id != period.pool_id:
        return False
    return _in(period.seq, membership.join_seq, membership.end_seq)


def prove(membership: Membership, period: Period) -> CountProof:
    """The proof that a membership was counted. Raises `NotCounted`, `NoTree` and `CountBroken`."""
    if not shared_in(membership, period):
        raise NotCounted
    if period.state == "cancelled":
        raise NoTree
    above = db.session.execute(
        select(CountTile.leaves, CountTile.root, CountTile.last)
        .where(CountTile.period_id == period.id)
        .order_by(CountTile.number)
    ).all()
    number = next((at for at, tile in enumerate(above) if tile.last >= membership.id), None)
    if number is None:
        raise CountBroken if above else NoTree
    tile = db.session.get_one(CountTile, (period.id, number))
    firsts = _keys(tile.firsts)
    blocks = [tile.hashes[at : at + HASH_BYTES] for at in range(0, len(tile.hashes), HASH_BYTES)]
    block = max((at for at, first in enumerate(firsts) if first <= membership.id), default=-1)
    if block < 0:
        raise CountBroken
    refs = _block(period, firsts[block], firsts[block + 1] - 1 if block + 1 < len(firsts) else tile.last)
    secret = leaves.secret_of(period.name)
    hashes = leaves.hashes_of(secret, refs)
    if membership.ref not in refs or leaves.root_of(hashes) != blocks[block]:
        raise CountBroken
    place = refs.index(membership.ref)
    roots = [row.root for row in above]
    return CountProof(
        period=period.name,
        membership=membership.ref,
        salt=leaves.salt_of(secret, membership.ref),
        index=number * TILE + block * BLOCK + place,
        size=sum(row.leaves for row in above),
        hashes=(*_path(hashes, place), *_path(blocks, block), *_path(roots, number)),
        root=leaves.root_of(roots),
    )


def places(membership: Membership, names: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Leaf (from 0) and size of the tree in each of these periods it was counted in, in two questions."""
    if membership.join_seq is None or not names:
        return {}
    own = (
        select(CountTile.period_id, func.min(CountTile.number).label("number"))
        .join(Period, Period.id == CountTile.period_id)
        .where(Period.name.in_(names), Period.state != "cancelled", CountTile.last >= membership.id)
        .group_by(CountTile.period_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Period.name, Period.pool_id, Period.seq, Period.members, CountTile.number, CountTile.firsts)
        .join(CountTile, CountTile.period_id == Period.id)
        .join(own, (own.c.period_id == CountTile.period_id) & (own.c.number == CountTile.number))
    ).all()
    # of each period: its seq and size, the first membership of the block, and which leaf that is
    begins: dict[str, tuple[int, int, int, int]] = {}
    for name, pool_id, seq, size, number, firsts in rows:
        in_tile = [first for first in _keys(firsts) if first <= membership.id]
        if seq is None or size is None or pool_id != membership.pool_id:
            continue
        if in_tile and _in(seq, membership.join_seq, membership.end_seq):
            begins[name] = (seq, size, in_tile[-1], number * TILE + (len(in_tile) - 1) * BLOCK)
    if not begins:
        return {}
    before = db.session.execute(
        select(Membership.id, Membership.join_seq, Membership.end_seq).where(
            Membership.pool_id == membership.pool_id,
            Membership.join_seq.is_not(None),
            Membership.id >= min(first for _seq, _size, first, _leaf in begins.values()),
            Membership.id < membership.id,
        )
    ).all()
    return {
        name: (leaf + sum(one.id >= first and _in(seq, one.join_seq, one.end_seq) for one in before), size)
        for name, (seq, size, first, leaf) in begins.items()
    }


def written(proof: CountProof, entry: str, log_index: int | None, log_proof: str | None) -> str:
    """The proof as the file a member keeps: JSON that verify.py and the page that verifies read."""
    said: dict[str, Any] = {
        "format": FORMAT,
        "period": proof.period,
        "membership": proof.membership,
        "salt": proof.salt.hex(),
        "index": proof.index,
        "size": proof.size,
        "hashes": [base64.b64encode(one).decode() for one in proof.hashes],
        "root": proof.root.hex(),
        "entry": entry,
        "log_index": log_index,
        "log_proof": log_proof,
    }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def entry_of(period: Period) -> Fact | None:
    """The public fact of a lock; None before it is stated."""
    return db.session.scalar(
        select(Fact).where(Fact.type == "members-locked", Fact.about == period.name).order_by(Fact.id.desc()).limit(1)
    )


def _block(period: Period, first: int, last: int) -> list[str]:
    """The references of a block, in the order of its leaves."""
    return list(
        db.session.scalars(
            select(Membership.ref)
            .where(Membership.id >= first, Membership.id <= last, *leaves.of_period(period))
            .order_by(Membership.id)
            .limit(BLOCK + 1)
        )
    )


def _keys(firsts: bytes) -> list[int]:
    """The memberships with which the blocks of a tile begin."""
    return [int.from_bytes(firsts[at : at + KEY_BYTES]) for at in range(0, len(firsts), KEY_BYTES)]


def _in(seq: int, join_seq: int, end_seq: int | None) -> bool:
    """Whether a settlement is in (join_seq, end_seq]."""
    return join_seq < seq <= (seq if end_seq is None else end_seq)


def _path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """What leads from one of these to the root over them."""

    def read(level: int, at: int) -> bytes:
        return leaves.root_of(hashes[at << level : (at + 1) << level])

    return merkle.inclusion_proof(index, len(hashes), read)
