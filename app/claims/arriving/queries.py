"""What is asked of files on their way; everything through its owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.claims.queries import claim_of
from app.models import Account, Arrival, Claim
from app.services.arrivals import beginning
from app.web.sentences import sentence_of
from app.web.sentences_arrivals import problem_of


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A file as the page lists it."""

    ref: str
    name: str
    state: str
    percent: int
    """How much of it has arrived, rounded down: 100 is all of it."""
    size_bytes: int
    modified_ms: int | None
    problem: str
    """Why it was refused and what to do, in a sentence."""


def arrival_of(account: Account, claim_ref: str, ref: str) -> Arrival | None:
    """An arrival of the account's own claim."""
    claim = claim_of(account, claim_ref)
    return beginning.arrival_of(claim, ref) if claim is not None else None


def waits_for(claim: Claim) -> str:
    """Why the claim cannot be handed in just now: a file is on its way; empty when none is."""
    count = beginning.count_under_way(claim)
    return sentence_of(beginning.StillUnderWay(count)) if count else ""


def on_their_way(claim: Claim, kind: str) -> Sequence[OnItsWay]:
    """The files of one line that are no documents yet, or will be none."""
    return [
        OnItsWay(
            row.ref,
            beginning.name_of(row),
            row.state,
            row.received_bytes * 100 // row.size_bytes,
            row.size_bytes,
            row.modified_ms,
            problem_of(row.problem) if row.problem else "",
        )
        for row in beginning.arrivals_of(claim, kind)
    ]
