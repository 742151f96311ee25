"""Answers: whoever has the code reads who invites to what; whoever knows the document's number may take it or not.

A wrong number is told apart from a right one, and nothing else: no name, no birth date, no hint. Tries are counted for
each invitation before they are compared.
"""

from __future__ import annotations

import datetime as dt
import hmac
from typing import Final

from sqlalchemy import select, update

from app.db import db
from app.domain.identity import IdentityError
from app.domain.invitation_states import INVITATIONS
from app.models import Invitation, MemberList
from app.services import audit, vault
from app.services.identity import check_identity
from app.services.invitations import codes

_DEEDS: Final = {"take": "accept-invitation", "decline": "decline-invitation"}


class InvitationOpensNothing(Exception):
    """The code was answered, has expired, was taken back, or never was one; which of them is not said."""


class NotThisPerson(Exception):
    """The number is not the one the invitation is for."""


def opened(code: str, *, at: dt.datetime) -> Invitation:
    """The invitation this code opens. Raises `InvitationOpensNothing`."""
    found = by_code(code)
    if found is None or found.state != "invited" or not _lives(found.member_list, at=at):
        raise InvitationOpensNothing
    return found


def by_code(code: str) -> Invitation | None:
    """The invitation of a code, answered or not."""
    return db.session.scalar(select(Invitation).where(Invitation.code_hash == codes.hash_of(code)))


def by_ref(ref: str) -> Invitation | None:
    """The invitation a mail is written for."""
    return db.session.scalar(select(Invitation).where(Invitation.ref == ref))


def _lives(member_list: MemberList, *, at: dt.datetime) -> bool:
    return member_list.ended_at is None and member_list.expires_at is not None and at < member_list.expires_at


def is_open(invitation: Invitation, *, at: dt.datetime) -> bool:
    """Whether it still waits for its answer."""
    return invitation.state == "invited" and _lives(invitation.member_list, at=at)


def check_number(invitation: Invitation, typed: str) -> str:
    """The canonical number, when it is that of the person who is invited. Raises `NotThisPerson`."""
    try:
        number = check_identity(invitation.document_type, typed, birth_on=invitation.birth_on)
    except IdentityError:
        raise NotThisPerson from None
    if not hmac.compare_digest(vault.keyed_hash(invitation.document_type, number), invitation.identity_hash):
        raise NotThisPerson
    return number


def name_of(invitation: Invitation) -> str:
    """The name on the list; only for whoever has shown the number, for the organiser's own sheet, and for the mail."""
    if invitation.name_sealed is None:
        raise InvitationOpensNothing
    return vault.unseal(invitation.name_sealed, purpose="person.name")


def take(invitation: Invitation, *, account_id: int, at: dt.datetime) -> None:
    """It is answered with yes, by this account, once. Raises `InvitationOpensNothing` for whoever comes second."""
    _answer(invitation, "take", role="member", at=at, account_id=account_id)


def decline(invitation: Invitation, *, at: dt.datetime) -> None:
    """It is answered with no, once; nobody is asked why. Raises `InvitationOpensNothing`."""
    _answer(invitation, "decline", role="visitor", at=at, account_id=None)


def _answer(invitation: Invitation, move: str, *, role: str, at: dt.datetime, account_id: int | None) -> None:
    changed = db.session.scalar(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.state == "invited")
        .values(
            state=INVITATIONS.after("invited", move, by=role), answered_at=at, account_id=account_id, email_sealed=None
        )
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(invitation)
    if changed is None:
        raise InvitationOpensNothing
    # The row names the list and not the person: a refusal to join is nobody's business.
    audit.note(
        _DEEDS[move], "list", invitation.member_list.ref, by=account_id,
        role="member" if account_id else "visitor", at=at,
    )  # fmt: skip
