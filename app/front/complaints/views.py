"""Routes of complaints: the form, the receipt, the answer by reference and secret, and one's own complaints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, abort, current_app, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.domain.complaints import ComplaintMoved
from app.front.complaints import actions, queries
from app.front.complaints.forms import AgainBySecretForm, AgainForm, ComplaintForm, ReadForm
from app.models import Complaint
from app.services import complaints, limits
from app.services.limits import TooMany
from app.web import clock, doors, i18n
from app.web.clock import now, today
from app.web.doors import door
from app.web.hx import done, page
from app.web.network import network
from app.web.sentences import sentence_of
from app.web.too_often import too_often

bp = Blueprint("complaining", __name__, url_prefix="/help/complaints")
bp.before_request(door("anybody"))

own = Blueprint("own_complaints", __name__, url_prefix="/account/complaints")
own.before_request(door("member"))

_NOBODYS: Final = "nobody"


@bp.get("/new")
def new() -> Response:
    """The form."""
    return _form(ComplaintForm())


@bp.post("/new")
def file() -> Response:
    """Hand it in; whoever is signed in finds it in the account, anybody else gets a reference and a secret."""
    form, account = ComplaintForm(), doors.account_or_none()
    if not form.validate_on_submit():
        return _form(form, 422)
    said = form.said()
    try:
        limits.take("complaint-network", network(), at=clock.real_now())
        limits.take("complaint-address", account.ref if account else said.contact or _NOBODYS, at=clock.real_now())
    except TooMany as refused:
        return too_often(lambda: _form(form, 429), form.text, refused)
    account = doors.account_or_none()
    with transaction():
        found = actions.file(said, account=account, language=i18n.language(), at=now())
        ref = found.ref
    if account is not None:
        flash(_("Your complaint has reached us."), "done")
        return done(url_for("own_complaints.complaint", complaint=ref))
    received = complaints.by_ref(ref) or abort(404)
    return page("help/received.html", read=queries.read(received, today=today()), secret=complaints.secret_of(ref))


@bp.get("")
def find() -> Response:
    """Where reference and secret are typed in."""
    return page("help/find.html", form=ReadForm())


@bp.post("")
def read() -> Response:
    """What was answered. The secret travels in the form, never in an address."""
    form = ReadForm()
    if not form.validate_on_submit():
        return page("help/find.html", status=422, form=form)
    return _by_secret(form, lambda found: _shown(found, AgainBySecretForm(formdata=None, data=_carried(form))))


@bp.post("/again")
def ask_again() -> Response:
    """Ask once more, by reference and secret."""
    form = AgainBySecretForm()
    if form.validate_on_submit():
        return _by_secret(form, lambda found: _asked_again(found, form))
    if form.ref.errors or form.secret.errors:
        return page("help/find.html", status=422, form=form)
    return _by_secret(form, lambda found: _shown(found, form, 422))


@own.get("")
def mine() -> Response:
    """The complaints of this account."""
    found = queries.of_account(doors.account())
    return page("help/mine.html", complaints=[queries.read(one, today=today()) for one in found])


@own.get("/<ref:complaint>")
def complaint(complaint: str) -> Response:
    """One of them, with what was answered."""
    return _shown(_own(complaint), AgainForm(formdata=None))


@own.post("/<ref:complaint>/again")
def ask_own_again(complaint: str) -> Response:
    """The answer did not do."""
    form = AgainForm()
    if not form.validate_on_submit():
        return _shown(_own(complaint), form, 422)
    try:
        with transaction():
            actions.ask_again(_own(complaint), str(form.why.data), by=doors.account(), at=now())
    except ComplaintMoved as moved:
        return _shown(_own(complaint), form, 409, sentence_of(moved))
    flash(_("Somebody who has not answered before looks at it now."), "done")
    return done(url_for(".complaint", complaint=complaint))


def _by_secret(form: ReadForm, shows: Callable[[Complaint], Response]) -> Response:
    """What `shows` makes of the complaint; guesses are counted, and a wrong one says nothing about either part."""
    try:
        limits.take("complaint-secret", network(), at=clock.real_now())
    except TooMany as refused:
        return too_often(lambda: page("help/find.html", status=429, form=form), form.ref, refused)
    found = complaints.by_secret(*form.key())
    if found is None:
        form.ref.errors = [_("Reference and secret do not belong together. Compare both with the receipt.")]
        return page("help/find.html", status=404, form=form)
    limits.give_back("complaint-secret", network(), at=clock.real_now())
    return shows(found)


def _asked_again(found: Complaint, form: AgainBySecretForm) -> Response:
    try:
        with transaction():
            actions.ask_again(found, str(form.why.data), by=None, at=now())
    except ComplaintMoved as moved:
        return _shown(found, form, 409, sentence_of(moved))
    flash(_("Somebody who has not answered before looks at it now."), "done")
    return _shown(found, AgainBySecretForm(formdata=None, data=_carried(form)))


def _carried(form: ReadForm) -> dict[str, str]:
    ref, secret = form.key()
    return {"ref": ref, "secret": secret}


def _own(ref: str) -> Complaint:
    return queries.own(doors.account(), ref) or abort(404)


def _shown(found: Complaint, form: AgainForm, status: int = 200, problem: str | None = None) -> Response:
    return page(
        "help/complaint.html", status=status, read=queries.read(found, today=today()), form=form, problem=problem
    )


def _form(form: ComplaintForm, status: int = 200) -> Response:
    return page(
        "help/new.html",
        status=status,
        form=form,
        account=doors.account_or_none(),
        answer_days=current_app.config["HELP"].answer_days,
    )
