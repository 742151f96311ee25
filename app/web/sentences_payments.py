"""Sentences for transfers recorded by hand and for what a payment service tells us."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _

from app.services import bank_lines, deliveries, transfers_by_hand
from app.web.words import word

Sentence = Callable[[Any], str]

PAYMENTS: Final[dict[type[Exception], tuple[int, Sentence]]] = {
    bank_lines.RecordedBefore: (
        409,
        lambda e: _("A transfer with this reference of the bank is recorded already, as %(ref)s.", ref=e.ref),
    ),
    transfers_by_hand.ArrivedBefore: (
        409,
        lambda e: _(
            "Payment %(ref)s, which the payer names, has arrived another way. Look at its page first. If the bank "
            "shows two lines, tick that this is another one, and record it.",
            ref=e.ref,
        ),
    ),
    bank_lines.BookedBefore: (
        409,
        lambda e: _(
            "This line of the bank is booked or recorded already, as %(what)s. One line is booked once.",
            what=word(e.booked.desk, "booked_as"),
        ),
    ),
    transfers_by_hand.SameTreasurer: (
        403,
        lambda _e: _("You did the step before this one yourself. Another treasurer has to do this one."),
    ),
    transfers_by_hand.AnsweredBefore: (
        409,
        lambda e: _(
            "Somebody was faster: this transfer is “%(state)s”. Nothing was done twice.",
            state=word(e.state, "transfer_state"),
        ),
    ),
    transfers_by_hand.NoReason: (422, lambda _e: _("Say why it is not confirmed: whoever recorded it reads it.")),
    transfers_by_hand.NobodysReference: (
        422,
        lambda _e: _("We know no payment, membership or application by this reference. Compare it with its page."),
    ),
    deliveries.NothingSaid: (422, lambda _e: _("Say what you did about it: others read it later. Name nobody.")),
    deliveries.NothingToLookAt: (
        409,
        lambda _e: _("Somebody was faster: these news were looked at. What was said about them stands below."),
    ),
}
