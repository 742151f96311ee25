"""Conditions of a claim that need more than dates: the health declaration, the definition of the event, the exclusions.

The machine says what it can see, with the datum; what only a person can tell it leaves to a person and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.db import db
from app.domain.event_groups import EVENT_GROUPS
from app.domain.terms import Benefit, MemberTerms
from app.models import Application, Claim, Membership
from app.services import claim_file, lifetime

Outcome = Literal["fits", "fails", "flag", "person"]
"""It holds; it refuses the claim; somebody should look at it; only a person can tell."""


@dataclass(frozen=True, slots=True)
class Check:
    """One row: what is asked, how it came out, by which clause, and the datum it rests on."""

    key: Literal["membership", "waiting", "amount", "reporting", "declaration", "definition", "exclusions", "documents"]
    outcome: Outcome
    clause: str
    datum: dict[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of how an amount is worked out: what it is, and how much in fen (negative where it is taken off)."""

    what: Literal["table", "same_event", "top", "received", "left", "result"]
    amount_fen: int


def checks(claim: Claim) -> tuple[Check, ...]:
    """Declaration, definition and exclusions, in this order; without what the terms do not have."""
    terms = claim_file.terms_of(claim)
    rows = [_declaration(claim, terms) if terms.declaration else None, _definition(claim, terms)]
    rows.append(_exclusions(terms) if terms.exclusions else None)
    return tuple(row for row in rows if row is not None)


def working(claim: Claim, benefit: Benefit, most_fen: int) -> tuple[Line, ...]:
    """How the most of a benefit is worked out, line by line: the table, what was received, what a lifetime has left."""
    terms = claim_file.terms_of(claim)
    lines = [Line("table", benefit.amount_fen)]
    if terms.kind == "lump_sum":
        before = lifetime.received_before_fen(claim, same_event=True)
        lines += [Line("same_event", -before)] if before else []
    if terms.kind != "lump_sum" or terms.event == "accident":
        received = lifetime.received_before_fen(claim)
        lines += [
            Line("top", terms.top_fen),
            Line("received", -received),
            Line("left", max(terms.top_fen - received, 0)),
        ]
    return (*lines, Line("result", most_fen))


def _declaration(claim: Claim, terms: MemberTerms) -> Check:
    """Which version was asked at joining, whether every question was answered, and whether any with yes."""
    asked = {item.key: item for item in terms.declaration}
    application = _application(claim.membership)
    answers = {one.item: one.yes for one in application.answers} if application else {}
    version = application.member_terms.version.number if application else None
    yes = tuple(asked[key].question for key, said in answers.items() if said and key in asked)
    complete = bool(answers) and (version != claim.member_terms.version.number or asked.keys() <= answers.keys())
    datum: dict[str, object] = {"version": version, "answered": len(answers), "yes": yes}
    return Check("declaration", "fits" if complete and not yes else "flag", terms.declaration[0].clause, datum)


def _application(membership: Membership) -> Application | None:
    """The application a membership goes back to, also through the plans it moved from; None for one of a list."""
    seen: Membership | None = membership
    while seen is not None and seen.application_id is None and seen.moved_from_id is not None:
        seen = db.session.get(Membership, seen.moved_from_id)
    return db.session.get(Application, seen.application_id) if seen is not None and seen.application_id else None


def _definition(claim: Claim, terms: MemberTerms) -> Check:
    """Whether the group that was named is one of this plan's events, and of the severity that is asked for."""
    group = next((one for one in EVENT_GROUPS if one.key == claim.disease_group), None)
    benefit = next((one for one in terms.benefits if one.key == claim.benefit), None)
    severe = benefit is not None and group is not None and ("low_grade" in group.key) == ("low_grade" in benefit.key)
    fits = group is not None and group.event == terms.event and (severe or terms.event == "accident")
    clause = benefit.clause if benefit else terms.cited.joining
    return Check("definition", "fits" if fits else "flag", clause, {"group": claim.disease_group, "benefit": benefit})


def _exclusions(terms: MemberTerms) -> Check:
    """What is excluded stands in papers, so a person tells; the row names what to look for."""
    return Check("exclusions", "person", terms.exclusions[0].number, {"listed": terms.exclusions})
