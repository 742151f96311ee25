"""What a treasurer says about a closing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import cast

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length

from app.services.closing_money import Answer
from app.web.fields import stripped

_LONG = 400
_NAME = 120
_REFERENCE = 60


@dataclass(frozen=True, slots=True)
class Wish:
    """When a plan is to close, and why."""

    closing_day: dt.date
    reason: str


@dataclass(frozen=True, slots=True)
class Given:
    """To whom what is left went, and by which transfer."""

    recipient: str
    reference: str


class ProposalForm(FlaskForm):
    """The closing day and its public reason."""

    closing_day = DateField(_l("Closing day"), validators=[InputRequired(_l("Name a day, like 2026-10-05."))])
    reason = TextAreaField(
        _l("Why the plan closes"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Say why: everybody reads it.")),
            Length(max=_LONG, message=_l("At most %(max)d characters, please.")),
        ],
    )

    def wish(self) -> Wish:
        """What was typed, once it was found valid."""
        return Wish(cast("dt.date", self.closing_day.data), str(self.reason.data))


class TakeBackForm(FlaskForm):
    """Why the plan goes on."""

    why = TextAreaField(
        _l("Why the plan goes on"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Say why: everybody reads it.")),
            Length(max=_LONG, message=_l("At most %(max)d characters, please.")),
        ],
    )


class RemainderForm(FlaskForm):
    """The transfer of what is left."""

    recipient = StringField(
        _l("Who received it"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Name the organisation: everybody reads it.")),
            Length(max=_NAME, message=_l("At most %(max)d characters, please.")),
        ],
    )
    reference = StringField(
        _l("Reference of the transfer"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter what the bank calls the transfer.")),
            Length(max=_REFERENCE, message=_l("At most %(max)d characters, please.")),
        ],
    )

    def given(self) -> Given:
        """What was typed, once it was found valid."""
        return Given(str(self.recipient.data), str(self.reference.data))


class DeedForm(FlaskForm):
    """A button alone."""


class AnswerForm(FlaskForm):
    """The second treasurer's answer."""

    answer = HiddenField(validators=[AnyOf(("confirmed", "refused"), message=_l("Choose one of the two."))])

    def verdict(self) -> Answer:
        """Confirmed or refused."""
        return cast("Answer", self.answer.data)
