"""An arrival is announced before its first byte: what it is for, how large it is, and whether there is room for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select

from app.db import db
from app.domain.arrival_states import UNDER_WAY
from app.models import Account, Arrival, Claim, Evidence
from app.services import asked_papers, evidence, file_refusals, vault


class TooMuchUnderWay(evidence.EvidenceRefused):
    """So many bytes of this account are under way that no more are taken; `limit_bytes` is the most."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"more than {limit_bytes} bytes are under way")
        self.limit_bytes = limit_bytes


class StillUnderWay(Exception):
    """Files of this claim are arriving or being checked: handing it in now would lose them. `count` says how many."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} files are under way")
        self.count = count


@dataclass(frozen=True, slots=True)
class Announced:
    """What a sender says of a file before it comes."""

    kind: str
    """Key of the checklist's document kind."""
    name: str
    size_bytes: int
    modified_ms: int | None = None


def begin(claim: Claim, file: Announced, *, by: Account, at: dt.datetime) -> Arrival:
    """Wait for a file. The same file announced again before its first byte is the same arrival: an answer got lost.

    Raises a kind of `EvidenceRefused`: what would be refused when it is here need not travel.
    """
    db.session.refresh(claim, with_for_update=True)
    db.session.get_one(Account, by.id, with_for_update={"key_share": True}, populate_existing=True)
    check_takes(claim, file.kind)
    most = current_app.config["UPLOAD_FILE_BYTES"]
    if file.size_bytes == 0:
        raise file_refusals.Empty
    if file.size_bytes > most:
        raise file_refusals.TooLarge(most)
    if (again := _announced_before(claim, file, at=at)) is not None:
        return again
    _check_room(claim, file, by=by)
    row = Arrival(
        account_id=by.id,
        claim_id=claim.id,
        kind=file.kind,
        name_sealed=vault.seal(evidence.clean_name(file.name), purpose=evidence.NAME),
        modified_ms=file.modified_ms,
        size_bytes=file.size_bytes,
        received_bytes=0,
        state="arriving",
        wrapped_key=vault.new_document_key()[1],
        created_at=at,
        expires_at=at + patience(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def patience() -> dt.timedelta:
    """How long the next byte of a file is waited for."""
    return dt.timedelta(hours=current_app.config["UPLOAD_PATIENCE_HOURS"])


def arrival_of(claim: Claim, ref: str) -> Arrival | None:
    """The arrival of this claim with this reference, whatever became of it."""
    return db.session.scalar(select(Arrival).where(Arrival.ref == ref, Arrival.claim_id == claim.id))


def arrivals_of(claim: Claim, kind: str) -> Sequence[Arrival]:
    """What is arriving, being checked, or was refused and not read yet, for one line of the checklist."""
    return db.session.scalars(
        select(Arrival)
        .where(
            Arrival.claim_id == claim.id,
            Arrival.state.in_(("arriving", "checking", "refused")),
            Arrival.kind == kind,
        )
        .order_by(Arrival.id)
    ).all()


def name_of(row: Arrival) -> str:
    """The file's name while it is needed; empty afterwards."""
    return vault.unseal(row.name_sealed, purpose=evidence.NAME) if row.name_sealed else ""


def count_under_way(claim: Claim) -> int:
    """How many files of a claim are arriving or being checked."""
    wanted = select(func.count(Arrival.id)).where(Arrival.claim_id == claim.id, Arrival.state.in_(UNDER_WAY))
    return int(db.session.scalar(wanted) or 0)


def check_none_under_way(claim: Claim) -> None:
    """Raises `StillUnderWay` while a file of the claim is arriving or being checked."""
    if (count := count_under_way(claim)) > 0:
        raise StillUnderWay(count)


def check_takes(claim: Claim, kind: str) -> None:
    """Raises `evidence.NotOpen` or `evidence.UnknownKind` when the claim takes no such document now."""
    if claim.state not in evidence.OPEN_STATES:
        raise evidence.NotOpen(claim.state)
    if kind not in asked_papers.known_kinds(claim):
        raise evidence.UnknownKind(kind)


def _announced_before(claim: Claim, file: Announced, *, at: dt.datetime) -> Arrival | None:
    if file.modified_ms is None:
        return None
    found = db.session.scalars(
        select(Arrival).where(
            Arrival.claim_id == claim.id,
            Arrival.kind == file.kind,
            Arrival.size_bytes == file.size_bytes,
            Arrival.modified_ms == file.modified_ms,
            Arrival.state == "arriving",
            Arrival.received_bytes == 0,
            Arrival.expires_at > at,
        )
    ).all()
    return next((row for row in found if name_of(row) == evidence.clean_name(file.name)), None)


def _check_room(claim: Claim, file: Announced, *, by: Account) -> None:
    files = current_app.config["UPLOAD_FILES_PER_CLAIM"]
    here = select(func.count(Evidence.id)).where(
        Evidence.claim_id == claim.id, Evidence.removed_at.is_(None), Evidence.kind.not_in(evidence.UNCOUNTED)
    )
    if (db.session.scalar(here) or 0) + count_under_way(claim) >= files:
        raise evidence.TooMany(files)
    most = current_app.config["UPLOAD_UNDER_WAY_BYTES"]
    coming = select(func.sum(Arrival.size_bytes)).where(Arrival.account_id == by.id, Arrival.state.in_(UNDER_WAY))
    if int(db.session.scalar(coming) or 0) + file.size_bytes > most:
        raise TooMuchUnderWay(most)
