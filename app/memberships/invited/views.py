"""Routes of invitations: the code is enough to read and to say no; saying yes needs an account and the number."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, url_for
from flask_babel import lazy_gettext as _l

from app.db import transaction
from app.memberships.invited import actions, queries
from app.memberships.invited.forms import CodeForm, DeclineForm, ProofForm
from app.memberships.joining import queries as joining_queries
from app.memberships.joining.actions import LiveMembership, SecondSelf
from app.memberships.joining.forms import MINOR
from app.memberships.joining.queries import Offer
from app.models import Application, Invitation
from app.services import limits
from app.services.invitations import answers
from app.services.invitations.answers import InvitationOpensNothing, NotThisPerson
from app.services.limits import TooMany
from app.web import clock, doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.hx import go_to, page
from app.web.network import network
from app.web.sentences import sentence_of
from app.web.too_often import too_often

bp = Blueprint("invited", __name__, url_prefix="/invited")
bp.before_request(door("anybody"))
own = Blueprint("invited_own", __name__, url_prefix="/invited")
own.before_request(door("member"))

_BLAMED: Final = {
    NotThisPerson: (
        "number",
        _l("This is not the number of the person who is invited. Compare it with the document and try again."),
    ),
    SecondSelf: ("relation", _l("You have named yourself already. Say who this person is to you.")),
    actions.GuardianAnswers: ("relation", MINOR),
    actions.OrganiserForOthers: (
        "relation",
        _l("You organise this group. Each person answers with an account of their own, so that it is their answer."),
    ),
}
"""What is wrong with an answer: at which field it is said, and how."""


@bp.get("")
def find() -> Response:
    """The form for a code."""
    return page("invited/code.html", form=CodeForm())


@bp.post("")
def look() -> Response:
    """To the invitation of a code; a wrong one is counted."""
    form = CodeForm()
    if not form.validate_on_submit():
        return page("invited/code.html", status=422, form=form)
    try:
        _opened(str(form.code.data))
    except InvitationOpensNothing as nothing:
        form.code.errors = [sentence_of(nothing)]
        return page("invited/code.html", status=404, form=form)
    except TooMany as refused:
        return too_often(lambda: page("invited/code.html", status=429, form=form), form.code, refused)
    return go_to(url_for(".landing", code=str(form.code.data)))


@bp.get("/<ref:code>")
def landing(code: str) -> Response:
    """Who invites to what, until when; nothing about the person."""
    return _landing(_opened(code), code)


@bp.post("/<ref:code>")
def decline(code: str) -> Response:
    """Say no, in one tap; whoever sends it twice reads the same."""
    if not DeclineForm().validate_on_submit():
        abort(400)
    found = answers.by_code(code)
    if found is None or found.state != "declined":
        with transaction():
            actions.decline(_opened(code), at=now())
    return page("invited/declined.html")


@own.get("/<ref:code>/answer")
def proof(code: str) -> Response:
    """The form that asks for the number; whoever has taken the invitation goes on where they stopped."""
    taken = _taken(code)
    if taken is not None:
        return _onward(taken)
    return _proof_page(_opened(code), code, ProofForm())


@own.post("/<ref:code>/answer")
def take(code: str) -> Response:
    """Take the invitation, when the number is the right one. Every try counts, until one is right."""
    taken = _taken(code)
    if taken is not None:
        return _onward(taken)
    invitation, form = _opened(code), ProofForm()
    if not form.validate_on_submit():
        return _proof_page(invitation, code, form, 422)
    try:
        application = _take(code, form)
    except TooMany as refused:
        return too_often(lambda: _proof_page(_opened(code), code, form, 429), form.number, refused)
    except LiveMembership as held:
        return page("memberships/join_already.html", status=409, offered=_offer(_opened(code)), ref=held.ref)
    except tuple(_BLAMED) as wrong:
        field, sentence = _BLAMED[type(wrong)]
        form[field].errors = [str(sentence)]
        return _proof_page(_opened(code), code, form, 422)
    return _onward(application)


def _take(code: str, form: ProofForm) -> Application:
    """The application that comes of it; of two tabs the slower one is led to what the faster one has made."""
    by, number, relation = doors.account(), str(form.number.data), str(form.relation.data)
    limits.take("invitation-number", code, at=clock.real_now())
    try:
        with transaction():
            found = _opened(code)
            application = actions.take(found, number, relation, _offer(found), by=by, at=now())
    except InvitationOpensNothing:
        won = _taken(code)
        if won is None:
            raise
        return won
    limits.forget("invitation-number", code)
    return application


def _opened(code: str) -> Invitation:
    """The invitation of a code. One that opens nothing is counted against the network it was asked from."""
    try:
        return answers.opened(code, at=now())
    except InvitationOpensNothing:
        limits.take("invitation-code-network", network(), at=clock.real_now())
        raise


def _taken(code: str) -> Application | None:
    found = answers.by_code(code)
    return None if found is None else queries.application_after(found, doors.account())


def _onward(application: Application) -> Response:
    return go_to(url_for("joining.resume", slug=application.plan.slug, ref=application.ref))


def _offer(invitation: Invitation) -> Offer:
    """The plan as it is today. Raises `PlanCloses` from the announcement of a closing on."""
    return joining_queries.open_offer(queries.slug_of(invitation), on=today()) or abort(404)


def _landing(invitation: Invitation, code: str) -> Response:
    return page(
        "invited/landing.html",
        code=code,
        group=invitation.member_list.group,
        expires_at=invitation.member_list.expires_at,
        offered=_offer(invitation),
        form=DeclineForm(),
    )


def _proof_page(invitation: Invitation, code: str, form: ProofForm, status: int = 200) -> Response:
    return page(
        "invited/proof.html",
        status=status,
        code=code,
        group=invitation.member_list.group,
        document_type=invitation.document_type,
        offered=_offer(invitation),
        form=form,
    )
