"""What a caseworker does about who looks after which claim."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from app.db import db
from app.models import Account, Claim, DeclaredConflict
from app.services import assignments, conflicts, hands
from app.services.assignments import MayNotLookAfter, NotAtTheDesk

Outcome = Literal["given", "moved", "may_not", "not_at_the_desk"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One claim that was ticked, as it stood when the list of them was shown."""

    ref: str
    steps: int
    assigned_to: int
    """0 when nobody looked after it."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one of the claims that were ticked."""

    claim: Claim
    outcome: Outcome


def take(claim: Claim, reason: str, *, seen: int, by: Account, at: dt.datetime) -> None:
    """Look after it oneself. Raises `AssignedMeanwhile` when another has it than the page said; else as the service."""
    _hold(claim, seen)
    assignments.take(claim, by=by, at=at, reason=reason)


def hand_over(claim: Claim, to: Account, reason: str, *, by: Account, at: dt.datetime) -> None:
    """Give it to a colleague, with a reason. Raises as `assignments.give`."""
    db.session.refresh(claim, with_for_update={"of": Claim})
    assignments.give(claim, to, "handed_over", by=by, at=at, reason=reason)


def give_back(claim: Claim, *, by: Account, at: dt.datetime) -> None:
    """Give it back. Raises as `assignments.give_back`."""
    db.session.refresh(claim, with_for_update={"of": Claim})
    assignments.give_back(claim, by=by, at=at)


def give_many(chosen: Sequence[Chosen], to: Account, *, by: Account, at: dt.datetime) -> list[Done]:
    """Give these claims to one person; what changed since they were ticked is left alone and told, the rest is done.

    They are held in the order of their numbers, so that two people who do this at once never wait in a circle.
    """
    seen = {one.ref: one for one in chosen}
    numbers = db.session.scalars(select(Claim.id).where(Claim.ref.in_(seen)).order_by(Claim.id)).all()
    done = []
    for number in numbers:
        claim = db.session.get_one(Claim, number)
        db.session.refresh(claim, with_for_update={"of": Claim})
        done.append(Done(claim, _give_one(claim, seen[claim.ref], to, by=by, at=at)))
    return done


def say_away(until_on: dt.date | None, *, by: Account, at: dt.datetime) -> None:
    """Be away until a day, or be here again."""
    assignments.say_away(by, until_on, at=at)


def declare(claim: Claim, kind: str, note: str, *, by: Account, at: dt.datetime) -> DeclaredConflict:
    """Declare a conflict. Raises `conflicts.DeclaredBefore`."""
    return conflicts.declare(claim, kind, note, by=by, at=at)


def _give_one(claim: Claim, seen: Chosen, to: Account, *, by: Account, at: dt.datetime) -> Outcome:
    if len(claim.steps) != seen.steps or (claim.assigned_to or 0) != seen.assigned_to:
        return "moved"
    if claim.assigned_to == to.id:
        return "given"
    if hands.is_own(claim, by):
        return "may_not"
    try:
        assignments.give(claim, to, "bulk", by=by, at=at)
    except MayNotLookAfter:
        return "may_not"
    except NotAtTheDesk:
        return "not_at_the_desk"
    return "given"


def _hold(claim: Claim, seen: int) -> None:
    db.session.refresh(claim, with_for_update={"of": Claim})
    if (claim.assigned_to or 0) != seen:
        raise assignments.AssignedMeanwhile(claim.assigned_to)
