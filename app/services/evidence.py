"""Evidence: documents attached to a claim, from the moment they arrive to the moment somebody looks at them.

`receive` takes one file and either keeps it whole or refuses it by name, whatever happens to the files beside it. While
it arrives, at most 1 MiB of it is in memory (two chunks of 64 KiB in the spool, one part of 256 KiB on its way to a
local store); it is checked in a process apart (`app/services/apart`). Disks and store hold ciphertext only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from typing import IO, Final

from flask import current_app
from sqlalchemy import func, select

from app.adapters import store
from app.db import db, transaction
from app.models import Account, Claim, CorrectionPaper, Evidence
from app.services import audit, documents, rulebook, vault
from app.services.apart import asking
from app.services.documents import EvidenceRefused
from app.services.spool import EncryptedSpool

__all__ = ["EncryptedSpool", "EvidenceRefused", "open_original", "open_view", "receive"]

OPEN_STATES: Final = ("draft", "evidence_asked", "refused")
"""While a claim is in one of these its claimant may add documents: to begin with, when asked, and before an appeal."""
BILL: Final = "bill"
"""The kind of a document that is the paper of a bill, and no line of the checklist (app/services/bill_papers.py)."""
LONGEST_NAME: Final = 120
OPENINGS: Final = ("evidence.view_opened", "evidence.original_opened")
"""The deeds under which the audit trail keeps every look at a document."""
NAME: Final = "evidence.name"
ORIGINAL, _VIEW = "original", "view"


class TooMany(EvidenceRefused):
    """The claim holds as many documents as it may; `limit` says how many."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"a claim takes {limit} documents")
        self.limit = limit


class AlreadyHere(EvidenceRefused):
    """The very same file is already among the documents of this kind of this claim."""


class NotOpen(EvidenceRefused):
    """The claim takes no documents in its present state; `state` names it."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the claim is {state}")
        self.state = state


class SeenByReviewers(EvidenceRefused):
    """The document was there when the claim last moved: whoever decided may have looked at it, so it stays."""


class UnknownKind(EvidenceRefused):
    """The checklist of this claim asks for no such document; `kind` is what was said."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"no such document: {kind!r}")
        self.kind = kind


class StoreFull(EvidenceRefused):
    """The file is sound and could not be kept: the disk or the store has no room, or does not answer."""


class Removed(Exception):
    """The document was taken back by the claimant and is gone."""


def receive(  # noqa: PLR0913 -- who brought what, for which line of which checklist, when
    stream: IO[bytes], *, claim: Claim, kind: str, filename: str, account: Account, at: dt.datetime
) -> Evidence:
    """Check one file, store it encrypted with its view, and attach it to the claim. Raises a kind of `EvidenceRefused`.

    Commits for itself unless a transaction is open. Everything slow happens before the row is written. If that fails,
    the stored bytes are removed; their key was never kept anywhere.
    """
    _check_open(claim)
    if kind not in {wanted.key for wanted in rulebook.member_terms(claim.member_terms).checklist}:
        raise UnknownKind(kind)
    row, carries = take_in(
        stream, kind=kind, filename=filename, at=at, has_room=lambda fingerprint: _check_room(claim, kind, fingerprint)
    )
    with kept_or_discarded(row), transaction():
        _attach(row, claim, by=account, at=at, carries=carries)
    return row


def take_in(
    stream: IO[bytes], *, kind: str, filename: str, at: dt.datetime, has_room: Callable[[bytes], None]
) -> tuple[Evidence, str]:
    """Check one file and store it; a row that belongs to nobody yet, and what the file carries besides its pages.

    `has_room` is asked with the fingerprint of the file before it is read closely. Raises a kind of `EvidenceRefused`,
    what `has_room` raises, and `StoreFull` when it could not be kept; then nothing of it is left.
    """
    limit_bytes = current_app.config["UPLOAD_FILE_BYTES"]
    with EncryptedSpool.holding(stream, most_bytes=limit_bytes) as original:
        if original.size == 0:
            raise documents.Empty
        if original.is_too_large:
            raise documents.TooLarge(limit_bytes)
        if original.is_broken:
            raise StoreFull
        fingerprint = _fingerprint(original)
        has_room(fingerprint)
        with EncryptedSpool() as view:
            checked = _checked(original, view)
            row = _stored(original, view, checked)
    row.kind, row.original_hash, row.uploaded_at = kind, fingerprint, at
    row.name_sealed = vault.seal(clean_name(filename), purpose=NAME)
    return row, checked.carries


@contextmanager
def kept_or_discarded(row: Evidence) -> Iterator[None]:
    """The stored bytes of a row that cannot be written after all are removed."""
    try:
        yield
    except BaseException:
        _discard(row)
        raise


def documents_of(claim: Claim) -> Sequence[Evidence]:
    """The documents of a claim that were not taken back, in the order they came."""
    return db.session.scalars(
        select(Evidence).where(Evidence.claim_id == claim.id, Evidence.removed_at.is_(None)).order_by(Evidence.id)
    ).all()


def name_of(row: Evidence | CorrectionPaper) -> str:
    """The file's name as the claimant's device called it, without its folders."""
    return vault.unseal(row.name_sealed, purpose=NAME)


def remove(row: Evidence, *, claim: Claim, by: Account, at: dt.datetime) -> None:
    """Take a document back: its key is destroyed now, its files go after the transaction (`delete_files`).

    The row stays, so that the audit trail has something to point at. Raises `NotOpen`, or `SeenByReviewers` for what
    was there when the claim was handed in.
    """
    _check_open(claim)
    if row.removed_at is not None:
        return
    if not may_remove(row, claim):
        raise SeenByReviewers
    row.removed_at = at
    row.wrapped_key = b""
    audit.note("evidence.removed", "evidence", row.ref, by=by.id, role="member", at=at, detail=f"claim {claim.ref}")
    db.session.flush()


