"""The doors: one for each room, and a room without one lets nobody in.

    bp.before_request(door("visitor"))                             public: personless, cached, no session
    bp.before_request(door("anybody"))                             personal, but needs no signing in (the sign-in form)
    bp.before_request(door("member"))                              whoever signed in
    bp.before_request(door("caseworker", readers=("auditor",)))    staff; readers may look and do nothing
    bp.before_request(door_of_addressee(queries.addressee))        each thing behind it says whom it is for

Who is not signed in is sent to sign in and comes back; who is signed in without the role gets a sentence and 403.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, current_app, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

from app.models.account import Account
from app.web import browser, hx, kept, parking

STAFF: Final = ("caseworker", "treasurer", "operator", "auditor", "investigator")
OPEN: Final = ("visitor", "anybody")
EVERYBODY: Final = "everybody"
_READING: Final = ("GET", "HEAD", "OPTIONS")
_SIGN_IN: Final = "accounts.sign_in"


class Door:
    """Lets the people named in, turns everybody else away. Called before every request of its room."""

    def __init__(self, who: str, *others: str, readers: tuple[str, ...] = ()) -> None:
        """`who` and `others` are roles; `readers` are staff roles that may look. ValueError for an unknown role."""
        self.who = (who, *others)
        self.readers = readers
        unknown = {*self.who, *readers} - {*STAFF, *OPEN, "member"}
        if unknown or (len(self.who) > 1 and not set(self.who) <= set(STAFF)):
            raise ValueError(f"no such door: {self.who} {readers}")

    @property
    def is_public(self) -> bool:
        """Whether the pages behind it are the same for everybody, and so may not ask who is looking."""
        return self.who == ("visitor",)

    @property
    def is_closed(self) -> bool:
        """Whether strangers have to sign in first."""
        return self.who[0] not in OPEN

    def __call__(self) -> ResponseReturnValue | None:
        """Nothing when the visitor may enter; otherwise the answer that turns them away."""
        g.door = self
        if self.is_public:
            return kept.look()
        account = account_or_none() if self.is_closed else None
        if self.is_closed and account is None:
            return parking.rescue(for_members=True) or hx.go_to(url_for(_SIGN_IN, next=_way_back()))
        parking.arrived()
        if account is None:
            return None
        browser.live_on()
        if self.who[0] == "member":
            return None
        held = roles_of(account)
        wanted = (*self.who, *self.readers) if request.method in _READING else self.who
        g.role = next((role for role in wanted if role in held), None)
        if g.role is None:
            abort(403)
        return None


class AddresseeDoor(Door):
    """For addresses where public and personal things live side by side: each thing says whom it is for.

    What is for everybody is public: nobody is asked who is looking. For anything else a stranger is sent to sign in,
    whether it exists or not, and to every account but its own it does not exist (404), whatever role that account has.
    """

    def __init__(self, addressee: Callable[..., int | str | None]) -> None:
        """`addressee` takes the parameters of the URL: an account's number, `EVERYBODY`, or None for no such thing."""
        super().__init__("member")
        self.addressee = addressee

    def __call__(self) -> ResponseReturnValue | None:
        """Nothing for whom the thing is addressed to; otherwise the answer that turns them away."""
        to = self.addressee(**(request.view_args or {}))
        if to == EVERYBODY:
            g.door = Door("visitor")
            return None
        turned_away = super().__call__()
        if turned_away is None and (to is None or to != account().id):
            abort(404)
        return turned_away


def door_of_addressee(addressee: Callable[..., int | str | None]) -> AddresseeDoor:
    """The door of a room whose things are each for somebody, or for everybody; for `bp.before_request(...)`."""
    return AddresseeDoor(addressee)


def door(who: str, *others: str, readers: tuple[str, ...] = ()) -> Door:
    """The door of a room, for `bp.before_request(...)`."""
    return Door(who, *others, readers=readers)


def door_of(app: Flask, blueprint: str) -> Door | None:
    """The door of a registered room; None when it has none and so refuses everybody."""
    found = app.before_request_funcs.get(blueprint, [])
    return next((function for function in found if isinstance(function, Door)), None)


def account_or_none() -> Account | None:
    """Whoever is signed in. RuntimeError on a public page: its body is everybody's, so it may not ask."""
    behind: Door | None = g.get("door")
    if behind is not None and behind.is_public:
        raise RuntimeError("a public page asked who is looking")
    if not current_user.is_authenticated:
        return None
    found: Account = current_user._get_current_object()  # noqa: SLF001 -- the account itself, not its proxy
    return found


def account() -> Account:
    """Whoever is signed in; 401 behind a door that lets strangers in."""
    found = account_or_none()
    if found is None:
        abort(401)
    return found


def confirmed() -> Account:
    """Whoever is signed in, with an address that is confirmed; before that, nothing is paid and nothing is claimed."""
    found = account()
    if found.email_confirmed_at is None:
        abort(hx.page("accounts/confirm_first.html", status=403, account=found))
    return found


def staff() -> Account:
    """The member of staff who stands in this room; 403 for everybody else, whatever room this is."""
    role()
    return account()


def role() -> str:
    """The role in which the member of staff stands in this room; 403 in a room that is not staff's."""
    found: str | None = g.get("role")
    if found is None:
        abort(403)
    return found


def roles_of(person: Account) -> frozenset[str]:
    """The staff roles an account holds now."""
    return frozenset(held.role for held in person.roles)


def own_path(url: str | None) -> str | None:
    """`url` when it is a path of this site, otherwise None: nobody is sent elsewhere after signing in."""
    if not url or not url.startswith("/") or url.startswith(("//", "/\\")) or any(mark in url for mark in "\\\r\n\t"):
        return None
    parts = urlsplit(url)
    return None if parts.scheme or parts.netloc else url


class _Sessions(LoginManager):
    """Flask-Login without its remember-me cookie: looking for that one would touch the session on public pages."""

    def _update_remember_cookie(self, response: Any) -> Any:
        return response


def _way_back() -> str:
    """Where to go after signing in: the page asked for, or the page the form stood on."""
    if request.method in _READING:
        return request.full_path.rstrip("?")
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc == request.host:
        return came_from.path or "/"
    return "/"


def _refuse_without_door() -> None:
    """Default deny: a room that was registered without a door refuses every request."""
    if request.endpoint is None or request.endpoint == "static":
        return
    if request.blueprint is None or door_of(current_app, request.blueprint) is None:
        abort(403)


def _who_looks() -> dict[str, Any]:
    """`me`, `my_roles` and `my_role` for pages behind a personal door; on public pages they are undefined."""
    behind: Door | None = g.get("door")
    if behind is None or behind.is_public:
        return {}
    person = account_or_none()
    return {"me": person, "my_roles": roles_of(person) if person else frozenset(), "my_role": g.get("role")}


def init_app(app: Flask) -> None:
    """Hang the doors."""
    keeper = _Sessions()
    keeper.session_protection = None  # an address changes on every train ride
    keeper.init_app(app, add_context_processor=False)
    keeper.user_loader(browser.load)
    parking.init_app(app)
    app.before_request(_refuse_without_door)
    app.context_processor(_who_looks)


def open_room(app: Flask, blueprint: Blueprint) -> None:
    """Register a room; ValueError when it has no door."""
    app.register_blueprint(blueprint)
    if door_of(app, blueprint.name) is None:
        raise ValueError(f"the room {blueprint.name!r} has no door")
