"""What a member sets about reminders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from app.memberships.cards.queries import Card
from app.models import Account
from app.services import reminder_settings
from app.services.reminder_settings import Wish


def keep(cards: Sequence[Card], wish: Wish, *, by: Account, at: dt.datetime) -> int:
    """Keep one wish for a few memberships; returns for how many it is new.

    Raises `LevelBelowTheRules` with the highest level of their rules, and `LevelTooHigh`.
    """
    least_fen = max(card.terms.remind_below_fen for card in cards)
    return sum(reminder_settings.keep(card.membership, wish, least_fen=least_fen, by=by.id, at=at) for card in cards)
