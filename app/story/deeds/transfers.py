"""Transfers that arrive in the bank by themselves: one treasurer records them, another one confirms them or not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from app.db import transaction
from app.services.days import day_of
from app.services.transfers_by_hand import Seen
from app.story.bad_day import Deed
from app.story.deeds import members
from app.story.deeds.gate import somebody
from app.treasury.transfers import actions as transfers

if TYPE_CHECKING:
    from app.story.telling import Story


def arrives(
    fen: int, *, bank: str, confirmed_by: str | None = None, rejected_by: tuple[str, str] | None = None
) -> Deed:
    """Somebody transfers money with the reference of a membership; one treasurer records it, another one answers.

    `who` is a membership of the cast, or words that are nobody's reference. `rejected_by` is a treasurer and a reason.
    """

    def deed(story: Story, who: str, at: dt.datetime) -> None:
        label, _, slug = who.partition("/")
        written = members.membership_of(story, label, slug).ref if slug else who
        seen = Seen(bank, "main", written, fen, day_of(at) - dt.timedelta(days=1))
        with transaction():
            found = transfers.record(seen, by=somebody("treasurer-1"), at=at)
        with transaction():
            if confirmed_by is not None:
                transfers.confirm(found, by=somebody(confirmed_by), at=at)
            elif rejected_by is not None:
                treasurer, reason = rejected_by
                transfers.reject(found, reason, by=somebody(treasurer), at=at)

    return deed
