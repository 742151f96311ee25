"""Words of groups and their lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LISTS: Final[Mapping[str, Mapping[str, LazyString]]] = {
    "group_kind": {"company": _l("company"), "village": _l("village"), "school": _l("school")},
    "group_state": {
        "asked": _l("waiting to be admitted"),
        "admitted": _l("admitted, may invite"),
        "refused": _l("not admitted"),
        "ended": _l("ended"),
    },
    "list_state": {
        "checking": _l("being read"),
        "checked": _l("checked, not sent"),
        "sending": _l("being sent"),
        "sent": _l("sent"),
        "dropped": _l("given up"),
        "over": _l("over"),
    },
}
"""Kinds of groups, and the states of groups and lists."""
