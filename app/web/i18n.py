"""Two languages on every page: Chinese first, English complete.

A visitor's choice is `?lang=`, remembered in the cookie `lang` (the one cookie a public page may set, and only when the
switch is used); before any choice the browser's own wish decides. The account's language is for letters, not for pages.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from flask import Flask, Response, g, request, url_for
from flask_babel import Babel, get_locale

LANGUAGES: Final = ("zh", "en")
NAMES: Final = {"zh": "中文", "en": "English"}
TAGS: Final = {"zh": "zh-Hans", "en": "en"}
COOKIE: Final = "lang"
_YEAR_SECONDS: Final = 365 * 24 * 3600


def language() -> str:
    """The language of this answer, `zh` or `en`; outside a request the one set by `flask_babel.force_locale`."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in LANGUAGES else LANGUAGES[0]


def language_tag() -> str:
    """The language as HTML names it."""
    return TAGS[language()]


def switch_language_url(to: str) -> str:
    """This page in the other language: a plain link, whatever brought us here."""
    rule = request.url_rule
    if rule is None or "GET" not in (rule.methods or ()):
        return f"/?lang={to}"
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    # What a visitor typed behind the "?" is no argument of `url_for`: some of its names mean something there.
    return f"{url_for(str(request.endpoint), **(request.view_args or {}))}?{urlencode([*kept, ('lang', to)])}"


def _chosen() -> str:
    for wish in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return wish
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def remember(response: Response, chosen: str) -> None:
    """Keep the choice of language for a year."""
    response.set_cookie(COOKIE, chosen, max_age=_YEAR_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure)


def choose(chosen: str) -> None:
    """From this answer on, speak the language that was chosen."""
    g.choose_language = chosen


def _after(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = TAGS[language()]
    # A letter in the other language is read beside the page; only a page changes the language of the pages after it.
    wish = g.get("choose_language") or (request.args.get("lang") if response.mimetype == "text/html" else None)
    if request.endpoint != "static" and wish in LANGUAGES and wish != request.cookies.get(COOKIE):
        remember(response, wish)
    return response


def init_app(app: Flask) -> None:
    """Teach the templates both languages."""
    Babel(app, locale_selector=_chosen)
    app.after_request(_after)
    app.jinja_env.globals.update(
        language=language,
        language_tag=language_tag,
        switch_language_url=switch_language_url,
        LANGUAGES=LANGUAGES,
        LANGUAGE_NAMES=NAMES,
        LANGUAGE_TAGS=TAGS,
    )
