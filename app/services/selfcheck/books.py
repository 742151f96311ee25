"""What many questions need: the ledger summed up from its postings, read once for one run."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.domain.ledger import Account
from app.models import Pool, PostingRow
from app.services import journal


@dataclass(frozen=True, slots=True)
class Books:
    """The pools, and every account with its debits and credits, each posting counted."""

    pools: tuple[Pool, ...]
    debits: dict[str, int]
    credits: dict[str, int]

    def net_fen(self, account: str) -> int:
        """Debits less credits of an account."""
        return self.debits.get(account, 0) - self.credits.get(account, 0)

    def held_fen(self, account: Account) -> int:
        """What an account holds in its own direction, by its postings."""
        return journal.in_its_direction(account, self.net_fen(account))

    @property
    def accounts(self) -> list[str]:
        """Every account that was ever posted to."""
        return sorted({*self.debits, *self.credits})


def open_books() -> Books:
    """Read the pools and sum up every posting."""
    sums = [
        {
            account: int(fen)
            for account, fen in db.session.execute(select(side, func.sum(PostingRow.amount_fen)).group_by(side)).all()
        }
        for side in (PostingRow.debit_account, PostingRow.credit_account)
    ]
    return Books(tuple(db.session.scalars(select(Pool).order_by(Pool.id))), sums[0], sums[1])
