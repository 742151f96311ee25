"""The deeds on reserves: record what came, and answer what another treasurer recorded."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Funding, Plan
from app.services import reserves
from app.treasury.reserves.forms import Recorded


def record(plan: Plan, value: Recorded, *, by: Account, at: dt.datetime) -> Funding:
    """Record money for a reserve. Raises `RecordedBefore`."""
    return reserves.record(
        plan, value.kind, value.amount_fen, source=value.source, reference=value.reference, by=by.id, at=at
    )


def answer(funding: Funding, verdict: reserves.Answer, *, by: Account, at: dt.datetime) -> None:
    """Confirm or refuse what another treasurer recorded. Raises `SameTreasurer` and `AnsweredBefore`."""
    reserves.answer(funding, verdict, by=by.id, at=at)
