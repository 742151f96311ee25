"""Errors of who makes a claim, and of the account its money goes to after a death."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _

from app.services import filing, payees, report_takebacks, restoring
from app.web.words import word

FILING: Final[dict[type[Exception], tuple[int, Callable[[Any], str]]]] = {
    filing.NobodyMayFile: (
        409,
        lambda _e: _(
            "The person has died, so this account files no more. A relative reports the death with proof of kinship; "
            "once a caseworker has confirmed it, the claim goes on there."
        ),
    ),
    filing.FiledByAnother: (
        409,
        lambda _e: _(
            "Somebody else who may file for this person has begun a claim on this membership. One event, one claim: "
            "speak with each other, or write to us under Help."
        ),
    ),
    filing.NotYourCapacity: (
        409,
        lambda _e: _(
            "Who files has changed since this was said. Say it anew on the page of the claim, then hand it in."
        ),
    ),
    payees.NoAccountNow: (
        409,
        lambda e: _(
            "The claim is “%(state)s”: no other account can be named now. If the bank sends the money back, this page "
            "asks for one.",
            state=word(e.state, "claim_state"),
        ),
    ),
    payees.WaitsForAnswer: (
        409,
        lambda _e: _("An account was named and waits for a caseworker. You are told as soon as it is confirmed."),
    ),
    payees.Answered: (409, lambda _e: _("Somebody was faster: this account was answered already.")),
    payees.OwnAccountNamed: (
        403,
        lambda _e: _("You named this account, or the claim is your own. Another one answers."),
    ),
    payees.ReasonMissing: (422, lambda _e: _("Say why not, and what proof would help: the relative reads it.")),
    report_takebacks.NothingToTakeBack: (
        409,
        lambda _e: _("This confirmation was taken back already, or never given."),
    ),
    report_takebacks.AccountWentOver: (
        409,
        lambda _e: _(
            "A whole account went over with this report, confirmed by two caseworkers. That cannot be taken back here: "
            "tell the operator."
        ),
    ),
    restoring.NobodyDied: (
        409,
        lambda _e: _("Nobody is known to have died by this report: look at the person's memberships anew."),
    ),
    report_takebacks.WhoConfirmed: (
        403,
        lambda _e: _("You confirmed this report, or it concerns you. Another caseworker takes the confirmation back."),
    ),
    report_takebacks.ReasonMissing: (422, lambda _e: _("Say why: whoever reported reads it.")),
}
"""Every error of these deeds that people may meet."""
