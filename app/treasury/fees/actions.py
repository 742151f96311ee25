"""The deeds on the fee: propose that it leaves, answer what another proposed, and book what the bank sent back."""

from __future__ import annotations

import datetime as dt

from app.models import Account, FeeTaking, Plan
from app.services import fee_takings
from app.treasury.fees.forms import Proposed


def propose(plan: Plan, value: Proposed, *, by: Account, at: dt.datetime) -> FeeTaking:
    """Propose a taking. Raises `MoreThanMayLeave`, `StaysWhileClosing` and `WaitsAlready`."""
    return fee_takings.propose(plan, value.amount_fen, recipient=value.recipient, by=by.id, at=at)


def answer(taking: FeeTaking, verdict: fee_takings.Answer, *, by: Account, at: dt.datetime) -> None:
    """Let it go or drop it. Raises `SameTreasurer`, `AnsweredBefore`, and as `propose`."""
    fee_takings.answer(taking, verdict, by=by.id, at=at)


def give_back(taking: FeeTaking, *, by: Account, at: dt.datetime) -> None:
    """Book that the bank sent it back. Raises `AnsweredBefore`."""
    fee_takings.give_back(taking, by=by.id, at=at)
