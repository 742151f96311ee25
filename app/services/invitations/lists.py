"""Lists that invite: taken in as a file, and read by the worker piece by piece, each piece in one transaction.

Every line is judged by the rules of joining by list (list_lines.py). Of a good line what an invitation needs is kept,
sealed; of a bad one its number and the rule. A worker that is killed leaves a whole number of pieces behind it, and the
next one goes on from there. Whether somebody is a member is not asked here: a list tells nobody who is one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, Final

from sqlalchemy import delete, select

from app.db import db, new_refs
from app.domain.invitation_states import LISTS
from app.models import Group, Invitation, ListRefusal, MemberList, Plan
from app.services import audit, bulk, closings, list_files, messages, outbox, vault
from app.services.days import day_of
from app.services.holds import Kind, hold
from app.services.invitations import codes
from app.services.invitations.groups import GroupMoved
from app.services.list_lines import Line, Lines, Refused, Sound

CHECK: Final = "check-list"
"""The kind of work that reads one piece of a list."""
MOST_LINES: Final = 50_000
MOST_BYTES: Final = 8 * 1024 * 1024
_PIECE: Final = 5_000
_FILE: Final = "member-list.file"


class ListTooLong(Exception):
    """The file has more lines, or more bytes, than one list may have."""


class NobodyOnTheList(Exception):
    """The file has a header and nobody below it."""


def take_in(  # noqa: PLR0913 -- whose list for which plan, in which language, by whom, when
    group: Group, plan: Plan, content: bytes, *, language: str = "zh", by: int, at: dt.datetime
) -> MemberList:
    """Keep a file, sealed, and ask the worker to read it. The same file twice is one list. Mails are in `language`.

    An earlier list of the group for this plan that was not sent yet is dropped: the new one stands in its place.
    Raises `NotAList` (list_files), `ListTooLong`, `NobodyOnTheList`, `GroupMoved` and `PlanCloses`.
    """
    lines = _lines_of(content)
    hold(Kind.LIST, by)
    db.session.refresh(group)
    if group.state != "admitted":
        raise GroupMoved(group.state)
    closings.check_open(plan)
    digest = vault.keyed_hash("member-list", hashlib.sha256(content).hexdigest())
    of_plan = (MemberList.group_id == group.id, MemberList.plan_id == plan.id)
    living = (
        select(MemberList)
        .where(*of_plan, MemberList.state.in_(("checking", "checked", "sending", "sent")))
        .with_for_update(of=MemberList)
    )
    same = db.session.scalar(living.where(MemberList.digest == digest))
    if same is not None:
        return same
    for earlier in db.session.scalars(living.where(MemberList.state.in_(("checking", "checked")))).all():
        drop(earlier, at=at)
    taken = MemberList(
        group_id=group.id, plan_id=plan.id, digest=digest, file_sealed=vault.seal(content, purpose=_FILE),
        file_lines=lines, state=LISTS.start, language=language, uploaded_at=at,
    )  # fmt: skip
    db.session.add(taken)
    db.session.flush()
    audit.note("hand-in-list", "list", taken.ref, by=by, role="member", at=at, detail=f"{plan.slug}: {lines} lines")
    _ask(taken, at=at)
    return taken


def _lines_of(content: bytes) -> int:
    """How many lines below the header say something; the file is read once, and nothing of it is judged."""
    if len(content) > MOST_BYTES:
        raise ListTooLong
    lines = sum(1 for _line in islice(list_files.read_invited(content), MOST_LINES + 1))
    if lines > MOST_LINES:
        raise ListTooLong
    if not lines:
        raise NobodyOnTheList
    return lines


def _ask(taken: MemberList, *, at: dt.datetime) -> None:
    outbox.ask(CHECK, f"{CHECK}:{taken.ref}:{taken.lines_read}", at=at, list=taken.ref)


def check_piece(payload: Mapping[str, Any], at: dt.datetime) -> None:
    """Read the next piece of a list; runs in the transaction that marks the work as done, and asks for the one after.

    Harmless when it runs twice: where the reading is stands in the same row, and changes with what was read.
    """
    taken = by_ref(payload["list"], for_use=True)
    if taken is None or taken.state != "checking" or taken.file_sealed is None:
        return
    content = vault.unseal_bytes(taken.file_sealed, purpose=_FILE)
    lines = list(islice(list_files.read_invited(content), taken.lines_read, taken.lines_read + _PIECE))
    if lines:
        _keep(taken, lines, at=at)
    if taken.lines_read < taken.file_lines:
        _ask(taken, at=at)
        return
    taken.state, taken.file_sealed = LISTS.after(taken.state, "check", by="system"), None
    db.session.flush()
    messages.tell(
        taken.group.account_id, "list-checked", key=f"list-checked:{taken.ref}", at=at,
        group=taken.group.ref, list=taken.ref, good=taken.good, bad=taken.bad,
    )  # fmt: skip


def _keep(taken: MemberList, lines: Sequence[Line], *, at: dt.datetime) -> None:
    hold(Kind.LIST, taken.group.account_id)
    piece = Lines(taken.plan, on=day_of(at), with_deposits=False).check(lines)
    fresh, doubled = _without_known(taken, piece.sound, at=at)
    refused = (*piece.refused, *doubled)
    _add(taken, fresh)
    bulk.add(
        ListRefusal, ("line", "reason", "day"), ((one.line, one.reason, one.day) for one in refused),
        same={"list_id": taken.id},
    )  # fmt: skip
    taken.lines_read += len(lines)
    taken.good, taken.bad = taken.good + len(fresh), taken.bad + len(refused)
    db.session.flush()


def _without_known(taken: MemberList, sound: Sequence[Sound], *, at: dt.datetime) -> tuple[list[Sound], list[Refused]]:
    """Leave out who stands in an earlier piece, and whom this group has invited to this plan on a list not over yet.

    The second asks for no state: whether somebody has answered is not told by it.
    """
    hashes = [one.identity_hash for one in sound]
    here = select(Invitation.identity_hash).where(Invitation.list_id == taken.id)
    sent = select(Invitation.identity_hash).where(
        Invitation.list_id.in_(
            select(MemberList.id).where(
                MemberList.group_id == taken.group_id, MemberList.plan_id == taken.plan_id, MemberList.expires_at > at,
                MemberList.state.in_(("sending", "sent")),
            )
        )
    )  # fmt: skip
    in_the_list = {row.identity_hash for row in bulk.each(here, Invitation.identity_hash, hashes)}
    invited = {row.identity_hash for row in bulk.each(sent, Invitation.identity_hash, hashes)}
    fresh: list[Sound] = []
    refused: list[Refused] = []
    for one in sound:
        if one.identity_hash in in_the_list:
            refused.append(Refused(one.line, "TwiceInTheList"))
        elif one.identity_hash in invited:
            refused.append(Refused(one.line, "InvitedAlready"))
        else:
            fresh.append(one)
    return fresh, refused


def _add(taken: MemberList, fresh: Sequence[Sound]) -> None:
    if not fresh:
        return
    refs, hashed = new_refs(len(fresh)), codes.hasher()
    bulk.add(
        Invitation,
        ("id", "ref", "code_hash", "line", "identity_hash", "document_type", "name_sealed", "email_sealed", "birth_on",
         "province"),
        (
            (number, ref, hashed(ref), one.line, one.identity_hash, one.document_type, one.name_sealed,
             one.email_sealed, one.birth_on, one.province)
            for number, ref, one in zip(bulk.new_ids(Invitation, len(fresh)), refs, fresh, strict=True)
        ),
        same={"list_id": taken.id, "group_id": taken.group_id, "plan_id": taken.plan_id, "state": "waiting"},
    )  # fmt: skip


def drop(taken: MemberList, *, at: dt.datetime, by: str = "member", problem: str | None = None) -> None:
    """A list that was not sent is given up: its lines are forgotten, the row says that there was one."""
    taken.state = LISTS.after(taken.state, "drop", by=by)
    taken.file_sealed, taken.ended_at, taken.problem = None, at, problem
    db.session.flush()
    for model in (Invitation, ListRefusal):
        db.session.execute(delete(model).where(model.list_id == taken.id))


def by_ref(ref: str, *, for_use: bool = False) -> MemberList | None:
    """The list of this reference. `for_use` locks it, inside a transaction."""
    wanted = select(MemberList).where(MemberList.ref == ref)
    if for_use:
        wanted = wanted.with_for_update(of=MemberList).execution_options(populate_existing=True)
    return db.session.scalar(wanted)
