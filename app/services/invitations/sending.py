"""Sending a list: its invitations live from then on for some days; who has an address gets a mail, all have a code.

The worker does it in pieces, each in one transaction with the mails it asks for: nobody is written to twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import insert, select, update

from app.db import db
from app.domain.invitation_states import INVITATIONS, LISTS
from app.models import Invitation, MemberList, Outbox
from app.services import audit, closings, messages, outbox
from app.services.invitations import ends, lists
from app.services.invitations.groups import GroupMoved

SEND: Final = "send-list"
"""The kind of work that sends one piece of a list."""
MAIL: Final = "mail-invitation"
LIVES: Final = dt.timedelta(days=30)
"""How long an invitation may be answered."""
_PIECE: Final = 2_000


class ListMoved(Exception):
    """The list was sent or given up in the meantime; `state` is where it is now."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the list is {state}")
        self.state = state


class NobodyToInvite(Exception):
    """No line of the list is good."""


def send(ref: str, *, by: int, at: dt.datetime) -> MemberList:
    """Send the good lines of a checked list, once. Raises `ListMoved`, `NobodyToInvite`, `GroupMoved`, `PlanCloses`."""
    taken = lists.by_ref(ref, for_use=True)
    if taken is None:
        raise LookupError(ref)
    if taken.state != "checked":
        raise ListMoved(taken.state)
    if taken.group.state != "admitted":
        raise GroupMoved(taken.group.state)
    closings.check_open(taken.plan)
    if not taken.good:
        raise NobodyToInvite
    taken.state, taken.expires_at = LISTS.after(taken.state, "send", by="member"), at + LIVES
    db.session.flush()
    audit.note("send-list", "list", ref, by=by, role="member", at=at, detail=f"{taken.good} invitations")
    outbox.ask(SEND, f"{SEND}:{ref}:0", at=at, list=ref, piece=0)
    return taken


def send_piece(payload: Mapping[str, Any], at: dt.datetime) -> None:
    """Send the next piece; runs in the transaction that marks the work as done. Harmless when it runs twice."""
    taken = lists.by_ref(payload["list"], for_use=True)
    if taken is None or taken.state != "sending":
        return
    if closings.binding_of(taken.plan_id) is not None:
        ends.end(taken, at=at, by="system", problem="plan_closes")
        return
    waiting = select(Invitation.id).where(Invitation.list_id == taken.id, Invitation.state == "waiting")
    sent = db.session.execute(
        update(Invitation)
        .where(Invitation.id.in_(waiting.order_by(Invitation.id).limit(_PIECE)))
        .values(state=INVITATIONS.after("waiting", "send", by="system"))
        .returning(Invitation.ref, Invitation.email_sealed)
        .execution_options(synchronize_session=False)
    ).all()
    mails = [
        {"kind": MAIL, "key": f"{MAIL}:{ref}", "payload": {"invitation": ref}, "created_at": at, "due_at": at,
         "attempts": 0}
        for ref, email in sent
        if email is not None
    ]  # fmt: skip
    if mails:
        db.session.execute(insert(Outbox), mails)
    if len(sent) == _PIECE:
        following = int(payload["piece"]) + 1
        outbox.ask(SEND, f"{SEND}:{taken.ref}:{following}", at=at, list=taken.ref, piece=following)
        return
    taken.state = LISTS.after(taken.state, "finish", by="system")
    db.session.flush()
    messages.tell(
        taken.group.account_id, "list-sent", key=f"list-sent:{taken.ref}", at=at,
        group=taken.group.ref, list=taken.ref, good=taken.good,
    )  # fmt: skip
