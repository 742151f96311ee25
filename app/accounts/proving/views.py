"""Routes of whoever comes from a mail. Opening a link changes nothing: programs open links too; the button does."""

from __future__ import annotations

from flask import Blueprint, Response, flash, url_for
from flask_babel import gettext as _

from app.accounts import actions as gate
from app.accounts.proving import actions, queries
from app.accounts.proving.forms import AskResetForm, ConfirmForm, ConfirmWithPasswordForm, ResetForm
from app.db import transaction
from app.models import Account
from app.services import limits
from app.services.limits import TooMany
from app.services.mail_links import LinkOpensNothing
from app.web import browser, clock, demo_mails, doors
from app.web.clock import now
from app.web.doors import door
from app.web.hx import go_to, page
from app.web.network import network
from app.web.parking import page_waiting_for
from app.web.too_often import too_often

bp = Blueprint("proving", __name__)
bp.before_request(door("anybody"))


@bp.get("/confirm/<token:token>")
def confirmation(token: str) -> Response:
    """Whose address is to be confirmed, and the button."""
    return _confirm_page(token)


@bp.post("/confirm/<token:token>")
def confirm(token: str) -> Response:
    """Confirm an address; who is not signed in with this account shows the password that it has."""
    found = queries.confirming(token, at=now())
    if found is None or found[0].account is None:
        return _dead()
    person = found[0].account
    stranger = _is_stranger(person)
    form = ConfirmWithPasswordForm() if stranger else ConfirmForm()
    if not form.validate_on_submit():
        return _confirm_page(token, form, 422)
    refused = _check_password(token, form, person) if isinstance(form, ConfirmWithPasswordForm) else None
    return refused or _confirmed(token, stranger=stranger)


def _check_password(token: str, form: ConfirmWithPasswordForm, person: Account) -> Response | None:
    """Nothing when the password is right; otherwise the page that says what is wrong."""
    try:
        limits.take("password-account", person.ref, at=clock.real_now())
    except TooMany as refused:
        return too_often(lambda: _confirm_page(token, form, 429), form.password, refused)
    if gate.has_password(person, str(form.password.data)):
        return None
    form.password.errors = [_("This is not the password of this account. Check it and try again.")]
    return _confirm_page(token, form, 422)


def _confirmed(token: str, *, stranger: bool) -> Response:
    try:
        with transaction():
            person = actions.confirm(token, at=now())
    except LinkOpensNothing:
        return _dead()
    except actions.AddressTaken:
        return page("accounts/link_taken.html", status=409)
    if stranger:
        browser.enter(person)
    flash(_("Thank you: %(email)s is confirmed.", email=person.email), "done")
    return go_to(page_waiting_for(person.id) or "/me")


@bp.get("/reset")
def forgotten() -> Response:
    """The page that asks where the link is to go."""
    return page("accounts/reset_ask.html", form=AskResetForm())


@bp.post("/reset")
def ask_reset() -> Response:
    """Send a link, if somebody has the address; the answer is the same for every address."""
    form = AskResetForm()
    if not form.validate_on_submit():
        return page("accounts/reset_ask.html", status=422, form=form)
    email, at = form.address(), clock.real_now()
    try:
        limits.take("reset-network", network(), at=at)
        limits.take("reset-account", email, at=at)
    except TooMany as refused:
        return too_often(lambda: page("accounts/reset_ask.html", status=429, form=form), form.email, refused)
    with transaction():
        link = actions.ask_reset(email, at=now())
        ref = link.ref
    demo_mails.remember(ref)
    return page("accounts/reset_sent.html", email=email)


@bp.get("/reset/<token:token>")
def resetting(token: str) -> Response:
    """The form for a new password."""
    person = queries.resetting(token, at=now())
    return _dead() if person is None else page("accounts/reset.html", form=ResetForm(person.email), person=person)


@bp.post("/reset/<token:token>")
def reset(token: str) -> Response:
    """Set it, sign everybody out, and sign this browser in."""
    person = queries.resetting(token, at=now())
    if person is None:
        return _dead()
    form = ResetForm(person.email)
    if not form.validate_on_submit():
        return page("accounts/reset.html", status=422, form=form, person=person)
    hashed = gate.hash_password(str(form.new_password.data))
    try:
        with transaction():
            person = actions.reset(token, hashed, at=now(), on_the_wall=clock.real_now())
    except LinkOpensNothing:
        return _dead()
    browser.enter(person)
    flash(_("Your new password holds. Every other device was signed out."), "done")
    return go_to(page_waiting_for(person.id) or "/me")


def _is_stranger(person: Account) -> bool:
    current = doors.account_or_none()
    return current is None or current.id != person.id


def _confirm_page(token: str, form: ConfirmForm | ConfirmWithPasswordForm | None = None, status: int = 200) -> Response:
    found = queries.confirming(token, at=now())
    if found is None or found[0].account is None:
        return _dead()
    stranger = _is_stranger(found[0].account)
    shown = form or (ConfirmWithPasswordForm() if stranger else ConfirmForm())
    action = url_for(".confirm", token=token)
    return page("accounts/confirm.html", status=status, form=shown, email=found[1], stranger=stranger, action=action)


def _dead() -> Response:
    return page("accounts/link_dead.html", status=404)
