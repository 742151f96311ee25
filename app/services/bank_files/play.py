"""What the demonstration's bank would answer to a batch: everything arrives, but the last one is sent back."""

from __future__ import annotations

import datetime as dt

from app.domain import bank_tables
from app.models import BankBatch
from app.services.bank_files import batches


def answer_to(batch: BankBatch, *, on: dt.date) -> bytes:
    """An answer file for a batch; of several transfers the last one comes back."""
    lines = [line.transfer for line in batches.lines_of(batch)]
    rows = [
        (transfer.ref, bank_tables.yuan(transfer.amount_fen), "paid", f"DEMO-{transfer.ref}", on.isoformat(), "")
        for transfer in lines
    ]
    if len(lines) > 1:
        last = lines[-1]
        rows.append(
            (
                last.ref, bank_tables.yuan(last.amount_fen), "returned", f"DEMO-{last.ref}", on.isoformat(),
                "account_closed",
            )
        )  # fmt: skip
    return bank_tables.write(bank_tables.ANSWER_COLUMNS, rows)
