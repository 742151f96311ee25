"""One view for two audiences: a browser gets the page, htmx gets the part of it that changes.

The key of `fragments` is the DOM id, and the id of the one root element of the file it names. The client says which
element it will replace (HX-Target); it never says which file to render.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, g, make_response, redirect, render_template
from htmx_flask import request

VARY = ("HX-Request", "HX-Target")


def wants_fragment() -> bool:
    """Whether htmx asks for a part of a page: not a boosted link, and not a history entry it has lost."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page(
    template: str, /, *, fragments: Mapping[str, str] | None = None, status: int = 200, **context: Any
) -> Response:
    """Answer with the whole page, or with the fragment whose key is the element that htmx will replace.

    When htmx names an element this page does not know, it is given the whole page and told to put it in place of the
    body, so that no page is ever nested in another.
    """
    target = request.htmx.target if wants_fragment() else None
    part = (fragments or {}).get(target) if target else None
    response = make_response(render_template(part or template, **context), status)
    response.vary.update(VARY)
    if part:
        g.is_fragment = True
    else:
        whole(response)
    return response


def whole(response: Response) -> Response:
    """Mark a response that is a whole page, so that htmx puts it in place of the body wherever it was asked from."""
    if wants_fragment():
        response.headers["HX-Retarget"] = "body"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def done(url: str, /, *, fragment: str | None = None, **context: Any) -> Response:
    """Answer a deed that was done: htmx gets the changed fragment, a browser is sent on to `url` with a 303.

    Without a fragment htmx is told to load `url` as a page of its own.
    """
    if wants_fragment() and fragment:
        response = make_response(render_template(fragment, **context))
        g.is_fragment = True
    else:
        response = go_to(url)
    response.vary.update(VARY)
    return response


def go_to(url: str) -> Response:
    """Send the browser on to `url` (303), also when htmx asked: it then loads `url` as a page of its own."""
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = url
        return response
    return make_response(redirect(url, 303))
