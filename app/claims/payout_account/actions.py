"""The deeds of a claimant whose payout came back, and of a relative after a death."""

from __future__ import annotations

import datetime as dt

from app.models import Account, Claim, PayeeChange
from app.services import payees, returns
from app.services.claim_file import BankAccount


def name_again(claim: Claim, account: BankAccount, *, by: Account, at: dt.datetime) -> None:
    """Name the account anew. Raises `NoAccountAsked` when the money is on its way again."""
    returns.give_account(claim, account, by=by.id, at=at)


def name_another(claim: Claim, account: BankAccount, *, by: Account, at: dt.datetime) -> PayeeChange | None:
    """A relative names another account; None when it holds at once. Raises what `payees.name` raises."""
    return payees.name(claim, account, by=by.id, at=at)
