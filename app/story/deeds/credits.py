"""What two treasurers do about a settlement that charged too much."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.db import db, transaction
from app.domain.credits import Cause
from app.models import Plan, Pool, Settlement
from app.services import crediting
from app.story.bad_day import Deed
from app.story.deeds.gate import somebody

if TYPE_CHECKING:
    from app.story.telling import Story


def corrects(  # noqa: PLR0913 -- which, how much, whose error, why, and who confirms it
    slug: str, *, back: int, over_fen: int, cause: Cause, reason: str, confirmed_by: str | None
) -> Deed:
    """A treasurer finds that a settlement charged too much; another one confirms it, or has not yet.

    It is the last one that shared anything, at least `back` periods ago. Whoever has left since is refunded by the
    worker.
    """

    def deed(_story: Story, who: str, at: dt.datetime) -> None:
        wanted = select(Pool).join(Plan, Pool.plan_id == Plan.id).where(Plan.slug == slug)
        with transaction():
            pool = db.session.scalars(wanted).one()
            charged = select(Settlement).where(
                Settlement.pool_id == pool.id, Settlement.seq <= pool.seq - back, Settlement.share_fen >= over_fen
            )
            settlement = db.session.scalars(charged.order_by(Settlement.seq.desc()).limit(1)).one()
            credit = crediting.propose(
                settlement, over_fen, cause=cause, reason=reason, by=somebody(who).id, at=at
            )  # fmt: skip
        if confirmed_by is not None:
            with transaction():
                crediting.answer(credit, "confirmed", by=somebody(confirmed_by).id, at=at)

    return deed
