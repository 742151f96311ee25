"""Routes of the gate."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from app.accounts import actions
from app.accounts.forms import AccountForm, SignInForm, SignUpForm
from app.db import new_ref, transaction
from app.models.account import Account
from app.services import limits
from app.services.limits import TooMany
from app.web import browser, clock, demo_mails, doors, hx, i18n, parking
from app.web.clock import now
from app.web.doors import door
from app.web.hx import done, page
from app.web.network import network
from app.web.too_often import too_often

bp = Blueprint("accounts", __name__)
bp.before_request(door("anybody"))

own = Blueprint("account", __name__)
own.before_request(door("member"))


def _next() -> str | None:
    """Where somebody wanted to go before signing in, if it is a page of ours."""
    return doors.own_path(request.values.get("next"))


def _enter(person: Account) -> Response:
    """Begin the session and go where the visitor was going; a browser that chose no language learns the account's.

    A form that waits for this account comes first; one that waits for another is not gone to.
    """
    browser.enter(person)
    if i18n.COOKIE not in request.cookies:
        i18n.choose(person.language)
    waiting = parking.page_waiting_for(person.id)
    if waiting is None and parking.waits():
        flash(_("The form that waits in this browser belongs to another account, so it is not shown here."))
        return hx.go_to("/me")
    return hx.go_to(waiting or _next() or "/me")


def _sign_up_page(form: SignUpForm, status: int = 200) -> Response:
    return page("accounts/sign_up.html", status=status, form=form, next=_next())


def _sign_in_page(form: SignInForm, status: int = 200) -> Response:
    return page(
        "accounts/sign_in.html",
        status=status,
        form=form,
        next=_next(),
        form_waits=parking.waits(),
        for_somebody_else=parking.waits_for_somebody_else(),
    )


@bp.get("/sign-up")
def sign_up() -> Response:
    """The form for a new account."""
    return _sign_up_page(SignUpForm(data={"ref": new_ref()}))


@bp.post("/sign-up")
def open_account() -> Response:
    """Open an account and enter with it; whether the address has one already is told to its owner alone, by mail."""
    form = SignUpForm()
    if not form.validate_on_submit():
        return _sign_up_page(form, 422)
    try:
        limits.take("sign-up-network", network(), at=clock.real_now())
    except TooMany as refused:
        return too_often(lambda: _sign_up_page(form, 429), form.email, refused)
    password = str(form.password.data)
    said = form.particulars(actions.hash_password(password), i18n.language())
    new, sent_before = actions.of_this_form(said, password)
    writes = not sent_before and _may_write_to(new.email)
    with transaction():
        person, link = actions.sign_up(new, at=now(), writes=writes)
        email, ref = person.email, link.ref if link is not None else None
    demo_mails.remember_opened(person)
    if ref is not None:
        demo_mails.remember(ref)
    entered = _enter(person)
    flash(_("Welcome. We have written to %(email)s: please open the link in that mail.", email=email), "done")
    return entered


def _may_write_to(email: str) -> bool:
    """Whether this address gets one more mail about an account; when it had enough of them, nobody is told so."""
    try:
        limits.take("sign-up-account", email, at=clock.real_now())
    except TooMany:
        return False
    return True


@bp.get("/sign-in")
def sign_in() -> Response:
    """The form to enter."""
    return _sign_in_page(SignInForm())


@bp.post("/sign-in")
def enter() -> Response:
    """Enter with address and password. Every try counts, until one is right."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form, 422)
    email, password = form.credentials()
    at = clock.real_now()
    try:
        limits.take("sign-in-network", network(), at=at)
        limits.take("sign-in-account", email, at=at)
    except TooMany as refused:
        return too_often(lambda: _sign_in_page(form, 429), form.email, refused)
    try:
        who = actions.recognise(email=email, password=password)
        with transaction():
            person = actions.sign_in(who, at=now())
            limits.give_back("sign-in-network", network(), at=at)
    except actions.SignInRefused:
        form.email.errors = [
            _(
                "This e-mail address and this password do not belong together. Check both and try again. If you have "
                "just opened the account, open the link in our mail first."
            )
        ]
        return _sign_in_page(form, 422)
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
    return _account_page(form)


@own.post("/account")
def change_account() -> Response:
    """Change name and language."""
    form = AccountForm()
    person = doors.account()
    if not form.validate_on_submit():
        return _account_page(form, 422)
    name, language = form.particulars()
    with transaction():
        actions.change(name=name, language=language, by=person, at=now())
    i18n.choose(language)
    return done(url_for(".account"))


def _account_page(form: AccountForm, status: int = 200) -> Response:
    return page("accounts/account.html", status=status, form=form, account=doors.account())