def may_remove(row: Evidence, claim: Claim) -> bool:
    """Whether the claimant may still take this document back: it came after the last move of an open claim."""
    return claim.state in OPEN_STATES and (not claim.steps or claim.steps[-1].at <= row.uploaded_at)


def delete_files(row: Evidence) -> None:
    """Remove the files of a document that was taken back; called when its transaction is over."""
    if row.removed_at is not None:
        _discard(row)


def open_view(row: Evidence | CorrectionPaper, *, by: Account, role: str, at: dt.datetime) -> Iterator[bytes]:
    """The view of a document, decrypted piece by piece. The audit row is committed before the first byte is given out.

    Its media type is `view_media_type`. Raises `Removed`, `store.ObjectMissing` or an error of the vault before the
    first byte; RuntimeError inside a transaction, where nothing could be committed first.
    """
    return _opened(row, row.view_object, _VIEW, by=by, role=role, at=at)


def open_original(row: Evidence, *, by: Account, role: str, at: dt.datetime) -> Iterator[bytes]:
    """The document exactly as it came, for an investigator; otherwise like `open_view`. Its type is `media_type`."""
    return _opened(row, row.original_object, ORIGINAL, by=by, role=role, at=at)


def clean_name(filename: str) -> str:
    """A name that can be shown and sent in a header: the last part of a path, printable, not too long."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(letter for letter in last if letter.isprintable()).strip()
    if len(shown) > LONGEST_NAME:
        stem, dot, ending = shown.rpartition(".")
        ending = f"{dot}{ending}"[:10] if dot else ""
        shown = f"{(stem or shown)[: LONGEST_NAME - len(ending) - 1]}…{ending}"
    return shown or "document"


def _opened(  # noqa: PLR0913 -- which file of which row, and who looks when
    row: Evidence | CorrectionPaper, name: str, part: str, *, by: Account, role: str, at: dt.datetime
) -> Iterator[bytes]:
    if db.session().info.get("deed"):
        raise RuntimeError("a document is opened outside of transactions: its audit row must be committed first")
    if row.removed_at is not None:
        raise Removed
    key = vault.open_document_key(row.wrapped_key)
    ref = row.ref
    with transaction():
        audit.note(f"evidence.{part}_opened", "evidence", ref, by=by.id, role=role, at=at)
    pieces = vault.decrypt_document(store.get(name), key=key, purpose=part)
    return chain((next(pieces),), pieces)


def _fingerprint(original: EncryptedSpool) -> bytes:
    digest = vault.document_digest()
    for piece in original.chunks():
        digest.update(piece)
    return digest.digest()


def _checked(original: EncryptedSpool, view: EncryptedSpool) -> documents.Checked:
    try:
        checked = asking.check(original, view)
    except OSError as full:  # no temporary file for the view
        raise StoreFull from full
    if view.is_broken:
        raise StoreFull
    return checked


def _stored(original: EncryptedSpool, view: EncryptedSpool, checked: documents.Checked) -> Evidence:
    """Both files in the store under a fresh key, and a row that knows them; not in the database yet."""
    key, wrapped = vault.new_document_key()
    row = Evidence(
        media_type=checked.media_type,
        view_media_type=checked.media_type,
        size_bytes=original.size,
        pages=checked.pages,
        wrapped_key=wrapped,
        original_object=store.new_name(),
        view_object=store.new_name(),
    )
    try:
        store.put(row.original_object, vault.encrypt_document(original.chunks(), key=key, purpose=ORIGINAL))
        store.put(row.view_object, vault.encrypt_document(view.chunks(), key=key, purpose=_VIEW))
    except store.NotKept as full:
        _discard(row)
        raise StoreFull from full
    except BaseException:
        _discard(row)
        raise
    return row


def _attach(row: Evidence, claim: Claim, *, by: Account, at: dt.datetime, carries: str) -> None:
    """Write the row, after asking again what may have changed while the file was checked."""
    db.session.refresh(claim, with_for_update=True)
    _check_open(claim)
    _check_room(claim, row.kind, row.original_hash)
    row.claim_id = claim.id
    db.session.add(row)
    db.session.flush()
    detail = f"claim {claim.ref}, {row.kind}" + (f"; carries {carries}" if carries else "")
    audit.note("evidence.received", "evidence", row.ref, by=by.id, role="member", at=at, detail=detail)
    db.session.flush()


def _check_open(claim: Claim) -> None:
    if claim.state not in OPEN_STATES:
        raise NotOpen(claim.state)


def _check_room(claim: Claim, kind: str, fingerprint: bytes) -> None:
    limit = current_app.config["UPLOAD_FILES_PER_CLAIM"]
    mine = select(func.count(Evidence.id)).where(
        Evidence.claim_id == claim.id, Evidence.removed_at.is_(None), Evidence.kind != BILL
    )
    if db.session.scalar(mine.where(Evidence.kind == kind, Evidence.original_hash == fingerprint)):
        raise AlreadyHere
    if (db.session.scalar(mine) or 0) >= limit:
        raise TooMany(limit)


def _discard(row: Evidence) -> None:
    """What a failing store does not give up now, the sweep of orphans finds (app/services/orphans.py)."""
    for name in (row.original_object, row.view_object):
        with suppress(store.NotKept):
            store.delete(name)
