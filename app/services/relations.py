"""Which members of staff stand too near to a claim, found by what accounts have in common; and what they declared.

A claim that a relative filed has two accounts: the relative's and that of the membership's owner. Both count.

Nobody has to say any of this but the declared conflicts: it is asked of the rows each time, so that somebody who
becomes a relative tomorrow is kept from the claim from tomorrow on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, or_, select
from sqlalchemy.orm import aliased

from app.db import db
from app.models import Claim, DeclaredConflict, Group, Invitation, Membership, Person, StaffRole, Takeover

OWN: Final = ("own_account", "own_person")
"""The claim, or its membership, is of the own account; it is about one of the own people."""
NEAR: Final = ("family", "takeover", "group", "bank_account")
"""Somebody whom both accounts name; a membership that went from one to the other; an organiser and who was invited;
an own claim that is paid to the same bank account."""
DECLARED: Final = "declared"


def near(claims: Sequence[Claim]) -> dict[int, dict[int, str]]:
    """For each of these claims, by its number: who of the staff stands too near, and why. One question for all."""
    found: dict[int, dict[int, str]] = {claim.id: {} for claim in claims}
    if not found:
        return found
    staff = select(StaffRole.account_id).distinct().subquery()
    ways = _ways(staff.c.account_id)
    why = case(*[(way, name) for name, way in ways.items()])
    rows = db.session.execute(select(Claim.id, staff.c.account_id, why).where(Claim.id.in_(found), or_(*ways.values())))
    for claim_id, account_id, name in rows:
        found[claim_id][account_id] = name
    for claim in claims:
        found[claim.id].setdefault(claim.account_id, OWN[0])
    return found


def reasons(claim: Claim) -> dict[int, str]:
    """Who of the staff stands too near to one claim, and why."""
    return near([claim])[claim.id]


def reason(claim: Claim, account_id: int) -> str | None:
    """Why one account stands too near to a claim, staff or not; None when it does not."""
    ways = _ways(account_id)
    why = case(*[(way, name) for name, way in ways.items()])
    found: str | None = db.session.scalar(select(why).select_from(Claim).where(Claim.id == claim.id))
    return found


def far_from(account_id: int) -> ColumnElement[bool]:
    """The claims this account may look after, as a condition on the claims of a question.

    What cannot be, because the account has nothing it could have in common with anybody, is not asked of each claim.
    """
    has = db.session.execute(_HAS, {"account": account_id}).one()
    possible = [~way(account_id) for way, may_be in zip(_WAYS.values(), has, strict=True) if may_be]
    return and_(Claim.account_id != account_id, *possible)


def _ways(account: Any) -> dict[str, ColumnElement[bool]]:
    """Each way to stand too near to the claim of a question; `account` is a number or a column. The first counts."""
    return {name: way(account) for name, way in _WAYS.items()}


def _own_account(account: Any) -> ColumnElement[bool]:
    helped = aliased(Membership)
    return (Claim.account_id == account) | exists().where(
        helped.id == Claim.membership_id, helped.account_id == account
    )


def _own_person(account: Any) -> ColumnElement[bool]:
    held, own = aliased(Membership), aliased(Person)
    return exists().where(
        held.id == Claim.membership_id, own.account_id == account, own.identity_hash == held.identity_hash
    )


def _is_theirs(account: Any) -> ColumnElement[bool]:
    """Whether an account made the claim, or owns the membership it is about: a relative may have filed it."""
    held = aliased(Membership)
    owner = select(held.account_id).where(held.id == Claim.membership_id).correlate(Claim).scalar_subquery()
    return or_(account == Claim.account_id, account == owner)


def _family(account: Any) -> ColumnElement[bool]:
    """Somebody whom both accounts name, unless the other one only enrolled people by a list."""
    own, theirs = aliased(Person), aliased(Person)
    return exists().where(
        _is_theirs(theirs.account_id),
        theirs.relation != "member",
        own.account_id == account,
        own.identity_hash == theirs.identity_hash,
    )


def _takeover(account: Any) -> ColumnElement[bool]:
    there = and_(_is_theirs(Takeover.from_account_id), Takeover.to_account_id == account)
    back = and_(_is_theirs(Takeover.to_account_id), Takeover.from_account_id == account)
    return exists().where(Takeover.state == "done", or_(there, back))


def _group(account: Any) -> ColumnElement[bool]:
    invited = and_(_is_theirs(Invitation.account_id), Group.account_id == account)
    invites = and_(Invitation.account_id == account, _is_theirs(Group.account_id))
    return exists().where(Invitation.group_id == Group.id, or_(invited, invites))


def _bank_account(account: Any) -> ColumnElement[bool]:
    other = aliased(Claim)
    return exists().where(other.payee_hash == Claim.payee_hash, other.account_id == account)


def _declared(account: Any) -> ColumnElement[bool]:
    return exists().where(DeclaredConflict.claim_id == Claim.id, DeclaredConflict.account_id == account)


_WAYS: Final[Mapping[str, Callable[[Any], ColumnElement[bool]]]] = {
    "own_account": _own_account,
    "own_person": _own_person,
    "family": _family,
    "takeover": _takeover,
    "group": _group,
    "bank_account": _bank_account,
    DECLARED: _declared,
}

_ACCOUNT: Final[ColumnElement[int]] = bindparam("account")
_PEOPLE: Final = exists().where(Person.account_id == _ACCOUNT)
_HAS: Final = select(
    exists().where(Membership.account_id == _ACCOUNT),
    _PEOPLE,
    _PEOPLE,
    exists().where((Takeover.from_account_id == _ACCOUNT) | (Takeover.to_account_id == _ACCOUNT)),
    exists().where(Invitation.account_id == _ACCOUNT) | exists().where(Group.account_id == _ACCOUNT),
    exists().where(Claim.account_id == _ACCOUNT, Claim.payee_hash.is_not(None)),
    exists().where(DeclaredConflict.account_id == _ACCOUNT),
)
"""What an account must have for each of the ways to be possible at all, in their order."""
