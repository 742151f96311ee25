"""What the desk asks about investigations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from app.db import db
from app.domain import investigations
from app.domain.terms import Words
from app.models import Account, Claim, Evidence, Investigation
from app.services import claim_file, evidence, hands
from app.services.investigations import hearing, opening, working


@dataclass(frozen=True, slots=True)
class Listed:
    """One investigation of a list; `investigator` is who was asked."""

    investigation: Investigation
    investigator: str
    late_days: int


@dataclass(frozen=True, slots=True)
class Opened:
    """One investigation as a caseworker reads it."""

    investigation: Investigation
    investigator: str
    documents: tuple[tuple[Evidence, Words | None], ...]
    """What was chosen for the investigator, with what the rules call it."""
    papers: Sequence[Evidence]
    late_days: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What an investigation may be opened with."""

    is_agreed_to: bool
    investigators: Sequence[Account]
    documents: tuple[tuple[Evidence, Words | None], ...]
    first_day: dt.date
    last_day: dt.date


def open_ones(*, by: Account, today: dt.date) -> list[Listed]:
    """What is open, the one due first at the top."""
    return _listed(hearing.open_ones(but_not_of=by.id), today)


def ended_lately(*, by: Account, today: dt.date) -> list[Listed]:
    """What ended last."""
    return _listed(hearing.ended_lately(but_not_of=by.id), today)


def of_claim(claim: Claim, *, today: dt.date) -> list[Listed]:
    """Every investigation of a claim."""
    return _listed(hearing.of_claim(claim), today)


def investigation(ref: str, *, by: Account) -> Investigation | None:
    """The investigation of this reference; None when its claim is for other people to look after."""
    found = db.session.scalar(db.select(Investigation).where(Investigation.ref == ref))
    return None if found is None or hands.is_own(found.claim, by) else found


def opened(found: Investigation, *, today: dt.date) -> Opened:
    """One investigation with its documents."""
    (listed,) = _listed([found], today)
    names = _names(found.claim)
    chosen = tuple((row, names.get(row.kind)) for row in working.documents_of(found))
    return Opened(found, listed.investigator, chosen, working.papers_of(found), listed.late_days)


def paper_of(found: Investigation, ref: str) -> Evidence | None:
    """A document that came with the report."""
    return next((row for row in working.papers_of(found) if row.ref == ref), None)


def choice(claim: Claim, *, today: dt.date) -> Choice:
    """What an investigation of this claim may be opened with today."""
    names = _names(claim)
    first_day, last_day = opening.due_days(claim, today=today)
    return Choice(
        opening.is_agreed_to(claim),
        opening.candidates(claim),
        tuple((row, names.get(row.kind)) for row in evidence.documents_of(claim)),
        first_day,
        last_day,
    )


def may_open(claim: Claim) -> bool:
    """Whether an investigation may be opened: none is open, and the claim is being looked at."""
    is_open = any(one.state == "open" for one in hearing.of_claim(claim))
    return claim.state in investigations.MAY_BEGIN_IN and not is_open


def count_open(*, by: Account) -> int:
    """How many are open."""
    return len(hearing.open_ones(but_not_of=by.id))


def _names(claim: Claim) -> dict[str, Words]:
    return {line.wanted.key: line.wanted.name for line in claim_file.checklist(claim)}


def _listed(found: Sequence[Investigation], today: dt.date) -> list[Listed]:
    asked = db.select(Account).where(Account.id.in_({one.investigator_id for one in found}))
    names = {one.id: one.name for one in db.session.scalars(asked)} if found else {}
    return [
        Listed(
            one,
            names[one.investigator_id],
            investigations.late_days(one.due_on, today=today) if one.state == "open" else 0,
        )
        for one in found
    ]
