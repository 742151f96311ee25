"""What stands in the way of signals and investigations, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _

from app.domain import investigations
from app.services import signals
from app.web import filters
from app.web.words import word

INVESTIGATIONS: Final[dict[type[Exception], tuple[int, Callable[[Any], str]]]] = {
    signals.SignalGone: (
        409,
        lambda _e: _(
            "This does not stand out any more, or something has come to it. The list below is the present one."
        ),
    ),
    signals.LookedIntoAlready: (409, lambda _e: _("You have a note beside this already. It stays as it is.")),
    investigations.NoConsent: (
        409,
        lambda _e: _(
            "The claimant did not agree to an investigator, or has taken that back. The claim is decided on what is "
            "there, and never refused because of that alone."
        ),
    ),
    investigations.OneIsOpen: (409, lambda _e: _("An investigation of this claim is open already. End it first.")),
    investigations.ClaimNotInReview: (
        409,
        lambda e: _("Nothing is investigated now: this claim is “%(state)s”.", state=word(e.state, "claim_state")),
    ),
    investigations.NotAnInvestigator: (
        422,
        lambda _e: _("Whoever you chose is no investigator any more, or decides about claims too. Choose another one."),
    ),
    investigations.TooClose: (
        422,
        lambda _e: _("Whoever you chose stands too near to this claim or had a hand in it. Choose another one."),
    ),
    investigations.DueOutside: (
        422,
        lambda e: _(
            "The clock of the claim runs on: choose a day from %(earliest)s to %(latest)s.",
            earliest=filters.day(e.earliest),
            latest=filters.day(e.latest),
        ),
    ),
    investigations.NoSuchDocument: (
        422,
        lambda _e: _("A document you chose is not there any more. Choose again among those shown."),
    ),
    investigations.InvestigationOver: (
        409,
        lambda e: _(
            "This investigation has ended: it is “%(state)s”. Nothing was done.",
            state=word(e.state, "investigation_state"),
        ),
    ),
    investigations.SaidAlready: (409, lambda _e: _("This was said once already and stays as it is.")),
    investigations.NotShared: (409, lambda _e: _("The findings cannot be read yet; you are told when they can.")),
    investigations.AnswerTooLate: (
        409,
        lambda e: _(
            "The claim is “%(state)s” by now, so this would reach nobody who decides. An appeal is the way.",
            state=word(e.state, "claim_state"),
        ),
    ),
}
"""Status and sentence by the error."""
