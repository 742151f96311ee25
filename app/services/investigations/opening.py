"""Opening an investigation: what is to be found out, by whom, from which documents, until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from app.db import db
from app.domain import investigations
from app.domain.investigations import (
    ClaimNotInReview,
    NoConsent,
    NoSuchDocument,
    NotAnInvestigator,
    OneIsOpen,
    TooClose,
)
from app.models import Account, Claim, Consent, Evidence, Investigation, InvestigationDocument, StaffRole
from app.services import audit, claim_file, consents, evidence, hands, messages
from app.services.days import day_of

CONSENT = consents.INVESTIGATOR.kind


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caseworker asks of an investigator."""

    investigator: str
    """Reference of the investigator's account."""
    questions: str
    documents: tuple[str, ...]
    """References of the documents that may be seen; none is possible, then the questions alone are passed on."""
    due_on: dt.date
    shows_name: bool = False


def is_agreed_to(claim: Claim) -> bool:
    """Whether the claimant agreed to the file being read and, separately, to its being passed to an investigator."""
    return {CONSENT, claim_file.NEEDED_CONSENT} <= claim_file.consents_of(claim).keys()


def agree(claim: Claim, *, language: str, by: Account, at: dt.datetime) -> bool:
    """Keep the claimant's separate consent, with the wording that was read; False when it stands already."""
    hold(claim)
    if CONSENT in claim_file.consents_of(claim):
        return False
    version = consents.INVESTIGATOR.version(language)
    db.session.add(Consent(account_id=by.id, claim_id=claim.id, kind=CONSENT, text_version=version, given_at=at))
    audit.note("claim.consents_given", "claim", claim.ref, by=by.id, role="member", at=at, detail=CONSENT)
    db.session.flush()
    return True


def may_agree(claim: Claim) -> bool:
    """Whether the consent is still to be given: it does not stand, and the claim is not decided."""
    return claim.state in investigations.STILL_HEARD_IN and CONSENT not in claim_file.consents_of(claim)


def hold(claim: Claim) -> None:
    """Read the claim as it is now; nobody opens an investigation of it, or moves it, meanwhile."""
    db.session.refresh(claim, with_for_update={"of": Claim})


def candidates(claim: Claim) -> Sequence[Account]:
    """The investigators who may be asked about a claim: none who decides about claims, and nobody close to this one."""
    close = hands.had_a_hand(claim)
    return [one for one in _investigators() if one.id not in close]


def due_days(claim: Claim, *, today: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day on which a report about this claim may be due."""
    return investigations.due_days(claim_file.promises(claim, on=today).decision_by, today=today)


def open_for(claim: Claim, asked: Asked, *, by: Account, at: dt.datetime) -> Investigation:
    """Open an investigation; claimant and investigator are told.

    Holds the claim, so that nobody decides it or takes a consent back meanwhile. Raises `ClaimNotInReview`,
    `NoConsent`, `OneIsOpen`, `NotAnInvestigator`, `TooClose`, `DueOutside` or `NoSuchDocument`.
    """
    hold(claim)
    if claim.state not in investigations.MAY_BEGIN_IN:
        raise ClaimNotInReview(claim.state)
    if not is_agreed_to(claim):
        raise NoConsent
    rounds = {row.round: row.state for row in db.session.scalars(_of_claim(claim))}
    if "open" in rounds.values():
        raise OneIsOpen
    investigator = _chosen(claim, asked.investigator, by=by)
    promised = claim_file.promises(claim, on=day_of(at)).decision_by
    investigations.check_due(asked.due_on, promised, today=day_of(at))
    documents = _documents(claim, asked.documents)
    row = Investigation(
        claim_id=claim.id,
        round=max(rounds, default=0) + 1,
        investigator_id=investigator.id,
        opened_by=by.id,
        at=at,
        due_on=asked.due_on,
        shows_name=asked.shows_name,
        questions=asked.questions,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add_all(InvestigationDocument(investigation_id=row.id, evidence_id=one.id) for one in documents)
    audit.note("investigation.opened", "investigation", row.ref, by=by.id, role="caseworker", at=at, detail=claim.ref)
    db.session.flush()
    key = f"investigation:{row.ref}:begun"
    about = {"claim": claim.ref, "investigation": row.ref, "due_on": asked.due_on.isoformat()}
    messages.tell(claim.account_id, "investigation-begun", key=key, at=at, **about)
    messages.tell(investigator.id, "investigation-assigned", key=f"{key}:investigator", at=at, **about)
    return row


def _investigators() -> Sequence[Account]:
    """Everybody who is an investigator now and no caseworker, by name."""
    held = select(StaffRole.account_id).where(StaffRole.ended_at.is_(None))
    return db.session.scalars(
        select(Account)
        .where(
            Account.id.in_(held.where(StaffRole.role == "investigator")),
            Account.id.not_in(held.where(StaffRole.role == "caseworker")),
        )
        .order_by(Account.name, Account.id)
    ).all()


def _of_claim(claim: Claim) -> Select[Investigation]:
    return select(Investigation).where(Investigation.claim_id == claim.id)


def _chosen(claim: Claim, ref: str, *, by: Account) -> Account:
    found = next((one for one in _investigators() if one.ref == ref), None)
    if found is None:
        raise NotAnInvestigator
    if found.id == by.id or found.id in hands.had_a_hand(claim):
        raise TooClose
    return found


def _documents(claim: Claim, refs: tuple[str, ...]) -> list[Evidence]:
    here = {row.ref: row for row in evidence.documents_of(claim)}
    if not here.keys() >= set(refs):
        raise NoSuchDocument
    return [here[ref] for ref in dict.fromkeys(refs)]
