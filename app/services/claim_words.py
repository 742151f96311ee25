"""What is said about a claim: sealed under the key of the claim when it is written, opened when it is read.

Reasons of recommendations and decisions, what would change a decision, the notes of steps, questions and their answers
may tell of health. Each text is bound to its row (table, claim, instant) and to its place in it: put anywhere else, it
does not open. One key destroyed erases them all. Public reasons of objections are public and no part of this.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from sqlalchemy import Connection, event, insert, select, update

from app.db import db
from app.models import (
    Account,
    Assignment,
    Bill,
    BillStep,
    Claim,
    ClaimKey,
    ClaimStep,
    Decision,
    DeclaredConflict,
    Investigation,
    InvestigationNote,
    InvestigationReport,
    JudgementNote,
    QuestionItem,
    QuestionReply,
    Recommendation,
    SignalNote,
)
from app.models.said import seal_with, waiting_words
from app.services import audit, vault

_SPEAKING: Final = (
    Recommendation, Decision, ClaimStep, Bill, BillStep, QuestionItem, QuestionReply, SignalNote, Investigation,
    InvestigationReport, InvestigationNote, Assignment, DeclaredConflict, JudgementNote,
)  # fmt: skip


def install() -> None:
    """Seal words of every row on its way into the database, and open them again; once for each process."""
    seal_with(_opened)
    for model in _SPEAKING:
        if not event.contains(model, "before_insert", _sealed):
            event.listen(model, "before_insert", _sealed)


def erase(claim: Claim, *, by: Account | None, at: dt.datetime) -> None:
    """Destroy the key of a claim: nobody reads its words again. The row of the deed stays."""
    db.session.execute(
        update(ClaimKey)
        .where(ClaimKey.claim_id == claim.id, ClaimKey.wrapped_key.is_not(None))
        .values(wrapped_key=None)
        .execution_options(synchronize_session="fetch")
    )
    who = by.id if by else None
    audit.note("claim.words_erased", "claim", claim.ref, by=who, role="member" if by else "system", at=at)
    db.session.flush()


def _sealed(_mapper: Any, connection: Connection, row: Any) -> None:
    words = waiting_words(row)
    if not words:
        return
    key = _key_of(row.claim_id, connection)
    for name, text in words.items():
        setattr(row, f"{name}_sealed", vault.seal_under(key, text, purpose=_place(row, name)))


def _opened(row: Any, name: str) -> str | None:
    """The text of a row; None when the key of its claim was destroyed."""
    held = db.session.get(ClaimKey, row.claim_id)
    if held is None or held.wrapped_key is None:
        return None
    key = vault.unseal_bytes(held.wrapped_key, purpose=_purpose(row.claim_id))
    return vault.unseal_under(key, getattr(row, f"{name}_sealed"), purpose=_place(row, name))


def _key_of(claim_id: int, connection: Connection) -> bytes:
    """The key of a claim, drawn when the first word is said. Whoever writes about a claim holds its row."""
    wrapped = connection.scalar(select(ClaimKey.wrapped_key).where(ClaimKey.claim_id == claim_id))
    if wrapped is not None:
        return vault.unseal_bytes(wrapped, purpose=_purpose(claim_id))
    key = vault.new_key()
    kept = vault.seal(key, purpose=_purpose(claim_id))
    connection.execute(insert(ClaimKey).values(claim_id=claim_id, wrapped_key=kept))
    return key


def _purpose(claim_id: int) -> str:
    return f"claim-key:{claim_id}"


def _place(row: Any, name: str) -> str:
    """Which text of which row it is; rows of one instant name their `place` among each other."""
    among = f":{row.place}" if hasattr(row, "place") else ""
    return f"{row.__tablename__}.{name}:{row.claim_id}:{row.at.astimezone(dt.UTC).isoformat()}{among}"
