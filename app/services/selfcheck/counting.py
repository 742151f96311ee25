"""Being counted: the tree of each lock says what its fact, its period and its settlement say, and is made again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select

from app.db import db
from app.models import CountTile, Fact, Membership, Period, Settlement
from app.services.counting import building, leaves


def trees() -> Iterable[str]:
    """As many leaves as were locked and charged, under the root that was published; the newest of a pool made again."""
    rows = db.session.execute(
        select(Fact.body, Period.id, Period.name, Period.members, Settlement.members)
        .join(Period, Fact.about == Period.name)
        .outerjoin(Settlement, Settlement.period_id == Period.id)
        .where(Fact.type == "members-locked")
        .order_by(Fact.id)
    ).all()
    for body, number, name, locked, charged in rows:
        said: dict[str, Any] = json.loads(body)
        if "root" not in said:
            continue  # locked before members were counted in a tree
        size, root = building.root_of(number)
        if not size == said["members"] == locked or charged not in (None, size):
            yield f"{name}: {size} leaves, {said['members']} published, {locked} locked, {charged} charged"
        if root.hex() != said["root"]:
            yield f"{name}: the tree has the root {root.hex()}, the public log says {said['root']}"
    for period in _newest():
        yield from _made_again(period)


def _newest() -> list[Period]:
    """The newest counted period of each pool whose lock counts; a cancelled one charged nobody."""
    latest = (
        select(func.max(Period.seq).label("seq"), Period.pool_id)
        .where(Period.state != "cancelled", Period.id.in_(select(CountTile.period_id)), Period.visible_at.is_not(None))
        .group_by(Period.pool_id)
        .subquery()
    )
    counted = (Period.pool_id == latest.c.pool_id, Period.seq == latest.c.seq, Period.state != "cancelled")
    return list(db.session.scalars(select(Period).join(latest, counted[0] & counted[1]).where(counted[2])))


def _made_again(period: Period) -> Iterable[str]:
    """The blocks of a tree from the memberships as they stand, in the order of their numbers."""
    secret = leaves.secret_of(period.name)
    rows = db.session.execute(
        select(Membership.ref)
        .where(*leaves.of_period(period))
        .order_by(Membership.id)
        .execution_options(yield_per=leaves.BLOCK)
    )
    blocks = [leaves.root_of(leaves.hashes_of(secret, refs)) for refs in rows.scalars().partitions(leaves.BLOCK)]
    tiles = db.session.scalars(
        select(CountTile.hashes).where(CountTile.period_id == period.id).order_by(CountTile.number)
    ).all()
    if b"".join(blocks) != b"".join(tiles):
        yield f"{period.name}: the memberships that shared no longer make the tree that was published"
