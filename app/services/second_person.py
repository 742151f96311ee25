"""What waits for another person: recorded, proposed or made by one treasurer, to be answered by another."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.models import BankBatch, Closing, Credit, CustodyExplanation, FeeTaking, Funding, Remainder, TransferByHand


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many of each wait; one question, however many there are."""

    batches: int
    """Bank files that were made and have not gone."""
    credits: int
    fundings: int
    explanations: int
    transfers: int
    closings: int
    """Proposed and not announced."""
    remainders: int
    held: int
    """Transfers whose owner nobody knows: found or sent back by another treasurer than who confirmed them."""
    fees: int

    @property
    def all(self) -> int:
        """Whether anything waits at all."""
        return (
            self.batches + self.credits + self.fundings + self.explanations + self.transfers + self.closings
            + self.remainders + self.held + self.fees
        )  # fmt: skip


def waiting() -> Waiting:
    """What waits for somebody else than whoever did the step before."""
    states = (
        (BankBatch, BankBatch.state == "made"),
        (Credit, Credit.state == "proposed"),
        (Funding, Funding.state == "recorded"),
        (CustodyExplanation, CustodyExplanation.state == "proposed"),
        (TransferByHand, TransferByHand.state == "recorded"),
        (Closing, Closing.stage == "proposed"),
        (Remainder, Remainder.state == "recorded"),
        (TransferByHand, TransferByHand.state == "held"),
        (FeeTaking, FeeTaking.state == "proposed"),
    )
    counts = [select(func.count()).select_from(noun).where(waits).scalar_subquery() for noun, waits in states]
    return Waiting(*(int(one) for one in db.session.execute(select(*counts)).one()))
