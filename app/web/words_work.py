"""Words of the work that is done in the background."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

WORK: Final[Mapping[str, Mapping[str, LazyString]]] = {
    "check_trigger": {
        "nightly": _l("every night"),
        "by-hand": _l("asked by a treasurer"),
        "command": _l("asked by an operator"),
        "before-settlement": _l("before a settlement"),
        "after-settlement": _l("after a settlement"),
    },
    "work_kind": {
        "mail": _l("a mail"),
        "mail-link": _l("a mail with a link"),
        "mail-former": _l("a mail to a former address"),
        "mail-password": _l("a mail about a new password"),
        "mail-complaint": _l("a mail about a complaint"),
        "mail-invitation": _l("a mail with an invitation"),
        "check-list": _l("reading an organiser's list"),
        "send-list": _l("sending the invitations of a list"),
        "pay-out": _l("a payout"),
        "send-refund": _l("a refund"),
        "order-payment": _l("an order to the payment service"),
        "sandbox": _l("news of the demonstration's play money"),
        "tell-ended": _l("telling members that their memberships have ended"),
        "announce-age": _l("telling members that they reach the age of the plan"),
        "announce-majority": _l("telling parents whose children come of age"),
        "tell-closing": _l("telling members that their plan closes"),
        "name-credits": _l("giving back by name what a settlement charged too much"),
        "make-export": _l("writing somebody's own data into a file"),
        "audit": _l("asking every question about the money"),
        "check-arrival": _l("checking a file that has arrived"),
        "render-evidence": _l("drawing the pages of a document"),
        "sweep-files": _l("clearing the store of files that belong to nothing"),
    },
}
