"""The papers of a bill: the same checks and the same encryption as for every document of a claim."""

from __future__ import annotations

import datetime as dt
from typing import IO, Final

from sqlalchemy import func, select

from app.db import db, transaction
from app.models import Account, Bill, BillPaper, Claim, Evidence
from app.services import audit, evidence
from app.services.bills import BillMoved
from app.services.evidence import BILL

MOST_PAPERS: Final = 10
"""How many files one bill takes (chosen by us): pages of the invoice, the itemised list, what others paid back."""
_OPEN: Final = ("submitted", "judged")


def takes(bill: Bill) -> bool:
    """Whether papers may still be added to the bill: until it is decided."""
    return bill.state in _OPEN


def receive(stream: IO[bytes], *, bill: Bill, filename: str, account: Account, at: dt.datetime) -> Evidence:
    """Check one file and keep it with a bill that is not decided; commits for itself unless a transaction is open.

    Raises a kind of `EvidenceRefused`, and `BillMoved` for a bill that is decided or withdrawn.
    """
    _check_open(bill)
    row, carries = evidence.take_in(
        stream, kind=BILL, filename=filename, at=at, has_room=lambda fingerprint: _check_room(bill, fingerprint)
    )
    with evidence.kept_or_discarded(row), transaction():
        db.session.refresh(bill.claim, with_for_update={"of": Claim})
        db.session.refresh(bill)
        _check_open(bill)
        _check_room(bill, row.original_hash)
        row.claim_id = bill.claim_id
        db.session.add(row)
        db.session.flush()
        db.session.add(BillPaper(evidence_id=row.id, bill_id=bill.id))
        detail = f"bill {bill.ref}" + (f"; carries {carries}" if carries else "")
        audit.note("evidence.received", "evidence", row.ref, by=account.id, role="member", at=at, detail=detail)
        db.session.flush()
        db.session.refresh(bill)
    return row


def _check_open(bill: Bill) -> None:
    if not takes(bill):
        raise BillMoved(bill.state)


def _check_room(bill: Bill, fingerprint: bytes) -> None:
    here = select(func.count(Evidence.id)).join(BillPaper, BillPaper.evidence_id == Evidence.id)
    here = here.where(BillPaper.bill_id == bill.id)
    if db.session.scalar(here.where(Evidence.original_hash == fingerprint)):
        raise evidence.AlreadyHere
    if (db.session.scalar(here) or 0) >= MOST_PAPERS:
        raise evidence.TooMany(MOST_PAPERS)
