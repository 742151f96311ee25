"""A membership ended by a decision, because something that applied was not declared at joining.

The decision cites a clause and gives its reason to the member, who may contest it once within the appeal days of the
rules; another caseworker then upholds or lifts it. Only when it stands for good does the membership end, at its next
boundary, and the balance goes back. Until then it shares like every other. Shares charged so far are not returned: they
paid for others, who relied on them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import aliased

from app.db import db
from app.models import Membership, Pool, Rescission
from app.services import audit, counters, ending, leaving, messages, rulebook, vault
from app.services.days import day_of

REASON: Final = "rescission.reason"
CONTEST: Final = "rescission.contest"
_STANDING: Final = ("decided", "contested", "upheld")


class NotToRescind(Exception):
    """The membership is ending or has ended, or a decision about it stands already."""


class NoSuchClause(LookupError):
    """The rules of this membership have no clause of this number."""


class ContestOver(Exception):
    """It was contested before, or its days are over; `until` was the last."""

    def __init__(self, until: dt.date) -> None:
        super().__init__(f"contestable until {until}")
        self.until = until


class NotContested(Exception):
    """There is nothing to answer (any more); `state` says how it stands."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the decision is {state}")
        self.state = state


class SameCaseworker(PermissionError):
    """Whoever decided does not answer the contest."""


def decide(membership: Membership, clause: str, reason: str, *, by: int, at: dt.datetime) -> Rescission:
    """A caseworker decides; the member is told clause, reason and last day. Raises `NotToRescind`, `NoSuchClause`."""
    counters.hold(membership.pool, alone=False)
    db.session.refresh(membership, with_for_update={"of": Membership})
    if not ending.may_still_end(membership) or of_membership(membership) is not None:
        raise NotToRescind
    terms = rulebook.member_terms(membership.member_terms)
    try:
        terms.clause(clause)
    except KeyError as unknown:
        raise NoSuchClause(clause) from unknown
    made = Rescission(
        membership_id=membership.id,
        clause=clause,
        reason_sealed=vault.seal(reason, purpose=REASON),
        decided_at=at,
        decided_by=by,
        contest_until=day_of(at) + dt.timedelta(days=terms.appeal_within_days),
    )
    db.session.add(made)
    db.session.flush()
    audit.note("rescind", "membership", membership.ref, by=by, role="caseworker", at=at, detail=f"clause {clause}")
    _tell(made, "membership-rescinded", membership, at=at, until=made.contest_until.isoformat())
    return made


def contest(made: Rescission, words: str, *, by: int, at: dt.datetime) -> None:
    """The member contests the decision, once. Raises `ContestOver`."""
    changed = db.session.execute(
        update(Rescission)
        .where(Rescission.id == made.id, Rescission.state == "decided", Rescission.contest_until >= day_of(at))
        .values(state="contested", contest_sealed=vault.seal(words, purpose=CONTEST))
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(made)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise ContestOver(made.contest_until)
    audit.note("contest-rescission", "rescission", made.ref, by=by, role="member", at=at)


def answer(made: Rescission, *, uphold: bool, by: int, at: dt.datetime) -> None:
    """Another caseworker answers for good. Raises `SameCaseworker` and `NotContested`."""
    if made.decided_by == by:
        raise SameCaseworker
    changed = db.session.execute(
        update(Rescission)
        .where(Rescission.id == made.id, Rescission.state == "contested")
        .values(state="upheld" if uphold else "lifted", answered_at=at, answered_by=by)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(made)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise NotContested(made.state)
    membership = _lived_on(db.session.get_one(Membership, made.membership_id))
    deed = "uphold-rescission" if uphold else "lift-rescission"
    audit.note(deed, "rescission", made.ref, by=by, role="caseworker", at=at)
    _tell(made, "rescission-upheld" if uphold else "rescission-lifted", membership, at=at)
    if uphold:
        _end(membership, at=at)


def carry_out(pool: Pool, *, at: dt.datetime) -> int:
    """End the memberships whose days to contest have passed unused, at their next boundary; returns how many."""
    due = db.session.scalars(_due(pool, at=at)).all()
    for membership in due:
        _end(membership, at=at)
    return len(due)


def is_due(pool: Pool, *, at: dt.datetime) -> bool:
    """Whether a decision about a member of this pool is to be carried out."""
    return db.session.scalar(_due(pool, at=at).limit(1)) is not None


def _due(pool: Pool, *, at: dt.datetime) -> Select[Membership]:
    over = (Rescission.state == "decided") & (Rescission.contest_until < day_of(at))
    # Asked at every tick: from the few decisions to their memberships, not the other way round.
    ended = select(Rescission.membership_id).where(or_(Rescission.state == "upheld", over))
    before = aliased(Membership)
    moved = select(before.id).where(before.moved_from_id.in_(ended))
    return select(Membership).where(
        Membership.id.in_(ended.union(moved)),
        Membership.pool_id == pool.id,
        Membership.ended_at.is_(None),
        or_(Membership.ends_as.is_(None), Membership.ends_as == ending.AGE),
    )


def _end(membership: Membership, *, at: dt.datetime) -> None:
    pool = counters.hold(membership.pool, alone=False)
    db.session.refresh(membership)
    if membership.state == "pending":
        leaving.end_pending(membership, pool, "rescinded", at=at)
    elif membership.state == "sharing":
        with suppress(ending.EndsAlready):
            ending.at_boundary(membership, "rescinded")


def _lived_on(membership: Membership) -> Membership:
    """The membership that one lives on in after a move to another plan; itself when it did not move."""
    while after := db.session.scalar(select(Membership).where(Membership.moved_from_id == membership.id)):
        membership = after
    return membership


def of_membership(membership: Membership) -> Rescission | None:
    """The decision about a membership that stands, also one it brought along from the plan before; none lifted."""
    ids = [membership.id]
    while (moved_from := membership.moved_from_id) is not None:
        membership = db.session.get_one(Membership, moved_from)
        ids.append(moved_from)
    return db.session.scalar(
        select(Rescission).where(Rescission.membership_id.in_(ids), Rescission.state.in_(_STANDING))
    )


def contested() -> Sequence[Rescission]:
    """The decisions that wait for another caseworker's answer, longest first."""
    return db.session.scalars(
        select(Rescission).where(Rescission.state == "contested").order_by(Rescission.decided_at, Rescission.id)
    ).all()


def _tell(made: Rescission, kind: str, membership: Membership, *, at: dt.datetime, **more: str) -> None:
    messages.tell(
        membership.account_id,
        kind,
        key=f"{kind}:{made.ref}",
        at=at,
        plan=membership.pool.plan.slug,
        membership=membership.ref,
        **more,
    )
