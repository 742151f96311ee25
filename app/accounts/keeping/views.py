"""Routes of somebody who looks after their own account."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.accounts import actions as gate
from app.accounts.keeping import actions, queries
from app.accounts.keeping.forms import ClosingForm, EmailForm, PasswordForm
from app.db import transaction
from app.services import limits
from app.services.limits import TooMany
from app.web import browser, clock, demo_mails, devices, doors
from app.web.clock import now
from app.web.doors import door
from app.web.hx import go_to, page
from app.web.too_often import too_often

bp = Blueprint("keeping", __name__, url_prefix="/account")
bp.before_request(door("member"))


@bp.get("/e-mail")
def email() -> Response:
    """The address, whether it is confirmed, and the way to another one."""
    return _email_page(EmailForm(doors.account().email))


@bp.post("/e-mail/confirmation")
def confirm_again() -> Response:
    """Send the link once more."""
    person = doors.account()
    if person.email_confirmed_at is not None:
        flash(_("Your address is confirmed already."))
        return go_to(url_for(".email"))
    try:
        limits.take("confirm-account", person.email, at=clock.real_now())
    except TooMany as refused:
        form = EmailForm(person.email)
        return too_often(lambda: _email_page(form, 429), form.email, refused)
    with transaction():
        ref = actions.confirm_again(by=doors.account(), at=now()).ref
    demo_mails.remember(ref)
    flash(_("We have written to %(email)s again.", email=doors.account().email), "done")
    return go_to(url_for(".email"))


@bp.post("/e-mail")
def change_email() -> Response:
    """Send a link to a new address."""
    person = doors.account()
    form = EmailForm(person.email)
    if not form.validate_on_submit():
        return _email_page(form, 422)
    try:
        limits.take("confirm-account", form.address(), at=clock.real_now())
        limits.take("password-account", person.ref, at=clock.real_now())
    except TooMany as refused:
        return too_often(lambda: _email_page(form, 429), form.email, refused)
    if not gate.has_password(doors.account(), str(form.password.data)):
        form.password.errors = [_wrong_password()]
        return _email_page(form, 422)
    limits.give_back("password-account", doors.account().ref, at=clock.real_now())
    with transaction():
        ref = actions.ask_change(form.address(), by=doors.account(), at=now()).ref
    demo_mails.remember(ref)
    flash(_("We have written to %(email)s. The address changes when you open the link.", email=form.address()), "done")
    return go_to(url_for(".email"))


@bp.get("/password")
def password() -> Response:
    """The form for another password."""
    return page("accounts/password.html", form=PasswordForm(doors.account().email))


@bp.post("/password")
def change_password() -> Response:
    """Set another password; other devices are signed out, this one stays."""
    person = doors.account()
    form = PasswordForm(person.email)

    def again(status: int) -> Response:
        return page("accounts/password.html", status=status, form=form)

    if not form.validate_on_submit():
        return again(422)
    try:
        limits.take("password-account", person.ref, at=clock.real_now())
    except TooMany as refused:
        return too_often(lambda: again(429), form.password, refused)
    present, new = form.passwords()
    if not gate.has_password(doors.account(), present):
        form.password.errors = [_wrong_password()]
        return again(422)
    limits.give_back("password-account", doors.account().ref, at=clock.real_now())
    hashed, current = gate.hash_password(new), browser.this_session()
    here = current.ref if current is not None else None
    with transaction():
        actions.change_password(hashed, by=doors.account(), here=here, at=now(), on_the_wall=clock.real_now())
    flash(_("Your new password holds. Every other device was signed out."), "done")
    return go_to(url_for("account.account"))


@bp.get("/devices")
def signed_in() -> Response:
    """Where this account is signed in."""
    return _devices_page()


@bp.post("/devices/<ref:ref>/end")
def end_session(ref: str) -> Response:
    """Sign one device out; this one goes to the page for strangers."""
    current = browser.this_session()
    here = current is not None and current.ref == ref
    with transaction():
        ended = actions.end_session(ref, by=doors.account(), at=now(), on_the_wall=clock.real_now())
    if here:
        browser.leave()
        return go_to("/")
    flash(_("That device is signed out.") if ended else _("That device was signed out before."), "done")
    return go_to(url_for(".signed_in"))


@bp.get("/closing")
def closing() -> Response:
    """What closing means, and what keeps it from being possible."""
    return _closing_page(ClosingForm())


@bp.post("/closing")
def close() -> Response:
    """Close the account for good."""
    person, form = doors.account(), ClosingForm()
    if queries.hindrances(person, at=now()):
        return _closing_page(form, 409)
    if not form.validate_on_submit():
        return _closing_page(form, 422)
    try:
        limits.take("password-account", person.ref, at=clock.real_now())
    except TooMany as refused:
        return too_often(lambda: _closing_page(form, 429), form.password, refused)
    if not gate.has_password(doors.account(), str(form.password.data)):
        form.password.errors = [_wrong_password()]
        return _closing_page(form, 422)
    try:
        with transaction():
            actions.close(by=doors.account(), at=now(), on_the_wall=clock.real_now())
    except actions.NotFree:
        return _closing_page(form, 409)
    browser.leave()
    flash(_("Your account is closed. Thank you for having been here."), "done")
    return go_to(url_for("accounts.sign_in"))


def _wrong_password() -> str:
    return _("This is not your present password. Check it and try again.")


def _email_page(form: EmailForm, status: int = 200) -> Response:
    return page("accounts/email.html", status=status, form=form, account=doors.account())


def _devices_page() -> Response:
    current = browser.this_session() or abort(401)
    found = queries.devices(doors.account(), on_the_wall=clock.real_now())
    return page(
        "accounts/devices.html",
        devices=[(one, devices.words_of(one.device), one.ref == current.ref) for one in found],
    )


def _closing_page(form: ClosingForm, status: int = 200) -> Response:
    return page(
        "accounts/closing.html", status=status, form=form, hindrances=queries.hindrances(doors.account(), at=now())
    )
