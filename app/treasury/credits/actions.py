"""The deeds on credits: propose one for a settled period, and answer what another treasurer proposed."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Credit, Settlement
from app.services import crediting
from app.treasury.credits.forms import Proposed


def propose(settlement: Settlement, value: Proposed, *, by: Account, at: dt.datetime) -> Credit:
    """Propose a credit. Raises `OverCredited`."""
    return crediting.propose(settlement, value.over_fen, cause=value.cause, reason=value.reason, by=by.id, at=at)


def answer(credit: Credit, verdict: crediting.Answer, *, by: Account, at: dt.datetime) -> None:
    """Confirm or refuse it. Raises `SameTreasurer`, `AnsweredBefore`, `OverCredited` and `StillMoving`."""
    crediting.answer(credit, verdict, by=by.id, at=at)
