"""What a claimant is told about bills, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _

from app.web.filters import money
from app.web.letter import Letter

Values = Mapping[str, Any]


def _link(values: Values) -> tuple[tuple[str, str], ...]:
    return ((_("See the bills"), f"/claims/{values['claim']}/bills"),)


def _accepted(values: Values) -> Letter:
    return Letter(
        _("A bill was accepted: %(amount)s", amount=money(values["net_fen"])),
        _("It uses up the advance first; what goes beyond it is published and paid with the next period."),
        _link(values),
    )


def _refused(values: Values) -> Letter:
    return Letter(
        _("A bill was not accepted"),
        _(
            "It rests on clause %(clause)s; the page of the bill gives the reason. You can bring it once more with "
            "what was missing, and somebody else decides.",
            clause=values["clause"],
        ),
        _link(values),
    )


KINDS: Final[Mapping[str, Callable[[Values], Letter]]] = {"bill-accepted": _accepted, "bill-refused": _refused}
