"""Answering an invitation. Taking it makes an application of one's own; the membership is a longer way from there."""

from __future__ import annotations

import datetime as dt

from app.db import db
from app.domain.majority import is_of_age
from app.memberships.joining import actions as joining
from app.memberships.joining.forms import NewPerson
from app.memberships.joining.queries import Offer
from app.models import Account, Application, Invitation
from app.services.days import day_of
from app.services.invitations import answers


class OrganiserForOthers(Exception):
    """The organiser's own account takes an invitation for somebody else: each person answers with an own account."""


class GuardianAnswers(Exception):
    """The person is under 18: a parent or another guardian answers."""


def take(  # noqa: PLR0913 -- what, with which proof, for whom, into which plan, who and when
    invitation: Invitation, number: str, relation: str, offered: Offer, *, by: Account, at: dt.datetime
) -> Application:
    """Take it for the person whose number was shown: the person and an application in the own account.

    `number` is what was typed. Raises `NotThisPerson`, `OrganiserForOthers`, `GuardianAnswers`, `joining.SecondSelf`,
    `InvitationOpensNothing` for whoever comes second, and `joining.LiveMembership` for a member in this account.
    """
    canonical = answers.check_number(invitation, number)
    if relation != "self" and invitation.member_list.group.account_id == by.id:
        raise OrganiserForOthers
    if invitation.birth_on is None or invitation.province is None:
        raise answers.InvitationOpensNothing
    if relation != "child" and not is_of_age(invitation.birth_on, day_of(at)):
        raise GuardianAnswers
    named = NewPerson(
        name=answers.name_of(invitation),
        birth_on=invitation.birth_on,
        relation=relation,
        province=invitation.province,
        document_type=invitation.document_type,
        number=canonical,
    )
    answers.take(invitation, account_id=by.id, at=at)
    application = joining.begin(offered, joining.name_person(named, by=by, at=at), by=by, at=at)
    if application.state == "draft":
        application.state = "invited"
    db.session.flush()
    return application


def decline(invitation: Invitation, *, at: dt.datetime) -> None:
    """Say no. Raises `InvitationOpensNothing` for whoever comes second."""
    answers.decline(invitation, at=at)
