"""Who looks after a claim: taken, given by the round, given by a colleague, given back, handed over.

An assignment is no lock: whoever is free may still move the claim, and takes it over with a sentence. It ends by itself
when the next step needs somebody else, when the claim is decided, when its caseworker declares a conflict and when the
caseworker's appointment ends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, Literal

from flask import current_app
from sqlalchemy import func, select, update

from app.db import db
from app.domain.assigning import Candidate, next_in_round
from app.models import Absence, Account, Assignment, Claim, StaffRole
from app.services import audit, hands, messages, relations
from app.services.at_the_desk import AT_DESK, WAITING
from app.services.days import day_of

How = Literal["own", "taken_over", "handed_over", "round_robin", "bulk"]
Ended = Literal["step_done", "decided", "given_back", "handed_over", "taken_over", "role_ended", "conflict"]
_ROLE: Final = "caseworker"
_NOBODY_LEFT: Final = "claim-nobody-left"


class AssignedMeanwhile(Exception):
    """Somebody else looks after the claim by now; `to` is the account."""

    def __init__(self, to: int | None) -> None:
        super().__init__("the claim was assigned meanwhile")
        self.to = to


class MayNotLookAfter(ValueError):
    """This person may not look after the claim: too near to it, or a hand in it before, or no caseworker."""


class NotAtTheDesk(ValueError):
    """The claim is at nobody's desk: it is decided, withdrawn or paid."""


class NotYours(PermissionError):
    """Only who looks after a claim gives it back or hands it over."""


class SayWhy(ValueError):
    """Taking over and handing over need a sentence."""


def take(claim: Claim, *, by: Account, at: dt.datetime, reason: str = "") -> Assignment:
    """Look after a claim oneself. Of one that a colleague has, say why; raises `SayWhy`, and what `give` raises."""
    if claim.assigned_to is None:
        return _give(claim, by, "own", by=by, at=at)
    if claim.assigned_to == by.id:
        return live(claim)
    return give(claim, by, "taken_over", by=by, at=at, reason=reason)


def give(  # noqa: PLR0913 -- who to whom, how, when and why
    claim: Claim, to: Account, how: How, *, by: Account, at: dt.datetime, reason: str = ""
) -> Assignment:
    """Give a claim to a caseworker, whoever had it. Compare-and-set: raises `AssignedMeanwhile` for who is second.

    Raises `SayWhy` without a sentence where one is due, `NotAtTheDesk` and `MayNotLookAfter`.
    """
    if how in {"taken_over", "handed_over"} and not reason.strip():
        raise SayWhy
    if how == "handed_over" and claim.assigned_to != by.id:
        raise NotYours
    before = claim.assigned_to
    _check(claim, to)
    if before is not None:
        end(claim, "taken_over" if how == "taken_over" else "handed_over", at=at)
    return _give(claim, to, how, by=by, at=at, reason=reason)


def give_back(claim: Claim, *, by: Account, at: dt.datetime) -> None:
    """Nobody in particular looks after it from now on. Raises `NotYours` for whoever does not."""
    if claim.assigned_to != by.id:
        raise NotYours
    end(claim, "given_back", at=at)
    audit.note("claim.given_back", "claim", claim.ref, by=by.id, role=_ROLE, at=at)
    db.session.flush()


def live(claim: Claim) -> Assignment:
    """The assignment that lives. LookupError when nobody looks after the claim."""
    found = db.session.scalar(select(Assignment).where(Assignment.claim_id == claim.id, Assignment.ended_at.is_(None)))
    if found is None:
        raise LookupError(f"nobody looks after {claim.ref}")
    return found


def of(claim: Claim) -> Sequence[Assignment]:
    """Everybody who ever looked after a claim, oldest first."""
    return db.session.scalars(select(Assignment).where(Assignment.claim_id == claim.id).order_by(Assignment.id)).all()


def follow(claim: Claim, *, at: dt.datetime) -> None:
    """What a move means for who looks after the claim. Called by every move.

    Decided or withdrawn, nobody has to; when the next step is for somebody else, the assignment ends, and where the
    installation goes round, the next one gets it. When nobody is left who may take the step, the operators are told.
    """
    if claim.assigned_to is not None and claim.state not in AT_DESK:
        end(claim, "decided", at=at)
    elif claim.assigned_to is not None and not _may_go_on(claim, claim.assigned_to):
        end(claim, "step_done", at=at)
    if claim.state not in WAITING or claim.assigned_to is not None:
        return
    if current_app.config["ASSIGN_IN_TURN"]:
        _next(claim, at=at)
    if claim.state in {"recommended", "appealed"} and not hands.left_to_decide(claim):
        _tell_operators(claim, at=at)


def free(account: Account, why: Ended, *, at: dt.datetime) -> int:
    """End everything somebody looks after, because the appointment ended; returns how many claims are free again."""
    held = db.session.scalars(
        select(Claim).join(Assignment, Assignment.claim_id == Claim.id)
        .where(Assignment.assigned_to == account.id, Assignment.ended_at.is_(None))
    ).all()  # fmt: skip
    for claim in held:
        end(claim, why, at=at)
        audit.note("claim.freed", "claim", claim.ref, by=None, role="system", at=at)
        follow(claim, at=at)
    return len(held)


