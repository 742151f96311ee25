"""How lists end: their days pass, their organiser takes them back, the group or the plan ends. Names are erased."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, or_, select, update

from app.db import db
from app.domain.invitation_states import GROUPS, INVITATIONS, LISTS
from app.models import Account, Group, Invitation, MemberList
from app.services import audit, messages
from app.services.invitations import lists

UNSENT_FOR: Final = dt.timedelta(days=30)
"""How long a list that nobody sends is kept."""
_FORGOTTEN: Final[dict[str, Any]] = {"name_sealed": None, "email_sealed": None, "birth_on": None, "province": None}


def end(taken: MemberList, *, at: dt.datetime, by: str, problem: str | None = None) -> None:
    """A list that was sent is over: open invitations open nothing any more, and names and addresses are erased.

    Whoever has answered keeps what follows from it; that lives in the own account.
    """
    move = "expire" if taken.expires_at is not None and taken.expires_at <= at else "withdraw"
    of_list = (Invitation.list_id == taken.id,)
    for before in ("waiting", "invited"):
        after = INVITATIONS.after(before, "withdraw" if before == "waiting" else move, by="system")
        db.session.execute(
            update(Invitation)
            .where(*of_list, Invitation.state == before)
            .values(state=after, **_FORGOTTEN)
            .execution_options(synchronize_session=False)
        )
    db.session.execute(
        update(Invitation)
        .where(*of_list, Invitation.name_sealed.is_not(None))
        .values(**_FORGOTTEN)
        .execution_options(synchronize_session=False)
    )
    taken.state = LISTS.after(taken.state, "end", by=by)
    taken.ended_at, taken.problem = at, problem
    db.session.flush()
    if problem is not None:
        messages.tell(
            taken.group.account_id, "list-ended", key=f"list-ended:{taken.ref}", at=at,
            group=taken.group.ref, list=taken.ref, plan=taken.plan.slug,
        )  # fmt: skip


def give_up(ref: str, *, by: int, at: dt.datetime) -> MemberList:
    """The organiser takes a list back, sent or not. One that has ended stays as it is."""
    taken = lists.by_ref(ref, for_use=True)
    if taken is None:
        raise LookupError(ref)
    if taken.state in ("dropped", "over"):
        return taken
    _end_any(taken, at=at)
    audit.note("take-back-list", "list", ref, by=by, role="member", at=at)
    return taken


def _end_any(taken: MemberList, *, at: dt.datetime, by: str = "member") -> None:
    if taken.state in ("checking", "checked"):
        lists.drop(taken, at=at, by=by)
    else:
        end(taken, at=at, by=by)


def of_account(account: Account, *, at: dt.datetime) -> None:
    """The organiser's account is closed: its groups end, and their lists with them."""
    for group in db.session.scalars(
        select(Group).where(Group.account_id == account.id, Group.state.in_(("asked", "admitted")))
    ).all():
        for taken in db.session.scalars(
            select(MemberList)
            .where(MemberList.group_id == group.id, MemberList.ended_at.is_(None))
            .with_for_update(of=MemberList)
        ).all():
            _end_any(taken, at=at)
        group.state = GROUPS.after(group.state, "end", by="member")
        group.decided_at = group.decided_at or at
        group.contact_sealed = None
    db.session.flush()


def _overdue(at: dt.datetime) -> ColumnElement[bool]:
    return or_(
        and_(MemberList.state.in_(("sending", "sent")), MemberList.expires_at <= at),
        and_(MemberList.state.in_(("checking", "checked")), MemberList.uploaded_at <= at - UNSENT_FOR),
    )


def is_due(at: dt.datetime) -> bool:
    """Whether a list has reached the end of its days."""
    return bool(db.session.scalar(select(exists().where(_overdue(at)))))


def end_overdue(at: dt.datetime) -> int:
    """End the lists whose days have passed; returns how many."""
    found: Sequence[MemberList] = db.session.scalars(
        select(MemberList).where(_overdue(at)).with_for_update(of=MemberList)
    ).all()
    for taken in found:
        _end_any(taken, at=at, by="system")
    return len(found)
