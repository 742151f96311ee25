"""What the list of objections asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select

from app.db import db
from app.models import Account, Award, Case, Claim, Evidence, Objection
from app.review.objections import actions
from app.services import hands, objection_papers, objections
from app.services.objections import CONTACT, NAME, TEXT

_LATELY: Final = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """One objection with its claim."""

    objection: Objection
    claim: Claim
    needs_another: bool
    """This caseworker had a hand in the claim and may not answer."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One objection as the caseworker reads it."""

    objection: Objection
    claim: Claim
    text: str
    name: str
    contact: str
    needs_another: bool
    left: tuple[str, ...]
    """When it needs another: the names of those who may answer; empty when everybody had a hand in the claim."""
    papers: tuple[Evidence, ...]
    reads_papers: bool
    """This caseworker answers, or answered: nobody else sees the documents and how to reach who filed it."""
    has_contact: bool
    answered_by: str
    between_periods: bool
    """The case was deferred and is in no period: an objection can be dismissed, and admitted when it is published."""


def waiting(*, by: Account) -> list[Listed]:
    """The open objections, oldest first; none to an own case."""
    found = _of_others(by).where(Objection.state == "open").order_by(Objection.filed_at, Objection.id)
    return [_listed(objection, claim, by) for objection, claim in db.session.execute(found)]


def answered_lately(*, by: Account) -> list[Listed]:
    """The last answers, newest first."""
    found = _of_others(by).where(Objection.state != "open").order_by(Objection.answered_at.desc()).limit(_LATELY)
    return [_listed(objection, claim, by) for objection, claim in db.session.execute(found)]


def answers_it(objection: Objection, claim: Claim, by: Account) -> bool:
    """Whether this caseworker is who answers: may do so while it is open, or did."""
    return actions.may_answer(claim, by) if objection.state == "open" else objection.answered_by == by.id


def opened(ref: str, *, by: Account, reads: bool, contact: bool = False) -> Opened | None:
    """One objection, its words unsealed for who `reads` it, who filed it with `contact` for whoever answers.

    None when there is none, or it is about an own claim.
    """
    found = db.session.execute(_of_others(by).where(Objection.ref == ref)).first()
    if found is None:
        return None
    objection, claim = found
    answers = reads and answers_it(objection, claim, by)
    return Opened(
        objection,
        claim,
        objections.unsealed(objection.text_sealed, TEXT) if reads else "",
        objections.unsealed(objection.name_sealed, NAME) if answers and contact else "",
        objections.unsealed(objection.contact_sealed, CONTACT) if answers and contact else "",
        needs_another=not actions.may_answer(claim, by),
        left=tuple(one.name for one in hands.left_to_answer(claim)),
        papers=tuple(objection_papers.of_objection(objection)),
        reads_papers=answers,
        has_contact=objection.name_sealed is not None or objection.contact_sealed is not None,
        answered_by=db.session.scalar(db.select(Account.name).where(Account.id == objection.answered_by)) or "",
        between_periods=claim.state == "approved",
    )


def objection(ref: str) -> Objection:
    """The objection of this reference, which is known to exist."""
    return db.session.scalars(db.select(Objection).where(Objection.ref == ref)).one()


def _of_others(by: Account) -> Select[Objection, Claim]:
    return (
        db.select(Objection, Claim)
        .join(Case, Objection.case_id == Case.id)
        .join(Award, Case.award_id == Award.id)
        .join(Claim, Award.claim_id == Claim.id)
        .where(hands.of_others(by.id))
    )


def _listed(objection: Objection, claim: Claim, by: Account) -> Listed:
    return Listed(objection, claim, objection.state == "open" and not actions.may_answer(claim, by))
