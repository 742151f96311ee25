"""Documents filed with an objection: the same checks and the same encryption as for a claim, and fewer readers.

Whoever holds the reference of an open objection may add to it. The caseworker who answers opens them, and each look is
written down first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import IO, Final

from flask import current_app
from sqlalchemy import func, select

from app.db import db, transaction
from app.domain.objections import AlreadyAnswered
from app.models import Evidence, Objection
from app.services import audit, evidence

KIND: Final = "objection"


def receive(stream: IO[bytes], *, objection: Objection, filename: str, at: dt.datetime) -> Evidence:
    """Check one file and keep it with an open objection; commits for itself unless a transaction is open.

    Raises a kind of `EvidenceRefused`, and `AlreadyAnswered` for an objection that is answered.
    """
    _check_open(objection)
    row, _carries = evidence.take_in(
        stream, kind=KIND, filename=filename, at=at, has_room=lambda fingerprint: _check_room(objection, fingerprint)
    )
    with evidence.kept_or_discarded(row), transaction():
        db.session.refresh(objection, with_for_update={"of": Objection})
        _check_open(objection)
        _check_room(objection, row.original_hash)
        row.objection_id = objection.id
        db.session.add(row)
        db.session.flush()
        detail = f"objection {objection.ref}"
        audit.note("evidence.received", "evidence", row.ref, by=None, role="visitor", at=at, detail=detail)
    return row


def of_objection(objection: Objection) -> Sequence[Evidence]:
    """The documents of an objection, in the order they came."""
    return db.session.scalars(select(Evidence).where(Evidence.objection_id == objection.id).order_by(Evidence.id)).all()


def document(objection: Objection, ref: str) -> Evidence | None:
    """The document of this reference, when it was filed with this objection."""
    return db.session.scalar(select(Evidence).where(Evidence.ref == ref, Evidence.objection_id == objection.id))


def _check_open(objection: Objection) -> None:
    if objection.state != "open":
        raise AlreadyAnswered(objection.state)


def _check_room(objection: Objection, fingerprint: bytes) -> None:
    limit = current_app.config["UPLOAD_FILES_PER_OBJECTION"]
    here = select(func.count(Evidence.id)).where(Evidence.objection_id == objection.id)
    if db.session.scalar(here.where(Evidence.original_hash == fingerprint)):
        raise evidence.AlreadyHere
    if (db.session.scalar(here) or 0) >= limit:
        raise evidence.TooMany(limit)
