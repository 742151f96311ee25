"""Errors of identity documents, each with its status and its sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _

from app.domain import identity
from app.web import filters

IDENTITY: Final[dict[type[Exception], tuple[int, Callable[[Any], str]]]] = {
    identity.IdentityError: (422, lambda _e: _("This number cannot be right. Compare it with the document.")),
    identity.WrongShape: (
        422,
        lambda _e: _(
            "This number has the wrong length or letters that do not belong there. Compare it with the document."
        ),
    ),
    identity.WrongBirthDate: (422, lambda _e: _("The birth date in this number is no day of the calendar.")),
    identity.WrongChecksum: (
        422,
        lambda _e: _("The last digit does not fit the others: something was mistyped. Compare it with the document."),
    ),
    identity.BirthDateDiffers: (
        422,
        lambda e: _("The number says a birth on %(day)s. Correct one of the two.", day=filters.day(e.number_says)),
    ),
}
