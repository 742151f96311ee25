"""How an objection is answered. Only admission moves anything: the case leaves its period and goes back to review."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update

from app.db import db
from app.domain import objections
from app.domain.claim_states import SamePerson
from app.domain.objections import AdmittedBetweenPeriods, AlreadyAnswered, Answer
from app.models import Account, Claim, Objection
from app.services import audit, bills, claims, hands, messages, pools, removals
from app.services.objections import claim_of, of_claim, state_fact

_ROLE = "caseworker"


def check_may_answer(claim: Claim, by: Account, reason: str = "-") -> None:
    """Whether somebody may answer, with a reason.

    Raises `SamePerson` for whoever owns the claim, recommended, decided or investigated it; `AnswerWithoutReason`.
    """
    objections.check_may_answer(by.id, hands.answers_nothing(claim), reason)


def may_answer(claim: Claim, by: Account) -> bool:
    """Whether this caseworker may answer objections to this claim."""
    try:
        check_may_answer(claim, by)
    except SamePerson:
        return False
    return True


def dismiss(objection: Objection, reason: str, *, by: Account, at: dt.datetime) -> None:
    """The case stays where it is; the claimant is told. Raises `AlreadyAnswered` and what `check_may_answer` raises."""
    claim = _hold(objection)
    check_may_answer(claim, by, reason)
    _answer(objection, "dismissed", reason, by=by, at=at)
    messages.tell(
        claim.account_id,
        "objection-dismissed",
        key=f"objection-dismissed:{objection.ref}",
        at=at,
        claim=claim.ref,
        case=objection.case.ref,
        period=objection.period.name,
        reason=objection.public_reason,
    )


def admit(objection: Objection, reason: str, *, by: Account, at: dt.datetime) -> None:
    """The case leaves its period and its claim goes back to review; what was approved with it is void.

    Every other open objection to the case is answered by this. Raises `AlreadyAnswered`, `AdmittedBetweenPeriods`,
    `MoveNotAllowed` when the claim is no longer published, and what `check_may_answer` raises.
    """
    claim = _hold(objection)
    check_may_answer(claim, by, reason)
    if objection.state == "open" and claim.state == "approved":
        raise AdmittedBetweenPeriods
    case = objection.case
    _answer(objection, "admitted", reason, by=by, at=at)
    for other in of_claim(claim):
        if other.state == "open" and other.case_id == case.id:
            _answer(other, "admitted", reason, by=by, at=at)
    step = claims.move(claim, "admit_objection", by=by.id, role=_ROLE, at=at, note=reason.strip())
    audit.note("claim.objection_admitted", "claim", claim.ref, by=by.id, role=_ROLE, at=at, detail=objection.ref)
    removals.remove(case, "objection", at=at, objection=objection)
    bills.reopen_part(case.award_id, by=by, at=at)
    messages.tell(
        claim.account_id,
        "claim-admit-objection",
        key=f"claim-step:{step.id}",
        at=at,
        claim=claim.ref,
        case=case.ref,
        reason=objection.public_reason,
    )


def note_look(objection: Objection, *, by: Account, at: dt.datetime) -> None:
    """Write down that somebody looks at who filed an objection."""
    audit.note("objection.contact_opened", "objection", objection.ref, by=by.id, role=_ROLE, at=at)
    db.session.flush()


def _hold(objection: Objection) -> Claim:
    """Nobody settles, defers, moves or answers meanwhile: pool, period and claim are read as they are now."""
    period = objection.case.period
    pools.hold(period.pool, alone=True)
    claim = claim_of(objection.case)
    db.session.refresh(claim, with_for_update={"of": Claim})
    for row in (objection, objection.case, period):
        db.session.refresh(row)
    return claim


def _answer(objection: Objection, answer: Answer, reason: str, *, by: Account, at: dt.datetime) -> None:
    """Compare-and-set: of two answers the first stands. The public log commits to the reason."""
    answered = db.session.execute(
        update(Objection)
        .where(Objection.id == objection.id, Objection.state == "open")
        .values(state=answer, answered_at=at, answered_by=by.id, public_reason=reason.strip())
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(objection)
    if answered.rowcount != 1:  # type: ignore[attr-defined]
        raise AlreadyAnswered(objection.state)
    state_fact(objection, answer, at=at)
    audit.note(f"objection.{answer}", "objection", objection.ref, by=by.id, role=_ROLE, at=at)
    db.session.flush()
