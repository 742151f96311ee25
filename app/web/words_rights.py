"""Words of complaints, look-ups, corrections and exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

RIGHTS: Final[Mapping[str, Mapping[str, LazyString]]] = {
    "correction_state": {
        "asked": _l("waits for a caseworker"),
        "accepted": _l("corrected"),
        "refused": _l("not corrected"),
        "withdrawn": _l("withdrawn"),
    },
    "correction_field": {
        "name": _l("name"),
        "birth": _l("birth date"),
        "document": _l("identity document"),
        "province": _l("province"),
    },
    "look_up_kind": {
        "e-mail": _l("e-mail address"),
        "reference": _l("reference of a membership, claim or payment"),
        "document": _l("number of an identity document"),
    },
    "complaint_state": {
        "open": _l("waits for an answer"),
        "answered": _l("answered"),
        "asked_again": _l("asked again, waits for somebody else"),
        "answered_again": _l("answered a second time"),
    },
}
