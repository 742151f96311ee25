"""The accounts of the journal and what a posting between two of them is; the table stands in app/domain/ledger.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Literal, NewType

Account = NewType("Account", str)
"""The name of an account: its family, a colon, and whose it is; `suspense` stands alone."""

Kind = Literal["asset", "liability"]

KINDS: dict[str, Kind] = {
    "bank": "asset",
    "unpaid_shares": "asset",
    "operator_subsidy": "asset",
    "member_funds": "liability",
    "pending_funds": "liability",
    "rounding_carry": "liability",
    "claims_payable": "liability",
    "fee_payable": "liability",
    "reserve": "liability",
    "unclaimed_balances": "liability",
    "suspense": "liability",
}


@dataclass(frozen=True, slots=True)
class Posting:
    """One positive amount from the credit of one account to the debit of another."""

    debit: Account
    credit: Account
    amount_fen: int

    def __post_init__(self) -> None:
        if self.amount_fen <= 0:
            raise ValueError(f"a posting needs a positive amount, not {self.amount_fen}")
        if self.debit == self.credit:
            raise ValueError(f"a posting needs two accounts, not {self.debit} twice")


Entry = tuple[Posting, ...]


def _account(family: str, owner: str) -> Account:
    if not owner or ":" in owner:
        raise ValueError(f"an account of {family} needs the plain name of its owner, not {owner!r}")
    return Account(f"{family}:{owner}")


# One function a family: bank(custody account), member_funds(pool), claims_payable(plan) … as in the table above.
bank = partial(_account, "bank")
member_funds = partial(_account, "member_funds")
pending_funds = partial(_account, "pending_funds")
rounding_carry = partial(_account, "rounding_carry")
unpaid_shares = partial(_account, "unpaid_shares")
claims_payable = partial(_account, "claims_payable")
fee_payable = partial(_account, "fee_payable")
reserve = partial(_account, "reserve")
operator_subsidy = partial(_account, "operator_subsidy")
unclaimed_balances = partial(_account, "unclaimed_balances")
suspense = Account("suspense")


def kind_of(account: Account) -> Kind:
    """Whether an account is an asset or a liability; `KeyError` for a family this house does not keep."""
    return KINDS[account.partition(":")[0]]


def balances(postings: Iterable[Posting]) -> dict[Account, int]:
    """What each account holds after these postings, in its own direction: an asset by debit, a liability by credit."""
    held: defaultdict[Account, int] = defaultdict(int)
    for posting in postings:
        held[posting.debit] += posting.amount_fen if kind_of(posting.debit) == "asset" else -posting.amount_fen
        held[posting.credit] += posting.amount_fen if kind_of(posting.credit) == "liability" else -posting.amount_fen
    return dict(held)
