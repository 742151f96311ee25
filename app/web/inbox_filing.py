"""Messages to relatives: a claim that goes on with them, and the account its money goes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _

from app.web.letter import Letter

Values = Mapping[str, Any]


def _claim(values: Values) -> tuple[tuple[str, str], ...]:
    return ((_("Open the claim"), f"/claims/{values['claim']}"),)


def _goes_on(values: Values) -> Letter:
    return Letter(
        _("Claim %(ref)s goes on with you", ref=values["claim"]),
        _(
            "The person who made it has died, and your proof was confirmed. Questions, letters and the decision come "
            "to you now. Please look which account the money would go to, and name your own if it was the person's."
        ),
        _claim(values),
    )


def _taken_back(values: Values) -> Letter:
    return Letter(
        _("The confirmation of your report %(ref)s was taken back", ref=values["report"]),
        _("You file for this person no more. The reason: %(reason)s", reason=values["reason"]),
        ((_("See your reports"), "/me/reports"),),
    )


def _lives(values: Values) -> Letter:
    return Letter(
        _("A report of a death was a mistake and was taken back"),
        _(
            "We are sorry: report %(report)s was confirmed although the person is alive. Memberships that were about "
            "to end go on. Those that had ended begin again, with the same terms, the waiting already served, and what "
            "had not been paid out of the balance. Shares that were given back stay yours.",
            report=values["report"],
        ),
        ((_("See your memberships"), "/me"),),
    )


def _confirmed(values: Values) -> Letter:
    return Letter(
        _("Claim %(ref)s: the account was confirmed", ref=values["claim"]),
        _("A caseworker has compared your proof. The payout goes to the account you named."),
        _claim(values),
    )


def _refused(values: Values) -> Letter:
    return Letter(
        _("Claim %(ref)s: the account was not accepted", ref=values["claim"]),
        _("Nothing was changed. The reason: %(reason)s", reason=values["reason"]),
        _claim(values),
    )


KINDS: Final[Mapping[str, Callable[[Values], Letter]]] = {
    "claim-goes-on": _goes_on,
    "report-taken-back": _taken_back,
    "death-taken-back": _lives,
    "payee-confirmed": _confirmed,
    "payee-refused": _refused,
}
"""Kind → what it says."""
