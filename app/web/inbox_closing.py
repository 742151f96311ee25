"""Messages about a plan that closes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _

from app.web.filters import day, money
from app.web.letter import Letter

Values = Mapping[str, Any]


def _day(text: str) -> str:
    return str(day(dt.date.fromisoformat(text)))


def _closes(values: Values) -> Letter:
    return Letter(
        _("%(plan)s closes on %(day)s", plan=values["plan"], day=_day(values["closing_day"])),
        _(
            "Why: %(reason)s From now on nobody joins and nothing is paid in; nobody lapses. After the last settlement "
            "the membership ends and the balance goes back to you, the way it came. For events before the closing day "
            "you may apply until %(until)s. You may still leave earlier.",
            reason=values["reason"],
            until=_day(values["claims_until"]),
        ),
        ((_("To my memberships"), "/me"),),
    )


def _goes_on(values: Values) -> Letter:
    return Letter(
        _("%(plan)s goes on: the closing was taken back", plan=values["plan"]),
        _("Why: %(reason)s Everything is as it was before the announcement.", reason=values["reason"]),
        ((_("To my memberships"), "/me"),),
    )


def _top_up_back(values: Values) -> Letter:
    return Letter(
        _("Your top-up of %(amount)s goes back to you", amount=money(values["amount_fen"])),
        _(
            "%(plan)s is closing, and nothing is paid in any more since the announcement. The money goes back the way "
            "it came.",
            plan=values["plan"],
        ),
    )


def _not_joined(values: Values) -> Letter:
    return Letter(
        _("You did not join %(plan)s: it is closing", plan=values["plan"]),
        _("The closing was announced before your first top-up arrived. It goes back to you in full, the way it came."),
    )


KINDS: Final[Mapping[str, Callable[[Values], Letter]]] = {
    "plan-closes": _closes,
    "plan-goes-on": _goes_on,
    "payment-plan-closes": _top_up_back,
    "plan-closed-to-joiners": _not_joined,
}
"""Kind → what it says."""
