"""A whole file is checked in the background, by the same law as one that comes at once, and becomes a document.

Harmless when it runs twice: the document and the end of the arrival are written together, or neither.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import IO, Any, Final

from flask import current_app
from sqlalchemy import select

from app.adapters import antivirus
from app.db import db, transaction
from app.domain.arrival_states import ARRIVALS
from app.models import Account, Arrival, Claim, Evidence
from app.services import evidence
from app.services.arrivals import beginning, ending, pieces
from app.services.arrivals.beginning import Announced
from app.services.file_types import EvidenceRefused
from app.services.intake import NotScanned, StoreFull
from app.services.spool import EncryptedSpool

LEASE: Final = dt.timedelta(minutes=5)
"""How long a worker holds one check: scanning and reading one file take three minutes at most."""


class CannotBeChecked(Exception):
    """It was tried often enough, and the reason lies with us or with a kind of file that nobody foresaw."""


class _Ended(Exception):
    """It was dropped, or kept by somebody else, while it was checked."""


def check(payload: Mapping[str, Any], at: dt.datetime) -> None:
    """Check one arrival; nothing when it is not waiting for it (any more).

    Raises `StoreFull` and `NotScanned`: then it goes on being checked, and is tried again later.
    """
    row = db.session.scalar(select(Arrival).where(Arrival.ref == payload["arrival"], Arrival.state == "checking"))
    if row is None:
        return
    number = row.id
    try:
        _bring(row, at=at)
    except _Ended:
        return
    except (StoreFull, NotScanned):
        raise
    except EvidenceRefused as refused:
        with transaction():
            held = _held(number)
            if held is not None:
                ending.refuse(held, refused, at=at)
    ending.clear()


def give_up(payload: Mapping[str, Any], at: dt.datetime) -> None:
    """The check is tried no more: whoever sent the file is told what to do, instead of waiting for ever."""
    number = db.session.scalar(select(Arrival.id).where(Arrival.ref == payload["arrival"]))
    held = _held(number) if number is not None else None
    if held is not None:
        ending.refuse(held, CannotBeChecked(), at=at)


def _bring(row: Arrival, *, at: dt.datetime) -> None:
    number, kind, name = row.id, row.kind, beginning.name_of(row)
    claim, account = db.session.get_one(Claim, row.claim_id), db.session.get_one(Account, row.account_id)

    def keep(document: Evidence) -> None:
        held = _held(number)
        if held is None:
            raise _Ended
        held.state = ARRIVALS.after(held.state, "keep", by="system")
        held.wrapped_key = held.name_sealed = None
        held.evidence_id, held.ended_at = document.id, at
        db.session.flush()

    with EncryptedSpool(most_bytes=current_app.config["UPLOAD_FILE_BYTES"]) as whole:
        for piece in pieces.content(row):
            whole.write(piece)
        evidence.receive(whole, claim=claim, kind=kind, filename=name, account=account, at=at, then=keep)


def _held(number: int) -> Arrival | None:
    """The arrival, locked, while it waits for this."""
    row = db.session.get_one(Arrival, number, with_for_update=True, populate_existing=True)
    return row if row.state == "checking" else None


def must_wait() -> bool:
    """Whether a file that comes at once has to wait for its check, because the scanner does not answer now."""
    return antivirus.is_configured() and not antivirus.answers()


def put_aside(  # noqa: PLR0913 -- who brought what, for which line of which checklist, when
    stream: IO[bytes], *, claim: Claim, kind: str, filename: str, account: Account, at: dt.datetime
) -> Arrival:
    """Keep a file that came at once among the arrivals, whole, until it can be checked. Raises as `beginning.begin`."""
    with EncryptedSpool.holding(stream, most_bytes=current_app.config["UPLOAD_FILE_BYTES"]) as whole:
        if whole.is_broken:
            raise StoreFull
        with transaction():
            row = beginning.begin(claim, Announced(kind, filename, whole.size), by=account, at=at)
        try:
            pieces.take(row, whole.chunks(), start=0, said=None, at=at)
        except BaseException:
            with transaction():
                ending.drop(row, by="system", at=at)
            raise
    return row
