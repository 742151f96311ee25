"""A period is seen: its `members-locked` stands in a signed checkpoint, and whoever waits for it is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from app.db import db
from app.models import Period
from app.services import publishing
from app.services.public_log import sequencing
from app.services.public_log.sequencing import Numbered


def see(numbered: Sequence[Numbered], at: dt.datetime) -> None:
    """Of what was just numbered and signed, the locks: the public sees their periods from now on.

    In the transaction of the checkpoint: there is no instant at which a period is seen and not in the log.
    """
    names = [fact.about for fact in numbered if fact.type == "members-locked"]
    if not names:
        return
    for period in db.session.scalars(
        select(Period).where(Period.name.in_(names), Period.visible_at.is_(None)).order_by(Period.id)
    ).all():
        period.visible_at = at
        db.session.flush()
        publishing.tell_claimants(period, at=at)


sequencing.AFTER.append(see)
