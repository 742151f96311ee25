"""Plans that close: nothing stays behind unexplained, and nothing of what was left goes to the operator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import and_, func, or_, select

from app.db import db
from app.models import Closing, JournalEntry, Pool, PostingRow
from app.services import closing_money, journal
from app.services.selfcheck.books import Books

_LATER: Final = ("reversal-loss", "reversal-made-good", "refund-returned", "reserve-funded")
"""What may move a closed plan once more: a bank that takes back, or makes good, long after; a late gift."""
_FROM_MEMBERS: Final = ("member_funds", "pending_funds", "rounding_carry", "reserve", "unclaimed_balances")
_TO_OPERATOR: Final = ("fee_payable", "operator_subsidy")


def nothing_stays(books: Books) -> Iterable[str]:
    """A closed plan holds nothing but what is owed to members and the fee, or what came after it was closed."""
    closed = {one.plan_id: one for one in db.session.scalars(select(Closing).where(Closing.stage == "closed"))}
    for pool in books.pools:
        if pool.plan_id not in closed:
            continue
        accounts = closing_money.accounts_of(pool)
        for family in closing_money.still_in(pool):
            account = accounts[family]
            later_fen = _moved_later(str(account), closed[pool.plan_id])
            left_fen = books.held_fen(account) - journal.in_its_direction(account, later_fen)
            if left_fen:
                yield f"{pool.name}: closed, and {family} still holds {left_fen}"


def _moved_later(account: str, closing: Closing) -> int:
    """Debits less credits of an account by what may move it after the plan was closed."""
    signed = func.sum(
        db.case((PostingRow.debit_account == account, PostingRow.amount_fen), else_=-PostingRow.amount_fen)
    )
    rows = select(func.coalesce(signed, 0)).join(JournalEntry, PostingRow.entry_id == JournalEntry.id)
    late = (JournalEntry.at >= closing.closed_at, JournalEntry.kind.in_((*_LATER, "closing-unpaid")))
    touches = or_(PostingRow.debit_account == account, PostingRow.credit_account == account)
    return int(db.session.scalar(rows.where(touches, *late)) or 0)


def nothing_to_the_operator() -> Iterable[str]:
    """Of a plan that is closing, what belongs to members reaches the operator by settlements only: as the fee."""
    for pool in db.session.scalars(
        select(Pool)
        .join(Closing, and_(Closing.plan_id == Pool.plan_id, Closing.announced_at.is_not(None)))
        .where(Closing.stage != "taken_back")
        .order_by(Pool.id)
    ):
        accounts = closing_money.accounts_of(pool)
        strays = db.session.scalars(
            select(JournalEntry.ref)
            .join(PostingRow, PostingRow.entry_id == JournalEntry.id)
            .where(
                PostingRow.debit_account.in_([str(accounts[family]) for family in _FROM_MEMBERS]),
                PostingRow.credit_account.in_([str(accounts[family]) for family in _TO_OPERATOR]),
                JournalEntry.kind != "settlement",
            )
            .order_by(JournalEntry.id)
            .limit(100)
        )
        yield from (f"{ref}: gives the operator what belongs to the members of {pool.name}" for ref in strays)
