"""What the desk of news is asked for, and what a treasurer says about news."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from app.domain.deliveries import OUTCOMES, News, read_news
from app.web.fields import long_text, options, stripped
from app.web.words import WORDS

OPEN = "open"
"""What nobody has looked at yet."""


def news_in(body: bytes) -> News:
    """One piece of news from a signed body. Raises `NewsUnreadable`."""
    return read_news(body)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which news are asked for."""

    outcome: str | None
    reference: str | None
    before: int | None


class NewsFilter(Form):
    """The filter of the list, from the address; nothing is stored."""

    outcome = SelectField(
        _l("What became of it"),
        choices=options(
            ("", _l("all")),
            (OPEN, _l("needs a treasurer's look")),
            *((one, WORDS["delivery_outcome"][one]) for one in OUTCOMES),
        ),
        validate_choice=False,
    )
    ref = StringField(
        _l("Reference"),
        filters=[stripped],
        validators=[Length(max=100, message=_l("This is too long for a reference."))],
    )
    before = IntegerField(validators=[Optional()])

    def wanted(self) -> Wanted:
        """What is asked for; an outcome that does not exist is none."""
        outcome = self.outcome.data if self.outcome.data in {*OUTCOMES, OPEN} else None
        return Wanted(outcome, self.ref.data or None, self.before.data)

    def kept(self) -> dict[str, Any]:
        """What goes into the links of the list."""
        wanted = self.wanted()
        return {key: value for key, value in (("outcome", wanted.outcome), ("ref", wanted.reference)) if value}


class LookForm(FlaskForm):
    """What was done about news that could not be applied."""

    said = long_text(
        _l("What you found and did"), DataRequired(_l("Say what you did about it: others read it later. Name nobody."))
    )
