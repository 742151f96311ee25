"""The tree of a lock is made: read in chunks, kept in tiles, and stated as a public fact when it is whole.

Nobody enters or leaves the sharing set between a lock and its settlement, so this needs no long transaction: each tile
is read and hashed outside of one and kept in one of its own. Killed anywhere, it goes on with the first tile that is
missing, and comes to the same root.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from sqlalchemy import exists, select

from app.db import db, transaction
from app.domain.period_states import LOCKED_STATES
from app.models import Audit, CountTile, Fact, Membership, Period
from app.services import audit, facts, pools
from app.services.counting import leaves
from app.services.counting.leaves import BLOCK, TILE
from app.services.days import midnight

MADE, DIFFERS = "count-members", "count-differs"
"""The deeds of the audit trail: the tree is whole; it has another number of members than were locked."""
KEY_BYTES = 8
_STATED = exists().where(Fact.type == "members-locked", Fact.about == Period.name)


class CountDiffers(Exception):
    """The rows of those who share are not as many as were locked. The period waits until that is explained."""

    def __init__(self, locked: int, counted: int) -> None:
        super().__init__(f"{locked} locked, {counted} counted")
        self.locked, self.counted = locked, counted


def due(pool_id: int) -> Period | None:
    """The locked period of a pool whose members are not counted yet."""
    return db.session.scalar(
        select(Period).where(
            Period.pool_id == pool_id, Period.state.in_(LOCKED_STATES), Period.visible_at.is_(None), ~_STATED
        )
    )


def count(period_id: int, *, at: dt.datetime) -> bool:
    """Count everybody a period was locked with; False when the numbers differ, which is then noted, once.

    Each tile and the fact are transactions of their own.
    """
    period = db.session.get_one(Period, period_id)
    try:
        if _last_tile(period_id) is None:
            _check(period, leaves.number_of(period))
        while (tile := _next_tile(period)) is not None:
            with transaction():
                db.session.add(tile)
            period = db.session.get_one(Period, period_id)
        with transaction():
            _state(db.session.get_one(Period, period_id), at=at)
    except CountDiffers as found:
        with transaction():
            _note_difference(period_id, found, at=at)
        return False
    return True


def differs(period: Period) -> CountDiffers | None:
    """What was noted when a period could not be counted; None when it was, or is still to be."""
    if period.visible_at is not None or period.state not in LOCKED_STATES:
        return None
    said = db.session.scalar(
        select(Audit.detail)
        .where(Audit.about_kind == "period", Audit.about_ref == period.name, Audit.deed == DIFFERS)
        .order_by(Audit.id.desc())
        .limit(1)
    )
    if said is None:
        return None
    locked, counted = said.split(":")
    return CountDiffers(int(locked), int(counted))


def root_of(period_id: int) -> tuple[int, bytes]:
    """How many leaves the kept tree of a period has, and its root."""
    rows = db.session.execute(
        select(CountTile.leaves, CountTile.root).where(CountTile.period_id == period_id).order_by(CountTile.number)
    ).all()
    return sum(row.leaves for row in rows), leaves.root_of(row.root for row in rows)


def _last_tile(period_id: int) -> CountTile | None:
    return db.session.scalar(
        select(CountTile).where(CountTile.period_id == period_id).order_by(CountTile.number.desc()).limit(1)
    )


def _next_tile(period: Period) -> CountTile | None:
    """The tile that is missing next; None when all are there."""
    before = _last_tile(period.id)
    if before is not None and before.leaves < TILE:
        return None
    number, last = (before.number + 1, before.last) if before else (0, 0)
    wanted = (
        select(Membership.id, Membership.ref)
        .where(Membership.id > last, *leaves.of_period(period))
        .order_by(Membership.id)
        .limit(TILE)
    )
    found: Any = db.session.connection().execute(wanted).cursor  # plain tuples: half the time of rows with names
    blocks: Iterator[list[tuple[int, str]]] = iter(partial(found.fetchmany, BLOCK), [])
    try:
        return _tile(period, number, blocks)
    finally:
        found.close()


def _tile(period: Period, number: int, blocks: Iterable[Iterable[tuple[int, str]]]) -> CountTile | None:
    """A tile of these blocks of (id, reference); None of none."""
    secret = leaves.secret_of(period.name)
    firsts, hashes, size, last = [], [], 0, 0
    for block in blocks:
        ids, refs = zip(*block, strict=True)
        firsts.append(ids[0])
        hashes.append(leaves.root_of(leaves.hashes_of(secret, refs)))
        size, last = size + len(ids), ids[-1]
    if not size:
        return None
    return CountTile(
        period_id=period.id,
        number=number,
        leaves=size,
        last=last,
        firsts=b"".join(first.to_bytes(KEY_BYTES) for first in firsts),
        hashes=b"".join(hashes),
        root=leaves.root_of(hashes),
    )


def _check(period: Period, counted: int) -> None:
    if counted != period.members:
        raise CountDiffers(period.members or 0, counted)


def _state(period: Period, *, at: dt.datetime) -> None:
    """The lock as the public reads it: when, how many, the root over them, and the claims there were."""
    pools.hold(period.pool, alone=True)
    db.session.refresh(period)
    if period.state not in LOCKED_STATES or due(period.pool_id) is None or period.locked_at is None:
        return  # cancelled meanwhile, or another worker has stated it
    size, root = root_of(period.id)
    _check(period, size)
    received = period.received or {}
    facts.state(
        "members-locked",
        period.name,
        at=period.locked_at,
        plan=period.plan.slug,
        pool=period.pool.name,
        seq=period.seq,
        members=size,
        root=root.hex(),
        leaf=leaves.HOW,
        due=midnight(period.publication_day).isoformat(),
        locked_at=period.locked_at.astimezone(dt.UTC).isoformat(),
        rules=_rules_number(period),
        claims=_counts(received),
        claims_new=_counts(received.get("new", {})),
    )
    audit.note(MADE, "period", period.name, by=None, role="system", at=at, detail=f"{size} counted")
    db.session.flush()


def _rules_number(period: Period) -> int:
    """The number of the rule version whose pool terms the period is locked under."""
    if period.pool_terms is None:
        raise LookupError(f"{period.name} is locked without terms")
    return period.pool_terms.version.number


def _note_difference(period_id: int, found: CountDiffers, *, at: dt.datetime) -> None:
    """Once for each pair of numbers: the run log keeps it, and the treasury page says it while the period waits."""
    period = db.session.get_one(Period, period_id)
    noted = differs(period)
    if noted is None or str(noted) != str(found):
        audit.note(
            DIFFERS, "period", period.name, by=None, role="system", at=at, detail=f"{found.locked}:{found.counted}"
        )


_COUNTED = ("received", "approved", "refused", "withdrawn", "open")


def _counts(said: dict[str, int]) -> dict[str, int]:
    return {kind: said.get(kind, 0) for kind in _COUNTED}
