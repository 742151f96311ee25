"""Routes of the gate."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from app.accounts import actions
from app.accounts.forms import AccountForm, SignInForm, SignUpForm
from app.db import transaction
from app.models.account import Account
from app.web import browser, clock, doors, hx, i18n
from app.web.clock import now
from app.web.doors import door
from app.web.hx import done, page

bp = Blueprint("accounts", __name__)
bp.before_request(door("anybody"))

own = Blueprint("account", __name__)
own.before_request(door("member"))


def _next() -> str | None:
    """Where somebody wanted to go before signing in, if it is a page of ours."""
    return doors.own_path(request.values.get("next"))


def _enter(person: Account) -> Response:
    """Begin the session and go where the visitor was going; a browser that chose no language learns the account's."""
    browser.enter(person)
    if i18n.COOKIE not in request.cookies:
        i18n.choose(person.language)
    return hx.go_to(_next() or "/me")


@bp.get("/sign-up")
def sign_up() -> Response:
    """The form for a new account."""
    return page("accounts/sign_up.html", form=SignUpForm(), next=_next())


@bp.post("/sign-up")
def open_account() -> Response:
    """Open an account and enter with it."""
    form = SignUpForm()
    if not form.validate_on_submit():
        return page("accounts/sign_up.html", status=422, form=form, next=_next())
    email, name, password = form.particulars()
    hashed = actions.hash_password(password)
    try:
        with transaction():
            person = actions.open_account(
                email=email, name=name, password_hash=hashed, language=i18n.language(), at=now()
            )
    except actions.EmailTaken:
        form.email.errors = [_("This e-mail address already has an account. Sign in with it, or enter another one.")]
        return page("accounts/sign_up.html", status=422, form=form, next=_next())
    return _enter(person)


@bp.get("/sign-in")
def sign_in() -> Response:
    """The form to enter."""
    return page("accounts/sign_in.html", form=SignInForm(), next=_next())


@bp.post("/sign-in")
def enter() -> Response:
    """Enter with address and password."""
    form = SignInForm()
    if not form.validate_on_submit():
        return page("accounts/sign_in.html", status=422, form=form, next=_next())
    email, password = form.credentials()
    try:
        who = actions.recognise(email=email, password=password)
        with transaction():
            person = actions.sign_in(who, at=now())
    except actions.SignInRefused:
        form.email.errors = [
            _("This e-mail address and this password do not belong together. Check both and try again.")
        ]
        return page("accounts/sign_in.html", status=422, form=form, next=_next())
    return _enter(person)


@bp.post("/sign-out")
def sign_out() -> Response:
    """Leave, in this browser or in all of them."""
    person = doors.account_or_none()
    if person is not None:
        with transaction():
            if request.form.get("everywhere"):
                actions.sign_out_everywhere(by=person, at=now(), on_the_wall=clock.real_now())
            else:
                actions.sign_out(by=person, at=now())
    browser.leave()
    return hx.go_to("/")


@own.get("/account")
def account() -> Response:
    """Name, address, language, and the way out."""
    person = doors.account()
    form = AccountForm(data={"name": person.name, "language": person.language})
    return page("accounts/account.html", form=form, account=person)


@own.post("/account")
def change_account() -> Response:
    """Change name and language."""
    form = AccountForm()
    person = doors.account()
    if not form.validate_on_submit():
        return page("accounts/account.html", status=422, form=form, account=person)
    name, language = form.particulars()
    with transaction():
        actions.change(name=name, language=language, by=person, at=now())
    i18n.choose(language)
    return done(url_for(".account"))
