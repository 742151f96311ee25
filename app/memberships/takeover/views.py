"""Routes of taking over at 18. Opening the link changes nothing: the number is shown first, then the button does it."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.db import transaction
from app.memberships.joining.forms import consent_fields, consent_form
from app.memberships.queries import membership_of
from app.memberships.takeover import actions, queries
from app.memberships.takeover.forms import DeedForm, ProofForm
from app.models import Membership, Takeover
from app.services import limits, takeovers
from app.services.consents import AT_JOINING
from app.services.limits import TooMany
from app.web import clock, doors
from app.web.clock import now
from app.web.doors import door
from app.web.hx import go_to, page
from app.web.i18n import language
from app.web.sentences import sentence_of, status_of
from app.web.too_often import too_often

bp = Blueprint("takeover", __name__)
bp.before_request(door("member"))


@bp.get("/me/<ref:ref>/takeover")
def offered(ref: str) -> Response:
    """For the parent: from when on it is possible, the link that opens now, and what happens until then."""
    found = queries.offered(_membership(ref), by=doors.account(), at=now()) or abort(404)
    origin: str = current_app.config["ORIGIN"] or request.host_url.rstrip("/")
    link = origin + url_for(".show_number", token=found.token) if found.token else None
    return page("memberships/takeover_offer.html", found=found, ref=ref, link=link, form=DeedForm())


@bp.post("/me/<ref:ref>/takeover")
def offer(ref: str) -> Response:
    """Make the link; one made before opens nothing any more."""
    found = _membership(ref)
    if not DeedForm().validate_on_submit():
        abort(400)
    with transaction():
        actions.offer(found, by=doors.confirmed(), at=now())
    flash(_("The link is made. Pass it on yourself; it opens once."), "done")
    return go_to(url_for(".offered", ref=ref))


@bp.post("/me/<ref:ref>/takeover/withdrawal")
def withdraw(ref: str) -> Response:
    """Take the link back."""
    found = _membership(ref)
    if not DeedForm().validate_on_submit():
        abort(400)
    with transaction():
        actions.withdraw(found, by=doors.account(), at=now())
    flash(_("The link opens nothing any more."), "done")
    return go_to(url_for(".offered", ref=ref))


@bp.get("/takeover/<token:token>")
def show_number(token: str) -> Response:
    """For whoever takes over: first the number of the identity document. Nothing about anybody is said before."""
    _opened(token)
    return _proof_page(token, ProofForm())


@bp.post("/takeover/<token:token>")
def prove(token: str) -> Response:
    """Compare the number; every try counts, whoever makes it."""
    takeover, form, by = _opened(token), ProofForm(), doors.confirmed()
    if not form.validate_on_submit():
        return _proof_page(token, form, 422)
    try:
        limits.take("takeover-account", by.ref, at=clock.real_now())
        limits.take("takeover-link", takeover.ref, at=clock.real_now())
    except TooMany as refused:
        return too_often(lambda: _proof_page(token, form, 429), form.number, refused)
    try:
        with transaction():
            actions.prove(token, str(form.document_type.data), form.canonical_number, by=by, at=now())
    except (takeovers.AnotherPerson, takeovers.SomebodyElsesAccount) as wrong:
        form.number.errors = [sentence_of(wrong)]
        return _proof_page(token, form, status_of(wrong))
    limits.forget("takeover-account", by.ref)
    return go_to(url_for(".check", token=token))


@bp.get("/takeover/<token:token>/check")
def check(token: str) -> Response:
    """How everything stands, and the consents, each to be given in person."""
    takeover = _opened(token)
    if takeover.proved_by != doors.account().id:
        return go_to(url_for(".show_number", token=token))
    return _check_page(takeover, token, consent_form(AT_JOINING))


@bp.post("/takeover/<token:token>/check")
def take_over(token: str) -> Response:
    """Take everything over. Sent from two tabs, the second is told that it is done."""
    takeover, form, by = _opened(token), consent_form(AT_JOINING), doors.confirmed()
    if takeover.proved_by == by.id and not form.validate_on_submit():
        return _check_page(takeover, token, form, 422)
    with transaction():
        taken = [one.ref for one in actions.take_over(token, language=language(), by=by, at=now())]
    flash(_("It is yours now. Balance, waiting and statement have come along unchanged."), "done")
    return go_to(url_for("memberships.membership", ref=taken[0]))


def _membership(ref: str) -> Membership:
    return membership_of(doors.account(), ref) or abort(404)


def _opened(token: str) -> Takeover:
    """The takeover, or a page that says why the link opens nothing."""
    try:
        return takeovers.opened(token, by=doors.account(), at=now())
    except (takeovers.TakeoverOver, takeovers.OwnLink, takeovers.NothingToTakeOver) as over:
        abort(page("memberships/takeover_over.html", status=status_of(over), sentence=sentence_of(over)))


def _proof_page(token: str, form: ProofForm, status: int = 200) -> Response:
    return page("memberships/takeover_proof.html", status=status, token=token, form=form)


def _check_page(takeover: Takeover, token: str, form: FlaskForm, status: int = 200) -> Response:
    return page(
        "memberships/takeover_check.html",
        status=status,
        token=token,
        cards=queries.taken(takeover, at=now()),
        form=form,
        answered=queries.answered(takeover),
        texts=consent_fields(form, AT_JOINING),
    )
