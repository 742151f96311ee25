"""Errors of taking the operator's fee, each with its status and its sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _

from app.services import fee_takings
from app.web.filters import money
from app.web.words import word

FEES: Final[dict[type[Exception], tuple[int, Callable[[Any], str]]]] = {
    fee_takings.MoreThanMayLeave: (
        422,
        lambda e: _(
            "Only %(most)s of this fee may leave now: no more is owed, or the rest is needed for members and cases. "
            "Enter less, or wait.",
            most=money(e.most_fen),
        ),
    ),
    fee_takings.StaysWhileClosing: (
        409,
        lambda _e: _(
            "This plan is closing. Its fee stays in custody until that is over: it bears unpaid shares before members."
        ),
    ),
    fee_takings.WaitsAlready: (
        409,
        lambda _e: _("A taking of this fee waits for a second treasurer. Let it be answered first."),
    ),
    fee_takings.SameTreasurer: (403, lambda _e: _("You proposed this yourself. Another treasurer has to let it go.")),
    fee_takings.AnsweredBefore: (
        409,
        lambda e: _("Somebody was faster: this is “%(state)s” by now.", state=word(e.state, "fee_taking_state")),
    ),
}
"""Every error of taking a fee that people may meet."""
