"""The leaves of a lock's tree: one for each membership that shared, in the order of their own numbers.

What is hashed for a membership is SHA-256(salt ‖ its reference); leaf and nodes are those of RFC 6962. Each membership
has a salt of its own, made from a secret of the period: who knows one's own proof knows nothing of anybody else, and
who has every published root cannot try whether a reference was counted.

Who shared at a past lock is read from (join_seq, end_seq], as a statement is: the leaves of a lock are made again from
the memberships whatever became of them since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select

from app.db import db
from app.domain.merkle import Frontier, leaf_hash
from app.models import Membership, Period
from app.services import vault

BLOCK: Final = 256
TILE: Final = 65_536
HOW: Final = "sha256(salt||membership)"
"""How a leaf is made, as the public fact says it."""


def shared_at(pool_id: int, seq: int) -> tuple[ColumnElement[bool], ...]:
    """The memberships that shared when a pool was locked for its settlement number `seq`."""
    return (
        Membership.pool_id == pool_id,
        Membership.join_seq < seq,
        or_(Membership.end_seq.is_(None), Membership.end_seq >= seq),
    )


def of_period(period: Period) -> tuple[ColumnElement[bool], ...]:
    """The memberships a period was locked with. LookupError when it is not locked."""
    if period.seq is None:
        raise LookupError(f"{period.name} is not locked")
    return shared_at(period.pool_id, period.seq)


def number_of(period: Period) -> int:
    """How many they are, counted row by row."""
    return db.session.scalar(select(func.count()).select_from(Membership).where(*of_period(period))) or 0


def secret_of(name: str) -> bytes:
    """What the salts of a period are made from: 32 bytes that nobody makes without the pepper."""
    return vault.keyed_hash("being-counted", name)


def salt_of(secret: bytes, ref: str) -> bytes:
    """The salt of one membership in one period."""
    return hashlib.blake2s(ref.encode(), key=secret).digest()


def hash_of(salt: bytes, ref: str) -> bytes:
    """The hash of the leaf of one membership."""
    return leaf_hash(hashlib.sha256(salt + ref.encode()).digest())


def hashes_of(secret: bytes, refs: Iterable[str]) -> list[bytes]:
    """The hashes of many leaves: what `salt_of` and `hash_of` say, without a call for each."""
    sha256, blake2s = hashlib.sha256, hashlib.blake2s
    made = []
    for ref in refs:
        said = ref.encode()
        made.append(sha256(b"\x00" + sha256(blake2s(said, key=secret).digest() + said).digest()).digest())
    return made


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over leaves, or over subtrees of one size of which the last may be smaller."""
    tree = Frontier()
    tree.extend(hashes)
    return tree.root()
