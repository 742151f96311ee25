"""Groups: an organiser names one, a caseworker admits it. Only an admitted group hands in lists and invites."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.db import db, engine_name, new_ref
from app.domain.invitation_states import GROUPS
from app.models import Group
from app.services import audit, messages, vault

KINDS: Final = ("company", "village", "school")
_CONTACT: Final = "group.contact"


class GroupMoved(Exception):
    """The group was decided about, or has ended, in the meantime; `state` is where it is now."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the group is {state}")
        self.state = state


def register(kind: str, name: str, contact: str, *, by: int, at: dt.datetime) -> Group:
    """Ask for a group; a form that was sent twice is one group (the same name in the same account)."""
    insert = sqlite.insert if engine_name() == "sqlite" else postgresql.insert
    added = db.session.scalar(
        insert(Group)
        .values(
            ref=new_ref(), account_id=by, kind=kind, name=name, state=GROUPS.start, asked_at=at,
            contact_sealed=vault.seal(contact, purpose=_CONTACT),
        )
        .on_conflict_do_nothing()
        .returning(Group.id)
    )  # fmt: skip
    wanted = select(Group).where(Group.account_id == by, Group.name == name, Group.state.in_(("asked", "admitted")))
    group = db.session.scalars(wanted).one()
    if added is not None:
        audit.note("register-group", "group", group.ref, by=by, role="member", at=at, detail=kind)
    return group


def contact_of(group: Group) -> str | None:
    """How to reach the organiser, while the group lives."""
    return None if group.contact_sealed is None else vault.unseal(group.contact_sealed, purpose=_CONTACT)


def admit(group: Group, *, by: int, at: dt.datetime) -> None:
    """Let the group hand in lists. Raises `GroupMoved` for whoever comes second."""
    _decide(group, "admit", by=by, at=at)


def refuse(group: Group, reason: str, *, by: int, at: dt.datetime) -> None:
    """Say no, with a reason that the organiser reads. Raises `GroupMoved` for whoever comes second."""
    _decide(group, "refuse", by=by, at=at, reason=reason)


def _decide(group: Group, move: str, *, by: int, at: dt.datetime, reason: str | None = None) -> None:
    state = GROUPS.after("asked", move, by="caseworker")
    changed = db.session.scalar(
        update(Group)
        .where(Group.id == group.id, Group.state == "asked")
        .values(state=state, decided_at=at, decided_by=by, reason=reason)
        .returning(Group.id)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(group)
    if changed is None:
        raise GroupMoved(group.state)
    audit.note(f"{move}-group", "group", group.ref, by=by, role="caseworker", at=at)
    messages.tell(group.account_id, f"group-{state}", key=f"group:{group.ref}", at=at, group=group.ref)
