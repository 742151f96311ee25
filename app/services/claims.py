"""Moving a claim: one function, whoever moves it. Reviewers, claimants and the clock all pass through here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm.util import identity_key

from app.db import db
from app.domain import claim_states
from app.domain.investigations import ENDED_BY
from app.models import Claim, ClaimStep
from app.services import assignments, at_the_desk, facts
from app.services.investigations import ending


class ClaimMoved(Exception):
    """Somebody else moved the claim in the meantime; `state` is where it is now."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the claim is {state} by now")
        self.state = state


def move(  # noqa: PLR0913 -- a step records all of these
    claim: Claim, name: str, *, by: int | None, role: str, at: dt.datetime, note: str | None = None
) -> ClaimStep:
    """Make one move of the table. Compare-and-set: the loser of a race gets `ClaimMoved`.

    Raises `MoveNotAllowed` or `NotYourMove` (app/domain/moves.py) when the table has no such move for the role.
    `by` is None when the clock moves it. What the queue knows of the claim, and who looks after it, follows the move.
    """
    before = claim.state
    to_state = claim_states.after(before, name, by=role)
    changed = db.session.execute(
        update(Claim)
        .where(Claim.id == claim.id, Claim.state == before)
        .values(state=to_state, submitted_at=at if name == "submit" else Claim.submitted_at)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        now = db.session.scalar(select(Claim.state).where(Claim.id == claim.id))
        raise ClaimMoved(str(now))
    step = ClaimStep(
        claim_id=claim.id, move=name, from_state=before, to_state=to_state, at=at, role=role, account_id=by, note=note
    )
    db.session.add(step)
    db.session.flush()
    db.session.refresh(claim)
    if (cause := ENDED_BY.get(name)) is not None:
        ending.close_of_claim(claim, cause, by=by, role=role, at=at)
    _count(claim, before, to_state, at=at)
    at_the_desk.keep(claim)
    if name != "recommend":  # who may decide is known once it is written: review/actions.py follows then
        assignments.follow(claim, at=at)
    db.session.flush()
    return step


def _count(claim: Claim, before: str, after: str, *, at: dt.datetime) -> None:
    """The public log counts along: what a claim of the plan was counted as, and as what it is from now on.

    So anybody can add up received = approved + refused + withdrawn + open, and no refusal can be left out unseen. A
    claim that is handed in was counted as nothing before; a draft never is. Nobody and no claim is named.
    """
    if claim.submitted_at is None:
        return
    was = "" if before == "draft" else claim_states.fate_of(before)
    now = claim_states.fate_of(after)
    if was != now:
        plan = claim.membership.pool.plan.slug
        facts.state("claim-counted", plan, at=at, plan=plan, was=was, now=now)


def move_all(  # noqa: PLR0913 -- a step records all of these
    claim_ids: Sequence[int], before: str, name: str, *, by: int | None, role: str, at: dt.datetime
) -> None:
    """Make one move with many claims that are all in the same state, in two statements. Raises as `move` does."""
    if not claim_ids:
        return
    to_state = claim_states.after(before, name, by=role)
    db.session.flush()
    moved = db.session.execute(_MOVED, {"claims": claim_ids, "before": before, "to_state": to_state})
    if moved.rowcount != len(claim_ids):  # type: ignore[attr-defined]
        others = select(Claim.state).where(Claim.id.in_(claim_ids), Claim.state != to_state).limit(1)
        raise ClaimMoved(str(db.session.scalar(others)))
    said = {"move": name, "from_state": before, "to_state": to_state, "at": at, "role": role, "account_id": by}
    db.session.execute(insert(ClaimStep), [{"claim_id": claim_id, **said} for claim_id in claim_ids])
    for claim_id in claim_ids:
        if (known := db.session.identity_map.get(identity_key(Claim, claim_id))) is not None:
            db.session.expire(known)


_MOVED = (
    update(Claim)
    .where(Claim.id.in_(bindparam("claims", expanding=True)), Claim.state == bindparam("before"))
    .values(state=bindparam("to_state"))
    .execution_options(synchronize_session=False)
)
