"""What the desk of bank files asks."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from app.db import db
from app.domain.bank_answers import Judged
from app.models import Account, BankAnswer, BankBatch, BankBatchLine, BankImport, BankTransfer
from app.services import custody
from app.services.bank_files import answers, batches, transfers

LATELY: Final = 50
SHOWN: Final = 200
"""How many waiting transfers can be picked one by one; all of them go with the button."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What waits for a batch in one custody account."""

    custody: str
    waiting: Sequence[BankTransfer]

    @property
    def sum_fen(self) -> int:
        """What it comes to."""
        return sum(one.amount_fen for one in self.waiting)


@dataclass(frozen=True, slots=True)
class Listed:
    """One batch with how much of it the bank has answered."""

    batch: BankBatch
    answered: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a batch: where it goes, as far as a page may say, and what the bank said."""

    line: BankBatchLine
    ending: str
    """The last four digits of the account; empty when it goes back the way it came."""
    state: str
    answers: list[BankAnswer]


def gathered() -> list[Gathered]:
    """What waits, account by account."""
    return [Gathered(name, transfers.gathered(name)) for name in custody.names()]


def listed() -> list[Listed]:
    """The last batches, newest first."""
    said = func.count(func.distinct(BankAnswer.line_id))
    rows = db.session.execute(
        select(BankBatch, said)
        .join(BankBatchLine, BankBatchLine.batch_id == BankBatch.id)
        .outerjoin(BankAnswer, BankAnswer.line_id == BankBatchLine.id)
        .group_by(BankBatch.id)
        .order_by(BankBatch.id.desc())
        .limit(LATELY)
    ).all()
    return [Listed(batch, int(answered)) for batch, answered in rows]


def lines(batch: BankBatch) -> list[Line]:
    """The lines of a batch with their answers."""
    found, said = batches.lines_of(batch), answers.answers_of(batch)
    kept = transfers.ready([line.transfer for line in found])
    to = transfers.recipients(line.transfer for line in found)
    lines_shown = [
        Line(line, account.ending, transfers.state_of(line.transfer), said.get(line.id, []))
        for line, (account, _remark) in zip(found, to, strict=True)
    ]
    kept.clear()
    return lines_shown


def names(batch: BankBatch, *others: int | None) -> dict[int, str]:
    """The names of the treasurers of a batch, and of others by their number."""
    ids = {batch.made_by, batch.released_by, batch.cancelled_by, *others} - {None}
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in rows}


def judged(found: BankImport, *, at: dt.datetime) -> list[Judged]:
    """Every line of an answer with what would become of it, or became."""
    return answers.judged(found, at=at)


def counted(lines_judged: Collection[Judged]) -> Counter[str]:
    """How many lines there are of each verdict."""
    return Counter(line.verdict for line in lines_judged)


def batch_of(found: BankImport) -> BankBatch:
    """The batch an answer belongs to."""
    return db.session.get_one(BankBatch, found.batch_id)
