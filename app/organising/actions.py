"""What an organiser does. Each deed is one transaction at the edge; what a worker does afterwards asks for itself."""

from __future__ import annotations

import datetime as dt
from typing import BinaryIO

from app.models import Account, Group, MemberList, Plan
from app.services import audit
from app.services.invitations import ends, groups, lists, sending


def register(kind: str, name: str, contact: str, *, by: Account, at: dt.datetime) -> Group:
    """Ask for a group; a caseworker looks at it."""
    return groups.register(kind, name, contact, by=by.id, at=at)


def hand_in(  # noqa: PLR0913 -- as `lists.take_in`
    group: Group, plan: Plan, file: BinaryIO, *, language: str, by: Account, at: dt.datetime
) -> MemberList:
    """Hand in a list; its people are invited in this language. Raises what `lists.take_in` raises."""
    content = file.read(lists.MOST_BYTES + 1)
    return lists.take_in(group, plan, content, language=language, by=by.id, at=at)


def send(taken: MemberList, *, by: Account, at: dt.datetime) -> MemberList:
    """Send the invitations of a list. Raises what `sending.send` raises."""
    return sending.send(taken.ref, by=by.id, at=at)


def take_back(taken: MemberList, *, by: Account, at: dt.datetime) -> MemberList:
    """Take a list back; open invitations open nothing any more."""
    return ends.give_up(taken.ref, by=by.id, at=at)


def look_at_codes(taken: MemberList, *, by: Account, at: dt.datetime) -> None:
    """Whoever looks at codes is noted, before the first of them is shown."""
    audit.note("look-at-codes", "list", taken.ref, by=by.id, role="member", at=at)
