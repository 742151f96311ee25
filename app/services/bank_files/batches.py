"""Batches: what waits goes to the bank in one file that one treasurer makes and another lets go.

The file is never kept. It is written anew from sealed accounts whenever a treasurer takes it away, and what was
promised of it when it was made (digest, sum, count) is compared first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import select, update

from app.db import db, transaction
from app.domain import bank_tables
from app.models import BankBatch, BankBatchLine, BankTransfer
from app.services import audit
from app.services.bank_files import transfers

MOST_TRANSFERS: Final = 5_000
"""How many transfers one file holds at most; the others go with the next one."""


class NothingGathered(Exception):
    """None of the transfers that were chosen waits (any more)."""


class OwnBatch(PermissionError):
    """Whoever made a batch does not let it go as well."""


class BatchMoved(Exception):
    """Somebody let the batch go or cancelled it in the meantime; `state` says which."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the batch is {state}")
        self.state = state


class FileDiffers(Exception):
    """The file would not be the one that was checked: an account in it was changed or erased since."""


def make(account: str, chosen: Collection[str] | None, *, by: int, at: dt.datetime) -> BankBatch:
    """A treasurer makes a batch of what waits in a custody account: all, or the transfers with these references.

    Raises `NothingGathered` when nothing of it waits, e.g. because somebody else's batch has it already.
    """
    waiting = [one.id for one in transfers.gathered(account) if chosen is None or one.ref in chosen]
    held = select(BankTransfer.id).where(BankTransfer.id.in_(waiting[:MOST_TRANSFERS])).order_by(BankTransfer.id)
    db.session.execute(held.with_for_update(of=BankTransfer)).all()
    found = [one for one in transfers.gathered(account) if one.id in set(waiting[:MOST_TRANSFERS])]
    if not found:
        raise NothingGathered
    batch = BankBatch(
        custody_account=account,
        transfers=len(found),
        sum_fen=sum(one.amount_fen for one in found),
        digest=bank_tables.digest(_written(found)),
        made_by=by,
        made_at=at,
    )
    db.session.add(batch)
    db.session.flush()
    db.session.add_all(
        BankBatchLine(batch_id=batch.id, number=number, transfer_id=one.id) for number, one in enumerate(found, start=1)
    )
    audit.note("make-batch", "bank-batch", batch.ref, by=by, role="treasurer", at=at, detail=f"{len(found)} transfers")
    db.session.flush()
    return batch


def let_go(batch: BankBatch, *, by: int, at: dt.datetime) -> None:
    """A second treasurer has checked a batch and lets it go. Raises `OwnBatch`, `BatchMoved` and `FileDiffers`."""
    if batch.made_by == by:
        raise OwnBatch
    if bank_tables.digest(_written(_transfers_of(batch))) != batch.digest:
        raise FileDiffers
    _move(batch, "released", released_by=by, released_at=at)
    audit.note("release-batch", "bank-batch", batch.ref, by=by, role="treasurer", at=at, detail=batch.digest)


def cancel(batch: BankBatch, *, by: int, at: dt.datetime) -> None:
    """A batch that has not gone is given up: its transfers wait for another one. Raises `BatchMoved`."""
    _move(batch, "cancelled", cancelled_by=by, cancelled_at=at)
    db.session.execute(
        update(BankBatchLine)
        .where(BankBatchLine.batch_id == batch.id)
        .values(dropped_at=at)
        .execution_options(synchronize_session=False)
    )
    audit.note("cancel-batch", "bank-batch", batch.ref, by=by, role="treasurer", at=at)


def take_away(batch: BankBatch, *, by: int, role: str, at: dt.datetime) -> bytes:
    """The file of a batch that was let go; that somebody took it away is written down first, for good.

    Raises `BatchMoved` before it was let go, and `FileDiffers`. Not inside a deed.
    """
    if db.session().info.get("deed"):
        raise RuntimeError("a file is taken away outside of transactions: its audit row must be committed first")
    if batch.state != "released":
        raise BatchMoved(batch.state)
    ref, digest = batch.ref, batch.digest
    with transaction():
        audit.note("take-batch-file", "bank-batch", ref, by=by, role=role, at=at, detail=digest)
    written = _written(_transfers_of(batch))
    if bank_tables.digest(written) != digest:
        raise FileDiffers
    return written


def lines_of(batch: BankBatch) -> Sequence[BankBatchLine]:
    """The lines of a batch, in the order of the file."""
    return db.session.scalars(
        select(BankBatchLine).where(BankBatchLine.batch_id == batch.id).order_by(BankBatchLine.number)
    ).all()


def batch_with(ref: str) -> BankBatch | None:
    """The batch of this reference."""
    return db.session.scalar(select(BankBatch).where(BankBatch.ref == ref))


def _transfers_of(batch: BankBatch) -> list[BankTransfer]:
    return [line.transfer for line in lines_of(batch)]


def _written(found: Sequence[BankTransfer]) -> bytes:
    return bank_tables.write(
        bank_tables.BATCH_COLUMNS,
        (
            (
                transfer.ref, account.holder, account.number, account.bank,
                bank_tables.yuan(transfer.amount_fen), transfer.amount_fen, remark,
            )
            for transfer, (account, remark) in zip(found, transfers.recipients(found), strict=True)
        ),
    )  # fmt: skip


def _move(batch: BankBatch, state: str, **values: object) -> None:
    """Compare and set: the loser of a race sees what the winner did."""
    changed = db.session.execute(
        update(BankBatch)
        .where(BankBatch.id == batch.id, BankBatch.state == "made")
        .values(state=state, **values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(batch)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise BatchMoved(batch.state)
