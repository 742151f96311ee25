"""Nothing typed is lost: a form that comes when its session is over is kept, and shown again after signing in.

For every form of the house, without its view knowing: the door (or the check of the form's token) parks what was typed,
the page the form stood on is shown again for the same account with everything in its place, and whoever typed it looks
it over and sends it. Nothing is ever sent for them.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, render_template, request, session, url_for
from flask_login import current_user

from app.db import transaction
from app.services import limits, parked_forms
from app.services.evidence import clean_name
from app.services.parked_forms import TooMuch, Typed
from app.web import browser, clock, hx
from app.web.network import network
from app.web.refill import refill

_SLOT: Final = "parked"
_PLACE: Final = re.compile(r'<div id="trouble".*?</div>', re.DOTALL)
_SIGN_IN: Final = "accounts.sign_in"
_OK: Final = 200


def rescue(*, for_members: bool) -> Response | None:
    """Keep the form that this request sends, and answer with the way back to it; None when there is nothing to keep.

    `for_members`: only whom the form was made for may see it again. Kept are forms that we made ourselves, sent from
    our own pages by browsers that hold our cookie or can be asked to sign in.
    """
    page = _page_of_form()
    if request.method != "POST" or page is None or _is_sent_from_elsewhere() or not browser.is_our_form():
        return None
    whose, typed = browser.account_of_form(), _typed()
    if not typed or (whose is None and (for_members or not session)):
        return None
    at = clock.real_now()
    try:
        limits.take("park-network", network(), at=at)
        with transaction():
            key = parked_forms.park(typed, path=request.path, page=page, account_id=whose, at=at)
    except (limits.TooMany, TooMuch):
        return None
    session[_SLOT] = {"key": key, "path": request.path, "page": page, "whose": whose}
    if whose is None or whose == _signed_in():
        return hx.go_to(page)
    return hx.go_to(url_for(_SIGN_IN, next=page))


def waits() -> bool:
    """Whether a form of this browser waits for somebody to sign in."""
    return bool(session.get(_SLOT))


def waits_for_somebody_else() -> bool:
    """Whether the form that waits was made for another account than the one that is signed in."""
    kept: dict[str, Any] = session.get(_SLOT) or {}
    return bool(kept) and _signed_in() is not None and kept["whose"] not in {None, _signed_in()}


def page_waiting_for(account_id: int) -> str | None:
    """Where the form of this account is shown again; None when none waits for it."""
    kept = session.get(_SLOT)
    return kept["page"] if kept and kept["whose"] == account_id else None


def arrived() -> None:
    """A form came through its door: what was kept of it is needed no more."""
    if request.method == "POST" and (session.get(_SLOT) or {}).get("path") == request.path:
        session.pop(_SLOT)


def _is_sent_from_elsewhere() -> bool:
    """Whether another site sends this form: it comes without our cookie, and keeping it would set a new one over it."""
    origin, ours = request.headers.get("Origin"), {request.host, urlsplit(current_app.config["ORIGIN"]).netloc}
    return request.headers.get("Sec-Fetch-Site") == "cross-site" or (
        origin is not None and urlsplit(origin).netloc not in ours - {""}
    )


def _page_of_form() -> str | None:
    """The page the form stood on, as far as it can be opened again."""
    came_from = urlsplit(request.referrer or "")
    above = request.path.rstrip("/").split("/")
    paths = ["/".join(above[:length]) for length in range(len(above), 1, -1)]
    if came_from.netloc == request.host and _opens(came_from.path):
        return came_from._replace(scheme="", netloc="", fragment="").geturl()
    return next((path for path in paths if _opens(path)), None)


def _opens(path: str) -> bool:
    return bool(path) and current_app.create_url_adapter(request).test(path, "GET")  # type: ignore[union-attr]


def _typed() -> Typed:
    """What was typed, without what is secret and without what the page itself knows."""
    fields = {
        name: request.form.getlist(name)
        for name in request.form
        if name not in {browser.TOKEN_FIELD, "next"} and "password" not in name
    }
    names = [clean_name(file.filename) for file in request.files.values() if file.filename]
    return Typed(fields, names)


def _signed_in() -> int | None:
    return current_user.id if current_user.is_authenticated else None


def _show_again(response: Response) -> Response:
    """Write what was typed into the page it was typed on, above it a sentence that says so."""
    door = g.get("door")
    if door is None or door.is_public or request.method != "GET" or response.status_code != _OK:
        return response
    kept = session.get(_SLOT)
    here = request.full_path.rstrip("?")
    if not kept or kept["page"] != here or response.mimetype != "text/html" or g.get("is_fragment"):
        return response
    form = parked_forms.find(kept["key"], at=clock.real_now())
    if form is None or form.account_id not in {None, _signed_in()}:
        return response
    typed = parked_forms.typed_in(form)
    shown = refill(response.get_data(as_text=True), typed, action=form.path, page=request.path)
    notice = render_template("layouts/_kept.html", typed=typed, **_outcome(typed, form_found=shown.form_found))
    response.set_data(_PLACE.sub(lambda place: place.group() + notice, shown.html, count=1))
    return response


def _outcome(typed: Typed, *, form_found: bool) -> dict[str, Any]:
    """What the sentence needs: whether the form is there, and otherwise the texts themselves."""
    texts = [] if form_found else [value for values in typed.fields.values() for value in values if value.strip()]
    return {"form_found": form_found, "texts": texts}


def init_app(app: Flask) -> None:
    """Look at every page on its way out; only one that a form waits for is touched."""
    app.after_request(_show_again)
