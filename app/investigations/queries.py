"""What the room of the investigators asks: the own investigations, and of a claim only what was chosen for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain import investigations
from app.domain.masking import family_name_masked
from app.domain.terms import Rules, Words
from app.models import Account, Evidence, Investigation
from app.services import claim_file, rulebook, vault
from app.services.investigations import working


@dataclass(frozen=True, slots=True)
class Listed:
    """One investigation of the list."""

    investigation: Investigation
    plan: Words
    late_days: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """A document that was chosen, and what the rules call it."""

    evidence: Evidence
    name: Words | None
    """None for a document that is no line of the checklist, like the paper of a bill."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open investigation as its investigator reads it."""

    investigation: Investigation
    rules: Rules
    name: str
    """Masked, unless the caseworker found that it is needed."""
    documents: tuple[Chosen, ...]
    late_days: int


def waiting(*, by: Account, today: dt.date) -> list[Listed]:
    """What waits for this investigator, the one due first at the top."""
    return [
        Listed(
            one,
            rulebook.rules_of(one.claim.member_terms.version).name,
            investigations.late_days(one.due_on, today=today),
        )
        for one in working.open_of(by)
    ]


def ended(*, by: Account) -> Sequence[Investigation]:
    """What this investigator had lately."""
    return working.ended_of(by)


def assigned(ref: str, *, by: Account) -> Investigation | None:
    """The investigation of this reference, when it was given to this account."""
    return working.assigned(ref, by)


def opened(investigation: Investigation, *, today: dt.date) -> Opened:
    """What may be seen of the claim while the investigation is open."""
    claim = investigation.claim
    name = vault.unseal(claim.membership.person.name_sealed, purpose="person.name")
    names = {line.wanted.key: line.wanted.name for line in claim_file.checklist(claim)}
    return Opened(
        investigation,
        rulebook.rules_of(claim.member_terms.version),
        name if investigation.shows_name else family_name_masked(name),
        tuple(Chosen(row, names.get(row.kind)) for row in working.documents_of(investigation)),
        investigations.late_days(investigation.due_on, today=today),
    )


def document_of(investigation: Investigation, ref: str) -> Evidence | None:
    """A chosen document, while it may be seen."""
    return working.document_of(investigation, ref)
