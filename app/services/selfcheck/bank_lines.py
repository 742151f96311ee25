"""Lines of the bank: whatever a treasurer recorded stands for its line, and nothing stands for one that was refused."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import CompoundSelect, case, literal, select, union_all

from app.db import db
from app.domain import reconciling
from app.models import (
    BankLine,
    Closing,
    CustodyExplanation,
    CustodyLine,
    Funding,
    Payment,
    Plan,
    Remainder,
    TransferByHand,
)


def taken() -> Iterable[str]:
    """What stands for lines, and the records they stand for, name the same accounts, references and directions."""
    standing = select(
        BankLine.desk, BankLine.of_ref, BankLine.custody_account, BankLine.reference, BankLine.way
    ).where(BankLine.freed_at.is_(None))  # fmt: skip
    told = standing.where(BankLine.desk == "news")
    taken_ = {tuple(row) for row in db.session.execute(standing.where(BankLine.desk != "news"))}
    recorded = {tuple(row) for row in db.session.execute(_recorded())}
    for desk, ref, account, reference, way in sorted(recorded - taken_):
        yield f"{desk} {ref}: nothing stands for its line {reference} {way} of {account}"
    for desk, ref, account, reference, way in sorted(taken_ - recorded):
        yield f"line {reference} {way} of {account}: taken by {desk} {ref}, which does not stand for it"
    arrived = select(Payment.ref).where(Payment.state.in_(("received", "reversed")))
    early = told.where(BankLine.of_ref.not_in(arrived)).order_by(BankLine.id)
    for _desk, payment, account, reference, _way in db.session.execute(early):
        yield f"line {reference} of {account}: payment {payment} has not arrived"


def _recorded() -> CompoundSelect[str, str, str, str, str]:
    """Every record that stands: its desk, our reference, the account, what the bank calls it, in or out."""
    by_hand, ways = TransferByHand, (literal("in"), literal("out"))
    transfer, funding, remainder, statement = map(literal, ("transfer", "funding", "remainder", "statement"))
    way = case((CustodyLine.amount_fen > 0, ways[0]), else_=ways[1])
    return union_all(
        select(transfer, by_hand.ref, by_hand.custody, by_hand.bank_reference, ways[0]).where(
            by_hand.state != "rejected"
        ),
        select(transfer, by_hand.ref, by_hand.custody, by_hand.sent_reference, ways[1]).where(
            by_hand.sent_reference.is_not(None)
        ),
        select(funding, Funding.ref, Plan.custody_account, Funding.reference, ways[0])
        .join(Plan, Plan.id == Funding.plan_id)
        .where(Funding.state != "refused"),
        select(remainder, Remainder.ref, Plan.custody_account, Remainder.reference, ways[1])
        .join(Closing, Closing.id == Remainder.closing_id)
        .join(Plan, Plan.id == Closing.plan_id)
        .where(Remainder.state != "refused"),
        select(statement, CustodyExplanation.ref, CustodyLine.custody_account, CustodyLine.bank_reference, way)
        .join(CustodyLine, CustodyLine.id == CustodyExplanation.line_id)
        .where(CustodyExplanation.state != "refused", CustodyExplanation.kind.in_(reconciling.BOOKS)),
    )
