"""What becomes of a report: a caseworker shares its findings with the claimant, who may answer once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from app.db import db
from app.domain.investigations import STILL_HEARD_IN, AnswerTooLate, InvestigationOver, NotShared, SaidAlready
from app.models import Account, Claim, Investigation
from app.services import audit, hands, messages
from app.services.investigations import working
from app.services.investigations.ending import say

_LATELY: Final = 30


def of_claim(claim: Claim) -> Sequence[Investigation]:
    """Every investigation of a claim, the first one first."""
    return db.session.scalars(
        select(Investigation).where(Investigation.claim_id == claim.id).order_by(Investigation.round)
    ).all()


def one_of_claim(claim: Claim, ref: str) -> Investigation | None:
    """The investigation of this reference, when it is of this claim."""
    return db.session.scalar(select(Investigation).where(Investigation.ref == ref, Investigation.claim_id == claim.id))


def open_ones(*, but_not_of: int) -> Sequence[Investigation]:
    """Every open investigation, the one due first at the top; none of own claims."""
    return db.session.scalars(
        select(Investigation)
        .join(Claim, Investigation.claim_id == Claim.id)
        .where(Investigation.state == "open", hands.of_others(but_not_of))
        .order_by(Investigation.due_on, Investigation.id)
    ).all()


def ended_lately(*, but_not_of: int) -> Sequence[Investigation]:
    """What ended last, the latest first; none of own claims."""
    return db.session.scalars(
        select(Investigation)
        .join(Claim, Investigation.claim_id == Claim.id)
        .where(Investigation.state != "open", hands.of_others(but_not_of))
        .order_by(Investigation.ended_at.desc(), Investigation.id.desc())
        .limit(_LATELY)
    ).all()


def share(investigation: Investigation, findings: str, *, by: Account, at: dt.datetime) -> None:
    """Let the claimant read the findings, in the words a caseworker confirmed: without what concerns other people.

    Raises `InvestigationOver` when there is no report, and `SaidAlready`.
    """
    claim = working.hold(investigation)
    if investigation.state != "filed":
        raise InvestigationOver(investigation.state)
    if investigation.said("shared") is not None:
        raise SaidAlready
    say(investigation, "shared", findings, by=by, at=at)
    _note("investigation.shared", investigation, by=by, role="caseworker", at=at)
    about = {"claim": claim.ref, "investigation": investigation.ref}
    messages.tell(
        claim.account_id, "investigation-report", key=f"investigation:{investigation.ref}:shared", at=at, **about
    )


def answer(investigation: Investigation, text: str, *, by: Account, at: dt.datetime) -> None:
    """What the claimant says to the findings. Raises `NotShared`, `AnswerTooLate` once it is decided, `SaidAlready`."""
    claim = working.hold(investigation)
    if investigation.said("shared") is None:
        raise NotShared
    if investigation.said("answer") is not None:
        raise SaidAlready
    if claim.state not in STILL_HEARD_IN:
        raise AnswerTooLate(claim.state)
    say(investigation, "answer", text, by=by, at=at)
    _note("investigation.answered", investigation, by=by, role="member", at=at)
    about = {"claim": claim.ref, "investigation": investigation.ref}
    key = f"investigation:{investigation.ref}:answered"
    messages.tell(investigation.opened_by, "investigation-answered", key=key, at=at, **about)


def may_answer(investigation: Investigation) -> bool:
    """Whether the claimant may still say something to the findings."""
    return (
        investigation.said("shared") is not None
        and investigation.said("answer") is None
        and investigation.claim.state in STILL_HEARD_IN
    )


def _note(deed: str, investigation: Investigation, *, by: Account, role: str, at: dt.datetime) -> None:
    audit.note(deed, "investigation", investigation.ref, by=by.id, role=role, at=at)
    db.session.flush()
