"""A correction is asked for, with documents where it needs them, or withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy import update

from app.db import db
from app.models import Account, CorrectionPaper, Evidence, Person, PersonCorrection
from app.services import audit
from app.services.person_corrections.finding import waiting_of
from app.services.person_corrections.values import (
    NEED_PROOF,
    CorrectionAnswered,
    CorrectionWaits,
    KnownHere,
    NothingDiffers,
    ProofNeeded,
    Value,
    differing,
    hash_of,
    is_in_account,
    present,
    sealed,
    sealed_reason,
)

PROOF: Final = "proof-of-correction"
MOST_PROOFS: Final = 5


def ask(
    person: Person, after: Value, proofs: Sequence[tuple[Evidence, str]], *, by: Account, at: dt.datetime
) -> PersonCorrection:
    """Correct at once what needs no proof, otherwise let it wait for a caseworker.

    Raises `NothingDiffers`, `ProofNeeded`, `CorrectionWaits` and `KnownHere`.
    """
    db.session.refresh(person, with_for_update=True)
    before = present(person)
    fields = differing(before, after)
    if not fields:
        raise NothingDiffers
    if waiting_of(person) is not None:
        raise CorrectionWaits
    needs_proof = bool(NEED_PROOF.intersection(fields))
    if needs_proof and not proofs:
        raise ProofNeeded
    if "document" in fields and is_in_account(person, hash_of(after)):
        raise KnownHere
    kept_before, kept_after = sealed(before, after)
    row = PersonCorrection(
        account_id=by.id,
        person_id=person.id,
        fields=",".join(fields),
        before_sealed=kept_before,
        after_sealed=kept_after,
        asked_at=at,
    )
    if not needs_proof:
        row.state, row.decided_at = "accepted", at
        person.province = after.province
    db.session.add(row)
    db.session.flush()
    for proof, _carries in proofs if needs_proof else ():
        _attach(row, proof, by=by, at=at)
    deed = "ask-correction" if needs_proof else "correct-person"
    audit.note(deed, "correction", row.ref, by=by.id, role="member", at=at, detail=row.fields)
    db.session.refresh(row)
    return row


def withdraw(row: PersonCorrection, *, by: Account, at: dt.datetime) -> None:
    """Whoever asked does not want it any more. Raises `CorrectionAnswered`."""
    answer(row, "withdrawn", by=None, reason="", at=at)
    audit.note("withdraw-correction", "correction", row.ref, by=by.id, role="member", at=at)


def answer(row: PersonCorrection, state: str, *, by: int | None, reason: str, at: dt.datetime) -> None:
    """Compare-and-set: of two answers the first stands. Raises `CorrectionAnswered`."""
    changed = db.session.execute(
        update(PersonCorrection)
        .where(PersonCorrection.id == row.id, PersonCorrection.state == "asked")
        .values(state=state, decided_at=at, decided_by=by, reason_sealed=sealed_reason(reason))
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(row)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise CorrectionAnswered(row.state)


def _attach(row: PersonCorrection, proof: Evidence, *, by: Account, at: dt.datetime) -> None:
    paper = CorrectionPaper(
        correction_id=row.id,
        name_sealed=proof.name_sealed,
        media_type=proof.media_type,
        size_bytes=proof.size_bytes,
        pages=proof.pages,
        wrapped_key=proof.wrapped_key,
        original_object=proof.original_object,
        view_object=proof.view_object,
        view_media_type=proof.view_media_type,
        uploaded_at=proof.uploaded_at,
    )
    db.session.add(paper)
    db.session.flush()
    audit.note(
        "evidence.received", "evidence", paper.ref, by=by.id, role="member", at=at, detail=f"correction {row.ref}"
    )
