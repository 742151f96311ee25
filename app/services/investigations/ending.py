"""How an investigation ends: with the one report, with a refusal to take it, or closed with its cause.

Access ends with it in the same transaction. Compare-and-set: whoever comes second gets `InvestigationOver`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select, update

from app.db import db
from app.domain.investigations import TABLE, Cause, InvestigationOver
from app.models import (
    Account,
    Claim,
    Evidence,
    Investigation,
    InvestigationNote,
    InvestigationPaper,
    InvestigationReport,
)
from app.services import audit, evidence, messages

PAPER: Final = evidence.INVESTIGATION


def file(  # noqa: PLR0913 -- a report has these parts
    investigation: Investigation, *, done: str, found: str, papers: Sequence[Evidence], by: Account, at: dt.datetime
) -> InvestigationReport:
    """File the report with what was brought for it. Raises `InvestigationOver`; then nothing of it is kept."""
    _end(investigation, "file", role="investigator", at=at)
    report = InvestigationReport(
        investigation_id=investigation.id, claim_id=investigation.claim_id, by=by.id, at=at, done=done, found=found
    )
    db.session.add(report)
    for paper in papers:
        paper.claim_id = investigation.claim_id
        db.session.add(paper)
        db.session.flush()
        db.session.add(InvestigationPaper(evidence_id=paper.id, investigation_id=investigation.id))
        detail = f"investigation {investigation.ref}"
        audit.note("evidence.received", "evidence", paper.ref, by=by.id, role="investigator", at=at, detail=detail)
    _note("investigation.filed", investigation, by=by.id, role="investigator", at=at)
    _tell_claimant(investigation, "investigation-finished", at=at)
    _tell(investigation, investigation.opened_by, "investigation-filed", at=at)
    return report


def decline(investigation: Investigation, reason: str, *, by: Account, at: dt.datetime) -> None:
    """The investigator does not take it, or goes no further: a conflict, or it cannot be done."""
    _end(investigation, "decline", role="investigator", at=at)
    say(investigation, "declined", reason, by=by, at=at)
    _note("investigation.declined", investigation, by=by.id, role="investigator", at=at)
    _tell_claimant(investigation, "investigation-ended", at=at)
    _tell(investigation, investigation.opened_by, "investigation-declined", at=at)


def call_off(investigation: Investigation, reason: str, *, by: Account, at: dt.datetime) -> None:
    """A caseworker ends it without a report."""
    _close(investigation, "called_off", by=by.id, role="caseworker", at=at)
    say(investigation, "called_off", reason, by=by, at=at)
    _tell_claimant(investigation, "investigation-ended", at=at)


def close_of_claim(claim: Claim, cause: Cause, *, by: int | None, role: str, at: dt.datetime) -> None:
    """Close what is open for a claim, if anything; whoever opened it and the investigator are told."""
    held = select(Investigation).where(Investigation.claim_id == claim.id, Investigation.state == "open")
    for investigation in db.session.scalars(held.with_for_update(of=Investigation)).all():
        _close(investigation, cause, by=by, role="member" if role == "member" else "system", at=at)


def close_of_investigator(account: Account, *, at: dt.datetime) -> int:
    """Close what is open with somebody who is an investigator no longer; returns how many."""
    held = select(Investigation).where(Investigation.investigator_id == account.id, Investigation.state == "open")
    found = db.session.scalars(held.with_for_update(of=Investigation)).all()
    for investigation in found:
        _close(investigation, "role_ended", by=None, role="system", at=at)
        _tell_claimant(investigation, "investigation-ended", at=at)
    return len(found)


def say(investigation: Investigation, kind: str, text: str, *, by: Account, at: dt.datetime) -> None:
    """Keep what was said, once of a kind."""
    db.session.add(
        InvestigationNote(
            investigation_id=investigation.id, claim_id=investigation.claim_id, kind=kind, by=by.id, at=at, text=text
        )
    )
    db.session.flush()
    db.session.refresh(investigation)


def _close(investigation: Investigation, cause: Cause, *, by: int | None, role: str, at: dt.datetime) -> None:
    _end(investigation, "close", role=role, at=at, cause=cause)
    _note("investigation.closed", investigation, by=by, role=role, at=at, detail=cause)
    for number in {investigation.investigator_id, investigation.opened_by} - {by}:
        _tell(investigation, number, "investigation-closed", at=at)


def _end(investigation: Investigation, move: str, *, role: str, at: dt.datetime, cause: Cause | None = None) -> None:
    """End it, if it is open still."""
    state = TABLE.after("open", move, by=role)
    ended = db.session.execute(
        update(Investigation)
        .where(Investigation.id == investigation.id, Investigation.state == "open")
        .values(state=state, ended_at=at, cause=cause)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(investigation)
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise InvestigationOver(investigation.state)


def _note(  # noqa: PLR0913 -- who, in which role, did what, when
    deed: str, investigation: Investigation, *, by: int | None, role: str, at: dt.datetime, detail: str | None = None
) -> None:
    audit.note(deed, "investigation", investigation.ref, by=by, role=role, at=at, detail=detail)
    db.session.flush()


def _tell_claimant(investigation: Investigation, kind: str, *, at: dt.datetime) -> None:
    _tell(investigation, investigation.claim.account_id, kind, at=at)


def _tell(investigation: Investigation, account_id: int, kind: str, *, at: dt.datetime) -> None:
    key = f"investigation:{investigation.ref}:{kind}:{account_id}"
    about = {"claim": investigation.claim.ref, "investigation": investigation.ref, "cause": investigation.cause or ""}
    messages.tell(account_id, kind, key=key, at=at, **about)
