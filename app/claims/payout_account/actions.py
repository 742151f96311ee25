"""The deed of a claimant whose payout came back."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Claim
from app.services import returns
from app.services.claim_file import BankAccount


def name_again(claim: Claim, account: BankAccount, *, by: Account, at: dt.datetime) -> None:
    """Name the account anew. Raises `NoAccountAsked` when the money is on its way again."""
    returns.give_account(claim, account, by=by.id, at=at)
