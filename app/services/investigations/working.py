"""What an investigator sees: the own open investigations, and of each the documents that were chosen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from app.db import db
from app.domain.investigations import InvestigationOver
from app.models import Account, Claim, Evidence, Investigation, InvestigationDocument, InvestigationPaper
from app.services import audit
from app.services.investigations import opening

_LATELY: Final = 20


def open_of(account: Account) -> Sequence[Investigation]:
    """What waits for this investigator, the one due first at the top."""
    return db.session.scalars(
        select(Investigation)
        .where(Investigation.investigator_id == account.id, Investigation.state == "open")
        .order_by(Investigation.due_on, Investigation.id)
    ).all()


def ended_of(account: Account) -> Sequence[Investigation]:
    """What this investigator had lately, the latest first; nothing of the claims is left to see."""
    return db.session.scalars(
        select(Investigation)
        .where(Investigation.investigator_id == account.id, Investigation.state != "open")
        .order_by(Investigation.ended_at.desc(), Investigation.id.desc())
        .limit(_LATELY)
    ).all()


def assigned(ref: str, account: Account) -> Investigation | None:
    """The investigation of this reference, when it is this investigator's."""
    return db.session.scalar(
        select(Investigation).where(Investigation.ref == ref, Investigation.investigator_id == account.id)
    )


def has_access(investigation: Investigation) -> bool:
    """Whether the claim may be seen: while it is open, and both consents stand."""
    return investigation.state == "open" and opening.is_agreed_to(investigation.claim)


def documents_of(investigation: Investigation) -> Sequence[Evidence]:
    """The chosen documents that were not taken back."""
    return db.session.scalars(
        select(Evidence)
        .join(InvestigationDocument, InvestigationDocument.evidence_id == Evidence.id)
        .where(InvestigationDocument.investigation_id == investigation.id, Evidence.removed_at.is_(None))
        .order_by(Evidence.id)
    ).all()


def document_of(investigation: Investigation, ref: str) -> Evidence | None:
    """A chosen document, while it may be seen."""
    if not has_access(investigation):
        return None
    return next((row for row in documents_of(investigation) if row.ref == ref), None)


def papers_of(investigation: Investigation) -> Sequence[Evidence]:
    """The documents that came with the report."""
    return db.session.scalars(
        select(Evidence)
        .join(InvestigationPaper, InvestigationPaper.evidence_id == Evidence.id)
        .where(InvestigationPaper.investigation_id == investigation.id)
        .order_by(Evidence.id)
    ).all()


def note_look(investigation: Investigation, *, by: Account, at: dt.datetime) -> None:
    """Write down that the investigator looks at the claim; committed before the page is shown.

    Raises `InvestigationOver` for what has ended, or whose consent was taken back.
    """
    db.session.refresh(investigation)
    if not has_access(investigation):
        raise InvestigationOver(investigation.state)
    audit.note("investigation.read", "investigation", investigation.ref, by=by.id, role="investigator", at=at)
    db.session.flush()


def hold(investigation: Investigation) -> Claim:
    """Read it and its claim as they are now, and let nobody end or move them meanwhile."""
    claim = investigation.claim
    db.session.refresh(claim, with_for_update={"of": Claim})
    db.session.refresh(investigation, with_for_update={"of": Investigation})
    return claim
