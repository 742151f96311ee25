"""What an organiser asks about the own groups: numbers and lines, never who answered what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from app.db import db
from app.domain.terms import Words
from app.models import Account, Group, Invitation, ListRefusal, MemberList, Plan
from app.services import closings, rulebook, vault
from app.services.invitations import codes

A_PAGE: Final = 50
A_SHEET: Final = 60
"""So many strips stand on one page of the sheet of codes."""
_MOST_GROUPS: Final = 50
_PIECE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Counts:
    """How the invitations of a list were answered; each number is of people."""

    invited: int
    confirmed: int
    declined: int
    expired: int

    @property
    def silent(self) -> int:
        """Who has not answered, while there is time."""
        return self.invited - self.confirmed - self.declined - self.expired


@dataclass(frozen=True, slots=True)
class Strip:
    """One strip of the sheet: whose it is, on which line of the list, and the code."""

    line: int
    name: str
    code: str


def groups_of(account: Account) -> Sequence[Group]:
    """The groups of an account, newest first."""
    return db.session.scalars(
        select(Group).where(Group.account_id == account.id).order_by(Group.id.desc()).limit(_MOST_GROUPS)
    ).all()


def group_of(account: Account, ref: str) -> Group | None:
    """A group of this account."""
    return db.session.scalar(select(Group).where(Group.account_id == account.id, Group.ref == ref))


def lists_of(group: Group) -> Sequence[MemberList]:
    """The lists of a group, newest first."""
    return db.session.scalars(
        select(MemberList).where(MemberList.group_id == group.id).order_by(MemberList.id.desc()).limit(A_PAGE)
    ).all()


def list_of(account: Account, group: str, ref: str) -> MemberList | None:
    """A list of a group of this account."""
    return db.session.scalar(
        select(MemberList)
        .join(Group, MemberList.group_id == Group.id)
        .where(Group.account_id == account.id, Group.ref == group, MemberList.ref == ref)
    )


def counts_of(lists: Sequence[MemberList]) -> Mapping[int, Counts]:
    """The answers on each of these lists, by its number."""
    found: dict[int, dict[str, int]] = {one.id: {} for one in lists}
    asked = (
        select(Invitation.list_id, Invitation.state, func.count())
        .where(Invitation.list_id.in_(found))
        .group_by(Invitation.list_id, Invitation.state)
    )
    for list_id, state, count in db.session.execute(asked):
        found[list_id][state] = count
    return {number: _counts(states) for number, states in found.items()}


def _counts(states: Mapping[str, int]) -> Counts:
    sent = ("invited", "taken", "declined", "expired", "withdrawn")
    ended = states.get("expired", 0) + states.get("withdrawn", 0)
    return Counts(sum(states.get(one, 0) for one in sent), states.get("taken", 0), states.get("declined", 0), ended)


def refusals_of(taken: MemberList, at_page: int) -> Sequence[ListRefusal]:
    """A page of the lines that have to be corrected, in the order of the file."""
    return db.session.scalars(
        select(ListRefusal)
        .where(ListRefusal.list_id == taken.id)
        .order_by(ListRefusal.line)
        .limit(A_PAGE)
        .offset((at_page - 1) * A_PAGE)
    ).all()


def sheet_of(taken: MemberList, at_page: int) -> list[Strip]:
    """A page of the codes, in the order of the file. Who has answered stands on it like everybody else."""
    make = codes.maker()
    rows = db.session.execute(
        select(Invitation.line, Invitation.name_sealed, Invitation.ref)
        .where(Invitation.list_id == taken.id, Invitation.name_sealed.is_not(None))
        .order_by(Invitation.line)
        .limit(A_SHEET)
        .offset((at_page - 1) * A_SHEET)
    )
    return [
        Strip(line, vault.unseal(name, purpose="person.name"), make(ref))
        for line, name, ref in rows
        if name is not None
    ]


def all_codes(taken: MemberList) -> Iterator[tuple[int, str]]:
    """Line and code of every invitation of a list, in the order of the file."""
    make, after = codes.maker(), 0
    while True:
        rows = db.session.execute(
            select(Invitation.line, Invitation.ref)
            .where(Invitation.list_id == taken.id, Invitation.line > after)
            .order_by(Invitation.line)
            .limit(_PIECE)
        ).all()
        if not rows:
            return
        yield from ((line, make(ref)) for line, ref in rows)
        after = rows[-1].line


def plan_names(*, on: dt.date) -> dict[int, Words]:
    """What each plan is called today, by its number."""
    plans = db.session.scalars(select(Plan).where(Plan.opened_on <= on).order_by(Plan.position)).all()
    return {plan.id: rulebook.rules_of(rulebook.version_on(plan.id, on)).name for plan in plans}


def open_plans(*, on: dt.date) -> list[tuple[str, Words]]:
    """Slug and name of the plans that take members today."""
    plans = db.session.scalars(select(Plan).where(Plan.opened_on <= on).order_by(Plan.position)).all()
    return [
        (plan.slug, rulebook.rules_of(rulebook.version_on(plan.id, on)).name)
        for plan in plans
        if closings.binding_of(plan.id) is None
    ]


def plan_with(slug: str) -> Plan:
    """The plan of a slug that was offered."""
    return db.session.scalars(select(Plan).where(Plan.slug == slug)).one()
