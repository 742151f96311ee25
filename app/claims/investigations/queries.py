"""What the claimant asks about investigations of the own claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.domain.terms import Words
from app.models import Claim, Evidence, Investigation
from app.services import claim_file
from app.services.investigations import hearing, opening, working


@dataclass(frozen=True, slots=True)
class Told:
    """One investigation as its claimant reads it."""

    investigation: Investigation
    documents: tuple[tuple[Evidence, Words | None], ...]
    """What the investigator may see, or might."""
    may_answer: bool


def beside(claim: Claim) -> dict[str, Any]:
    """What stands on the page of a claim: its investigations, and whether passing it on is agreed to."""
    return {
        "investigations": hearing.of_claim(claim),
        "may_agree": claim.state != "draft" and opening.may_agree(claim),
    }


def told(claim: Claim, ref: str) -> Told | None:
    """One investigation of this claim."""
    found = hearing.one_of_claim(claim, ref)
    if found is None:
        return None
    names = {line.wanted.key: line.wanted.name for line in claim_file.checklist(claim)}
    chosen = tuple((row, names.get(row.kind)) for row in working.documents_of(found))
    return Told(found, chosen, hearing.may_answer(found))
