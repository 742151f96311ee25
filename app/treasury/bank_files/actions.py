"""The deeds on bank files. Each is one transaction at the edge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import IO

from app.models import Account, BankBatch, BankImport
from app.services.bank_files import answers, arriving, batches


def make(account: str, chosen: Collection[str] | None, *, by: Account, at: dt.datetime) -> BankBatch:
    """Make a batch of what waits. Raises `batches.NothingGathered`."""
    return batches.make(account, chosen, by=by.id, at=at)


def let_go(batch: BankBatch, *, by: Account, at: dt.datetime) -> None:
    """Let a batch go that another treasurer made. Raises `OwnBatch`, `BatchMoved` and `FileDiffers`."""
    batches.let_go(batch, by=by.id, at=at)


def cancel(batch: BankBatch, *, by: Account, at: dt.datetime) -> None:
    """Give a batch up that has not gone. Raises `BatchMoved`."""
    batches.cancel(batch, by=by.id, at=at)


def read(batch: BankBatch, stream: IO[bytes], *, by: Account, at: dt.datetime) -> BankImport:
    """Read the bank's answer; nothing is booked. Raises what `answers.read` and `arriving.content_of` raise."""
    return answers.read(batch, arriving.content_of(stream), by=by.id, at=at)


def carry_out(found: BankImport, *, by: Account, at: dt.datetime) -> int:
    """Book every good line of an answer; returns how many. Raises `answers.CarriedOut`."""
    return sum(line.verdict == "book" for line in answers.carry_out(found, by=by.id, at=at))
