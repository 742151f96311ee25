"""Applications that a caseworker looks at before they become memberships."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.db import db, transaction
from app.models import Application
from app.review.applications import actions as checking
from app.story.deeds.gate import somebody

if TYPE_CHECKING:
    from app.story.telling import Story


def is_refused(_story: Story, who: str, at: dt.datetime) -> None:
    """A caseworker looks at the application of this account and refuses it; its money goes back."""
    waiting = select(Application).where(
        Application.account_id == somebody(who).id, Application.state == "to_be_checked"
    )
    with transaction():
        checking.refuse(db.session.scalars(waiting).one(), by=somebody("caseworker-3"), at=at)
