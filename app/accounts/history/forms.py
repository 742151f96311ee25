"""How the history is narrowed; asked for in the address, so without a token."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField

from app.services.history import WHICH, Which
from app.web.fields import chosen, options

_WORDS: Final[dict[Which, object]] = {
    "all": _l("everything"),
    "looks": _l("who looked at what is mine"),
    "mine": _l("what I did"),
    "others": _l("what others and the calendar did"),
}


class HistoryFilter(FlaskForm):
    """Which lines."""

    class Meta:
        """Nothing is changed by looking."""

        csrf = False

    show = SelectField(_l("Show"), validate_choice=False, choices=options(*((key, _WORDS[key]) for key in WHICH)))

    def value(self) -> Which:
        """What was chosen; anything else shows everything."""
        asked = chosen(self.show)
        return next((which for which in WHICH if which == asked), "all")