def away_until(account_id: int, *, on: dt.date) -> dt.date | None:
    """The last day somebody is away, None when not away on a day."""
    return db.session.scalar(
        select(Absence.until_on).where(
            Absence.account_id == account_id, Absence.ended_at.is_(None), Absence.until_on >= on
        )
    )


def say_away(account: Account, until_on: dt.date | None, *, at: dt.datetime) -> None:
    """Be away until a day, that day included, or be here again (None). What one looks after stays where it is."""
    db.session.execute(
        update(Absence).where(Absence.account_id == account.id, Absence.ended_at.is_(None)).values(ended_at=at)
    )
    if until_on is not None:
        db.session.add(Absence(account_id=account.id, until_on=until_on, at=at))
    deed = "desk.away" if until_on is not None else "desk.back"
    audit.note(deed, "account", account.ref, by=account.id, role=_ROLE, at=at)
    db.session.flush()


def colleagues(claim: Claim) -> list[Account]:
    """The caseworkers who may look after a claim as it stands, by name."""
    near = relations.reasons(claim)
    return [one for one in hands.caseworkers() if one.id not in near and hands.may_decide(claim, one)]


def _next(claim: Claim, *, at: dt.datetime) -> None:
    """Give it to whose turn it is: fewest open, then longest ago; not who is away, too near, or had a hand in it."""
    before = {made.by for made in claim.recommendations} | {made.by for made in claim.decisions}
    free_now = [one for one in colleagues(claim) if one.id not in before]
    ids = [one.id for one in free_now]
    today = day_of(at)
    away = set(
        db.session.scalars(
            select(Absence.account_id).where(
                Absence.account_id.in_(ids), Absence.ended_at.is_(None), Absence.until_on >= today
            )
        )
    )
    open_now: dict[int, int] = dict(
        db.session.execute(
            select(Assignment.assigned_to, func.count())
            .where(Assignment.assigned_to.in_(ids), Assignment.ended_at.is_(None))
            .group_by(Assignment.assigned_to)
        ).all()
    )
    last: dict[int, dt.datetime] = dict(
        db.session.execute(
            select(Assignment.assigned_to, func.max(Assignment.at))
            .where(Assignment.assigned_to.in_(ids))
            .group_by(Assignment.assigned_to)
        ).all()
    )
    chosen = next_in_round([Candidate(one, open_now.get(one, 0), last.get(one)) for one in ids if one not in away])
    if chosen is not None:
        to = next(one for one in free_now if one.id == chosen)
        _give(claim, to, "round_robin", by=None, at=at)


def _check(claim: Claim, to: Account) -> None:
    if claim.state not in AT_DESK:
        raise NotAtTheDesk
    works = db.session.scalar(
        select(StaffRole.id).where(StaffRole.account_id == to.id, StaffRole.role == _ROLE, StaffRole.ended_at.is_(None))
    )
    if works is None or hands.is_own(claim, to) or not hands.may_decide(claim, to):
        raise MayNotLookAfter


def _give(  # noqa: PLR0913 -- who to whom, how, when and why
    claim: Claim, to: Account, how: How, *, by: Account | None, at: dt.datetime, reason: str = ""
) -> Assignment:
    _check(claim, to)
    db.session.flush()
    changed = db.session.execute(
        update(Claim)
        .where(Claim.id == claim.id, Claim.assigned_to.is_(None))
        .values(assigned_to=to.id)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(claim, ["assigned_to"])
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise AssignedMeanwhile(claim.assigned_to)
    made = Assignment(
        claim_id=claim.id, assigned_to=to.id, assigned_by=by.id if by else None, at=at, how=how, reason=reason.strip()
    )
    db.session.add(made)
    who = by.id if by else None
    audit.note("claim.assigned", "claim", claim.ref, by=who, role=_ROLE if by else "system", at=at, detail=how)
    db.session.flush()
    return made


def end(claim: Claim, why: Ended, *, at: dt.datetime) -> None:
    """Nobody in particular looks after the claim from now on. Raises `AssignedMeanwhile` for who is second."""
    held = claim.assigned_to
    db.session.flush()
    ended = db.session.execute(
        update(Assignment)
        .where(Assignment.claim_id == claim.id, Assignment.assigned_to == held, Assignment.ended_at.is_(None))
        .values(ended_at=at, ended_why=why)
    )
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        db.session.expire(claim, ["assigned_to"])
        raise AssignedMeanwhile(claim.assigned_to)
    db.session.execute(
        update(Claim).where(Claim.id == claim.id).values(assigned_to=None).execution_options(synchronize_session=False)
    )
    db.session.expire(claim, ["assigned_to"])


def _may_go_on(claim: Claim, account_id: int) -> bool:
    """Whether the next step is one this person may make; who recommended waits for somebody else to decide."""
    if claim.state not in {"recommended", "appealed"}:
        return True
    return hands.may_decide(claim, db.session.get_one(Account, account_id))


def _tell_operators(claim: Claim, *, at: dt.datetime) -> None:
    """Nobody is left who may decide: the operators appoint somebody."""
    operators = db.session.scalars(
        select(StaffRole.account_id).where(StaffRole.role == "operator", StaffRole.ended_at.is_(None))
    ).all()
    for one in operators:
        key = f"{_NOBODY_LEFT}:{claim.ref}:{len(claim.steps)}:{one}"
        messages.tell(one, _NOBODY_LEFT, key=key, at=at, claim=claim.ref)
