"""Messages to those who run the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _

from app.web.letter import Letter

Values = Mapping[str, Any]


def _nobody_left(values: Values) -> Letter:
    return Letter(
        _("Nobody is left who may decide claim %(ref)s", ref=values["claim"]),
        _(
            "Every caseworker had a hand in it, stands too near to it, or declared a conflict. It waits until you "
            "appoint another caseworker; the promised day goes on."
        ),
    )


KINDS: Final[Mapping[str, Callable[[Values], Letter]]] = {"claim-nobody-left": _nobody_left}
