"""Words of stories for the public."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

STORIES: Final[dict[str, dict[str, LazyString]]] = {
    "story_state": {
        "waiting": _l("waiting to be read"),
        "accepted": _l("read and accepted"),
        "given_back": _l("given back to you"),
        "replaced": _l("replaced by another text"),
        "published": _l("public"),
        "ended": _l("erased"),
    },
    "story_unfit": {
        "identity": _l("an identity number"),
        "telephone": _l("a telephone number"),
        "account": _l("an account or card number"),
        "mail": _l("an e-mail address"),
        "link": _l("an address on the internet"),
    },
    "story_hint": {
        "name": _l("a name?"),
        "hospital": _l("a hospital?"),
        "place": _l("a place?"),
        "date": _l("a date?"),
        "work": _l("a school or an employer?"),
        "contact": _l("a way to reach somebody?"),
    },
    "case_state": {
        "waiting": _l("waiting for its settlement"),
        "settled": _l("being paid"),
        "paid": _l("paid"),
    },
    "taken_away": {
        "expired": _l("their days were over"),
        "withdrawn": _l("the claimant took the consent back"),
        "takedown": _l("taken down by a caseworker"),
    },
}
"""Kind of value → value → word."""
