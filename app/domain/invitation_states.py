"""Groups, their lists and the invitations on them: the states of each, and whose move leads from one to the next."""

from __future__ import annotations

from typing import Final, Literal

from app.domain.moves import MoveTable, row

GroupState = Literal["asked", "admitted", "refused", "ended"]
ListState = Literal["checking", "checked", "sending", "sent", "dropped", "over"]
InvitationState = Literal["waiting", "invited", "taken", "declined", "expired", "withdrawn"]

GROUPS: Final[MoveTable[GroupState]] = MoveTable(
    "asked",
    (
        row("asked", "admit", "admitted", "caseworker"),
        row("asked", "refuse", "refused", "caseworker"),
        row("asked", "end", "ended", "member", "system"),
        row("admitted", "end", "ended", "member", "system"),
    ),
)
"""Whoever wants to invite people names a group first; a caseworker looks at it once."""

LISTS: Final[MoveTable[ListState]] = MoveTable(
    "checking",
    (
        row("checking", "check", "checked", "system"),
        row("checking", "drop", "dropped", "member", "system"),
        row("checked", "drop", "dropped", "member", "system"),
        row("checked", "send", "sending", "member"),
        row("sending", "finish", "sent", "system"),
        row("sending", "end", "over", "member", "system"),
        row("sent", "end", "over", "member", "system"),
    ),
)
"""A list is read and checked by the worker, sent by its organiser, and over when its days have passed."""

INVITATIONS: Final[MoveTable[InvitationState]] = MoveTable(
    "waiting",
    (
        row("waiting", "send", "invited", "system"),
        row("waiting", "withdraw", "withdrawn", "member", "system"),
        row("invited", "take", "taken", "member"),
        row("invited", "decline", "declined", "visitor"),
        row("invited", "expire", "expired", "system"),
        row("invited", "withdraw", "withdrawn", "member", "system"),
    ),
)
"""An invitation is answered once, by the person it names. It is no membership: joining comes after it."""
