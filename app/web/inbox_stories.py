"""Messages about what the public reads of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _

from app.web.letter import Letter

Values = Mapping[str, Any]


def _story(values: Values) -> tuple[tuple[str, str], ...]:
    return ((_("See your story"), f"/claims/{values['claim']}/public-story"),)


def _accepted(values: Values) -> Letter:
    return Letter(
        _("Your story for the public was read and accepted"),
        _("It is shown with your case for as long as its details are; you can take it back at any time."),
        _story(values),
    )


def _given_back(values: Values) -> Letter:
    return Letter(
        _("Your story for the public was given back to you"),
        _("Its page says why. Change it there; your case goes on without waiting for it."),
        _story(values),
    )


def _taken_down(values: Values) -> Letter:
    return Letter(
        _("Something was taken down from your public case"),
        _("The page of the case says why. The amount does not change."),
        ((_("The public page of the case"), f"/cases/{values['case']}"),),
    )


def _corrected(values: Values) -> Letter:
    return Letter(
        _("Your public case was corrected"),
        _("Its page shows both entries, the old and the new. The amount does not change."),
        ((_("The public page of the case"), f"/cases/{values['case']}"),),
    )


KINDS: Final[Mapping[str, Callable[[Values], Letter]]] = {
    "story-accepted": _accepted,
    "story-given-back": _given_back,
    "case-taken-down": _taken_down,
    "case-corrected": _corrected,
}
"""Kind → what it says."""
