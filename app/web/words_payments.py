"""Words for payments that come by hand and for news of a payment service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

PAYMENTS: Final[Mapping[str, Mapping[str, LazyString]]] = {
    "payment_way": {
        "sandbox": _l("play money of the demonstration"),
        "manual": _l("bank transfer"),
        "webhook": _l("payment service"),
        "list": _l("an organiser's list"),
    },
    "transfer_state": {
        "recorded": _l("waiting for a second treasurer"),
        "confirmed": _l("confirmed and booked"),
        "held": _l("nobody knows whose it is"),
        "rejected": _l("not confirmed"),
        "placed": _l("its owner was found"),
        "sent_back": _l("sent back to where it came from"),
    },
    "delivery_type": {
        "payment.received": _l("a payment has arrived"),
        "payment.failed": _l("a payment will not arrive"),
        "payment.reversed": _l("a payment was taken back"),
        "payout.paid": _l("a payout has arrived"),
        "payout.failed": _l("a payout was refused"),
        "payout.returned": _l("a payout came back"),
        "refund.paid": _l("a refund has arrived"),
        "refund.failed": _l("a refund was refused"),
        "refund.returned": _l("a refund came back"),
    },
    "delivery_outcome": {
        "applied": _l("booked"),
        "no_change": _l("changed nothing"),
        "waiting": _l("waiting for earlier news"),
        "to_be_looked_at": _l("to be looked at"),
    },
    "delivery_why": {
        "again": _l("known before"),
        "late": _l("too late: something newer is known"),
        "too_early": _l("what it follows from has not been told yet"),
        "unknown_reference": _l("we know no payment or transfer by this reference"),
        "amount_differs": _l("the amount is another one than ours"),
        "contradicts": _l("it contradicts what was told before"),
        "refused": _l("the money is not where it would have to be"),
        "line_booked": _l("the line of the bank it names is booked already, or recorded by hand"),
    },
    "booked_as": {
        "transfer": _l("a transfer by hand"),
        "funding": _l("money for a reserve"),
        "statement": _l("a line of a statement"),
        "payment": _l("a payment that came in"),
        "batch": _l("an answer to a bank file"),
        "remainder": _l("what was left of a plan that closed"),
    },
}
