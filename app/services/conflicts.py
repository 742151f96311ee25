"""Conflicts that caseworkers declare, and what somebody reads who has to be sure that they do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.db import db
from app.models import Account, Claim, DeclaredConflict
from app.services import assignments, audit

KINDS: Final = ("relative", "acquaintance", "same_hospital", "own_interest", "other")
_ROLE: Final = "caseworker"
_SHOWN: Final = 200


class DeclaredBefore(ValueError):
    """This person has declared a conflict with this claim already."""


@dataclass(frozen=True, slots=True)
class Declared:
    """One conflict as the desk, the operator and the auditor see it."""

    conflict: DeclaredConflict
    claim: str
    """The claim's reference."""
    name: str
    """Who declared it."""


def declare(claim: Claim, kind: str, note: str, *, by: Account, at: dt.datetime) -> DeclaredConflict:
    """Say that one stands too near to a claim; from now on others look after it. Never taken back.

    Whoever looks after the claim gives it back with it. Raises `DeclaredBefore`.
    """
    db.session.refresh(claim, with_for_update={"of": Claim})
    if of(claim, by.id) is not None:
        raise DeclaredBefore
    if claim.assigned_to == by.id:
        assignments.end(claim, "conflict", at=at)
    row = DeclaredConflict(claim_id=claim.id, account_id=by.id, kind=kind, note=note.strip(), at=at)
    db.session.add(row)
    audit.note("claim.conflict_declared", "claim", claim.ref, by=by.id, role=_ROLE, at=at, detail=kind)
    assignments.follow(claim, at=at)
    db.session.flush()
    return row


def of(claim: Claim, account_id: int) -> DeclaredConflict | None:
    """What somebody declared about a claim."""
    return db.session.scalar(
        select(DeclaredConflict).where(DeclaredConflict.claim_id == claim.id, DeclaredConflict.account_id == account_id)
    )


def lately(*, own_of: int | None = None) -> Sequence[Declared]:
    """The conflicts declared last, newest first: all of them, or one account's own."""
    asked = (
        select(DeclaredConflict, Claim.ref, Account.name)
        .join(Claim, DeclaredConflict.claim_id == Claim.id)
        .join(Account, DeclaredConflict.account_id == Account.id)
        .order_by(DeclaredConflict.id.desc())
        .limit(_SHOWN)
    )
    if own_of is not None:
        asked = asked.where(DeclaredConflict.account_id == own_of)
    return [Declared(*row) for row in db.session.execute(asked)]
