"""The bank's answer to a batch: read and shown line by line, then carried out through the verbs everything else uses.

Nothing is half-booked: a line that a verb refuses takes back what it began and stays listed with the reason. The same
file again is the same import.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select, update

from app.db import db
from app.domain import bank_answers, bank_tables
from app.domain.bank_answers import Answer, Judged, Transfer
from app.models import BankAnswer, BankBatch, BankBatchLine, BankImport, BankTransfer, JournalEntry, Payout, Refund
from app.services import audit, payouts, refunds, returns, vault
from app.services.bank_files import transfers
from app.services.bank_files.batches import BatchMoved
from app.services.days import day_of
from app.services.refunds import RefundMoved
from app.services.returns import NotOnItsWay

_CONTENT = "bank-answer"


class NothingAnswered(Exception):
    """The file has its heading and not one line."""


class CarriedOut(Exception):
    """This answer was carried out before."""


def read(batch: BankBatch, content: bytes, *, by: int, at: dt.datetime) -> BankImport:
    """Keep a bank's answer to a batch; nothing is booked yet. The same file again is the import that is there.

    Raises what `bank_tables.read` raises, `NothingAnswered`, and `BatchMoved` for a batch that has not gone.
    """
    if batch.state != "released":
        raise BatchMoved(batch.state)
    lines = bank_tables.read(content, bank_tables.ANSWER_COLUMNS)
    if not lines:
        raise NothingAnswered
    digest = bank_tables.digest(content)
    # One after the other: two who send the same file at once are answered with the same import.
    db.session.refresh(batch, with_for_update={"of": BankBatch})
    before = db.session.scalar(select(BankImport).where(BankImport.batch_id == batch.id, BankImport.digest == digest))
    if before is not None:
        return before
    found = BankImport(
        batch_id=batch.id, digest=digest, lines=len(lines), content_sealed=vault.seal(content, purpose=_CONTENT),
        read_by=by, read_at=at,
    )  # fmt: skip
    db.session.add(found)
    db.session.flush()
    audit.note("read-bank-answer", "bank-batch", batch.ref, by=by, role="treasurer", at=at, detail=found.ref)
    return found


def judged(found: BankImport, *, at: dt.datetime) -> list[Judged]:
    """Every line with what would become of it now; once it was carried out, with what became of it."""
    answers = _answers(found)
    if found.verdicts is not None:
        return [Judged(answer, verdict) for answer, verdict in zip(answers, found.verdicts, strict=True)]  # type: ignore[arg-type]
    batch = db.session.get_one(BankBatch, found.batch_id)
    lines = _lines(batch)
    refs = [answer.reference for answer in answers]
    elsewhere = db.session.scalars(
        select(BankTransfer.ref).where(BankTransfer.ref.in_(refs), BankTransfer.ref.not_in([*lines] or [""]))
    ).all()
    used = db.session.execute(
        select(BankAnswer.bank_reference, BankTransfer.ref)
        .join(BankBatchLine, BankBatchLine.id == BankAnswer.line_id)
        .join(BankTransfer, BankTransfer.id == BankBatchLine.transfer_id)
        .where(BankAnswer.bank_reference.in_([answer.bank_reference for answer in answers if answer.bank_reference]))
    ).all()
    said, kept = _said(batch), transfers.ready([line.transfer for line in lines.values()])
    found_now = bank_answers.judge(
        answers,
        {
            ref: Transfer(line.transfer.amount_fen, transfers.state_of(line.transfer), said.get(line.id, frozenset()))
            for ref, line in lines.items()
        },
        elsewhere=frozenset(elsewhere),
        used={row.bank_reference: row.ref for row in used},
        today=day_of(at),
    )
    kept.clear()
    return found_now


def carry_out(found: BankImport, *, by: int, at: dt.datetime) -> list[Judged]:
    """A treasurer confirms: every good line is booked in this one deed, the others stay as they are.

    Raises `CarriedOut` for whoever comes second.
    """
    batch = db.session.get_one(BankBatch, found.batch_id, with_for_update={"of": BankBatch}, populate_existing=True)
    db.session.refresh(found)
    if found.confirmed_at is not None:
        raise CarriedOut
    lines = _lines(batch)
    done = []
    for line in judged(found, at=at):
        if line.verdict == "book" and not _booked(found, lines[line.answer.reference], line.answer, by=by, at=at):
            line = replace(line, verdict="moved")  # noqa: PLW2901 -- what became of it
        done.append(line)
    db.session.execute(
        update(BankImport)
        .where(BankImport.id == found.id, BankImport.confirmed_at.is_(None))
        .values(confirmed_by=by, confirmed_at=at, verdicts=[line.verdict for line in done])
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(found)
    booked = sum(line.verdict == "book" for line in done)
    detail = f"{found.ref}: {booked} of {len(done)}"
    audit.note("confirm-bank-answer", "bank-batch", batch.ref, by=by, role="treasurer", at=at, detail=detail)
    return done


def _booked(found: BankImport, line: BankBatchLine, answer: Answer, *, by: int, at: dt.datetime) -> bool:
    """Book one line, or nothing of it."""
    try:
        with db.session.begin_nested():
            owner = transfers.owner_of(line.transfer)
            if answer.result == "failed":
                _fail(owner, answer.why, by=by, at=at)
                _keep(found, line, answer, "failed", None, at=at)
                return True
            if owner.state == "released":
                _keep(found, line, answer, "paid", _arrive(owner, at=at), at=at)
            if answer.result == "returned":
                _keep(found, line, answer, "returned", _come_back(owner, answer.why, by=by, at=at), at=at)
    except (NotOnItsWay, RefundMoved):
        return False
    return True


def _arrive(owner: Payout | Refund, *, at: dt.datetime) -> int:
    if isinstance(owner, Payout):
        if not payouts.confirm(owner, at=at):
            raise NotOnItsWay(owner.state)
    else:
        refunds.told(owner, "arrive", at=at)
        if owner.state != "paid":
            raise RefundMoved(owner.state)
    if owner.entry_id is None:
        raise LookupError(f"{owner.ref} has arrived without an entry")
    return owner.entry_id


def _come_back(owner: Payout | Refund, reason: str, *, by: int, at: dt.datetime) -> int:
    if isinstance(owner, Payout):
        returns.come_back(owner, reason, by=by, at=at)
        ref = f"payout-returned:{owner.ref}:{owner.attempt}"
    else:
        ref = f"refund-returned:{owner.reference}"
        refunds.come_back(owner, by=by, at=at)
    return db.session.scalars(select(JournalEntry.id).where(JournalEntry.ref == ref)).one()


def _fail(owner: Payout | Refund, reason: str, *, by: int, at: dt.datetime) -> None:
    if isinstance(owner, Payout):
        returns.fail(owner, reason, by=by, at=at)
        return
    db.session.refresh(owner)
    if owner.state != "released":
        raise RefundMoved(owner.state)
    refunds.told(owner, "fail", at=at)


def _keep(  # noqa: PLR0913 -- what was said, of which line, and its booking
    found: BankImport, line: BankBatchLine, answer: Answer, result: str, entry_id: int | None, *, at: dt.datetime
) -> None:
    db.session.add(
        BankAnswer(
            import_id=found.id, line_id=line.id, result=result, bank_reference=answer.bank_reference, day=answer.day,
            reason=answer.why if result != "paid" else "", entry_id=entry_id, at=at,
        )
    )  # fmt: skip
    db.session.flush()


def imports_of(batch: BankBatch) -> Sequence[BankImport]:
    """Every answer that was read for a batch, newest first."""
    return db.session.scalars(
        select(BankImport).where(BankImport.batch_id == batch.id).order_by(BankImport.id.desc())
    ).all()


def import_with(ref: str) -> BankImport | None:
    """The import of this reference."""
    return db.session.scalar(select(BankImport).where(BankImport.ref == ref))


def answers_of(batch: BankBatch) -> dict[int, list[BankAnswer]]:
    """What was booked of each line of a batch, oldest first, by the number of the line's row."""
    rows = db.session.scalars(
        select(BankAnswer)
        .join(BankBatchLine, BankBatchLine.id == BankAnswer.line_id)
        .where(BankBatchLine.batch_id == batch.id)
        .order_by(BankAnswer.id)
    ).all()
    found: dict[int, list[BankAnswer]] = {}
    for row in rows:
        found.setdefault(row.line_id, []).append(row)
    return found


def _said(batch: BankBatch) -> dict[int, frozenset[str]]:
    return {line: frozenset(row.result for row in rows) for line, rows in answers_of(batch).items()}


def _answers(found: BankImport) -> list[Answer]:
    content = vault.unseal_bytes(found.content_sealed, purpose=_CONTENT)
    return bank_answers.read(bank_tables.read(content, bank_tables.ANSWER_COLUMNS))


def _lines(batch: BankBatch) -> dict[str, BankBatchLine]:
    rows = db.session.scalars(select(BankBatchLine).where(BankBatchLine.batch_id == batch.id)).all()
    return {row.transfer.ref: row for row in rows}
