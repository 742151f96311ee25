"""What a claimant changes about a document until it is handed in: how it lies, and a better picture in its place."""

from __future__ import annotations

import datetime as dt
from typing import IO, Final

from app.db import db, transaction
from app.models import Account, Claim, Evidence
from app.services import evidence

_ONCE_ROUND: Final = 360
QUARTERS: Final = (90, 180, 270)


def turn(row: Evidence, degrees: int, *, claim: Claim) -> None:
    """Let it lie turned to the right by 90, 180 or 270 degrees more; its files stay as they came.

    Both are read anew and held: of two turns at once neither is lost, and what was handed in meanwhile stays as it
    was. Raises `NotOpen`, `SeenByReviewers` and `Removed` as `evidence.remove` would, and ValueError for another angle.
    """
    if degrees not in QUARTERS:
        raise ValueError(degrees)
    db.session.refresh(claim, with_for_update={"of": Claim})
    db.session.refresh(row, with_for_update={"of": Evidence})
    _check(row, claim)
    row.turn_degrees = (row.turn_degrees + degrees) % _ONCE_ROUND
    db.session.flush()


def replace(  # noqa: PLR0913 -- which document of which claim, by what, by whom, when
    old: Evidence, stream: IO[bytes], *, claim: Claim, filename: str, account: Account, at: dt.datetime
) -> Evidence:
    """Take one file in and put it in the place of another, which is destroyed; both or neither.

    Raises what `evidence.receive` and `evidence.remove` raise. Commits for itself, as `receive` does.
    """
    _check(old, claim)
    row, carries = evidence.take_in(
        stream, kind=old.kind, filename=filename, at=at, has_room=lambda print_: _check_new(claim, old.kind, print_)
    )
    with evidence.kept_or_discarded(row), transaction():
        db.session.refresh(claim, with_for_update={"of": Claim})
        db.session.refresh(old)
        _check(old, claim)
        evidence.remove(old, claim=claim, by=account, at=at)
        row.place = old.place or old.id
        evidence.attach(row, claim, by=account, at=at, carries=carries)
    evidence.delete_files(old)
    return row


def _check(row: Evidence, claim: Claim) -> None:
    evidence.check_open(claim)
    if row.removed_at is not None:
        raise evidence.Removed
    if not evidence.may_remove(row, claim):
        raise evidence.SeenByReviewers


def _check_new(claim: Claim, kind: str, fingerprint: bytes) -> None:
    """The very same file changes nothing; that the claim is full does not matter, because one goes."""
    here = db.select(Evidence.id).where(
        Evidence.claim_id == claim.id,
        Evidence.removed_at.is_(None),
        Evidence.kind == kind,
        Evidence.original_hash == fingerprint,
    )
    if db.session.scalar(here.limit(1)) is not None:
        raise evidence.AlreadyHere
