"""Evidence: documents attached to a claim, from the moment they arrive to the moment somebody looks at them.

`receive` takes one file and either keeps it whole or refuses it by name, whatever happens to the files beside it; how
it is checked and stored is told in `app/services/intake`. Every look is written down before its first byte.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import IO, Final

from flask import current_app
from sqlalchemy import func, select

from app.adapters import store
from app.db import db, transaction
from app.models import Account, Claim, CorrectionPaper, Evidence, Rendition
from app.services import asked_papers, audit, vault
from app.services.file_types import EvidenceRefused
from app.services.intake import (
    LONGEST_NAME,
    NAME,
    ORIGINAL,
    VIEW,
    Infected,
    NotScanned,
    StoreFull,
    clean_name,
    discard,
    kept_or_discarded,
    take_in,
)

__all__ = [
    "LONGEST_NAME", "NAME", "ORIGINAL", "EvidenceRefused", "Infected", "NotScanned", "StoreFull", "clean_name",
    "kept_or_discarded", "open_original", "open_view", "receive", "take_in",
]  # fmt: skip

OPEN_STATES: Final = ("draft", "evidence_asked", "refused")
"""While a claim is in one of these its claimant may add documents: to begin with, when asked, and before an appeal."""
BILL: Final = "bill"
"""The kind of a document that is the paper of a bill, and no line of the checklist (app/services/bill_papers.py)."""
INVESTIGATION: Final = "investigation"
"""The kind of a document that an investigator brought (app/services/investigations); no line of the checklist."""
UNCOUNTED: Final = (BILL, INVESTIGATION)
"""Kinds that take no room among the documents a claimant may bring."""
OPENINGS: Final = ("evidence.view_opened", "evidence.original_opened", "evidence.pages_opened")
"""The deeds under which the audit trail keeps every look at a document."""


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


class Removed(Exception):
    """The document was taken back by the claimant and is gone."""


def receive(  # noqa: PLR0913 -- who brought what, for which line of which checklist, when
    stream: IO[bytes],
    *,
    claim: Claim,
    kind: str,
    filename: str,
    account: Account,
    at: dt.datetime,
    then: Callable[[Evidence], None] | None = None,
) -> Evidence:
    """Check one file, store it encrypted with its view, and attach it to the claim. Raises a kind of `EvidenceRefused`.

    Commits for itself unless a transaction is open. Everything slow happens before the row is written. If that fails,
    the stored bytes are removed; their key was never kept anywhere. `then` is called with the row in its transaction.
    """
    check_open(claim)
    if kind not in asked_papers.known_kinds(claim):
        raise UnknownKind(kind)
    row, carries = take_in(
        stream, kind=kind, filename=filename, at=at, has_room=lambda fingerprint: _check_room(claim, kind, fingerprint)
    )
    with kept_or_discarded(row), transaction():
        attach(row, claim, by=account, at=at, carries=carries)
        if then is not None:
            then(row)
    return row


def documents_of(claim: Claim) -> Sequence[Evidence]:
    """The documents of a claim that were not taken back, in the order they came or in an older one's place."""
    return db.session.scalars(
        select(Evidence)
        .where(Evidence.claim_id == claim.id, Evidence.removed_at.is_(None))
        .order_by(func.coalesce(Evidence.place, Evidence.id), Evidence.id)
    ).all()


def name_of(row: Evidence | CorrectionPaper) -> str:
    """The file's name as the claimant's device called it, without its folders."""
    return vault.unseal(row.name_sealed, purpose=NAME)


def remove(row: Evidence, *, claim: Claim, by: Account, at: dt.datetime) -> None:
    """Take a document back: its key is destroyed now, its files go after the transaction (`delete_files`).

    The row stays, so that the audit trail has something to point at. Raises `NotOpen`, or `SeenByReviewers` for what
    was there when the claim was handed in.
    """
    check_open(claim)
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
    """Remove the files and pictures of a document that was taken back; called when its transaction is over."""
    if row.removed_at is not None:
        pictures = select(Rendition.object).where(Rendition.evidence_id == row.id, Rendition.object.is_not(None))
        discard(row, *(str(name) for name in db.session.scalars(pictures)))


def open_view(row: Evidence | CorrectionPaper, *, by: Account, role: str, at: dt.datetime) -> Iterator[bytes]:
    """The view of a document, decrypted piece by piece. The audit row is committed before the first byte is given out.

    Its media type is `view_media_type`. Raises `Removed`, `store.ObjectMissing` or an error of the vault before the
    first byte; RuntimeError inside a transaction, where nothing could be committed first.
    """
    return _opened(row, row.view_object, VIEW, by=by, role=role, at=at)


def open_original(row: Evidence, *, by: Account, role: str, at: dt.datetime) -> Iterator[bytes]:
    """The document exactly as it came, for an investigator; otherwise like `open_view`. Its type is `media_type`."""
    return _opened(row, row.original_object, ORIGINAL, by=by, role=role, at=at)


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


def attach(row: Evidence, claim: Claim, *, by: Account, at: dt.datetime, carries: str) -> None:
    """Write the row, after asking again what may have changed while the file was checked."""
    db.session.refresh(claim, with_for_update=True)
    check_open(claim)
    _check_room(claim, row.kind, row.original_hash)
    row.claim_id = claim.id
    db.session.add(row)
    db.session.flush()
    detail = f"claim {claim.ref}, {row.kind}" + (f"; carries {carries}" if carries else "")
    audit.note("evidence.received", "evidence", row.ref, by=by.id, role="member", at=at, detail=detail)
    db.session.flush()


def check_open(claim: Claim) -> None:
    """Raise `NotOpen` unless the claim takes documents."""
    if claim.state not in OPEN_STATES:
        raise NotOpen(claim.state)


def _check_room(claim: Claim, kind: str, fingerprint: bytes) -> None:
    limit = current_app.config["UPLOAD_FILES_PER_CLAIM"]
    mine = select(func.count(Evidence.id)).where(
        Evidence.claim_id == claim.id, Evidence.removed_at.is_(None), Evidence.kind.not_in(UNCOUNTED)
    )
    if db.session.scalar(mine.where(Evidence.kind == kind, Evidence.original_hash == fingerprint)):
        raise AlreadyHere
    if (db.session.scalar(mine) or 0) >= limit:
        raise TooMany(limit)
