"""What a treasurer proposes of a credit, and what another one answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length, ValidationError

from app.domain.credits import CAUSES, Cause
from app.domain.money import NotMoney, parse_yuan
from app.services.crediting import Answer
from app.web.fields import options, stripped
from app.web.words import WORDS


@dataclass(frozen=True, slots=True)
class Proposed:
    """A credit as it was typed: so much for each, by whose error, and why."""

    over_fen: int
    cause: Cause
    reason: str


class CreditForm(FlaskForm):
    """What each was charged too much."""

    over = StringField(_l("Charged too much, for each member"), filters=[stripped])
    cause = RadioField(
        _l("Whose error it was"),
        choices=options(*((key, WORDS["credit_cause"][key]) for key in CAUSES)),
        validate_choice=False,
        validators=[AnyOf(CAUSES, message=_l("Choose one of the two."))],
    )
    reason = TextAreaField(
        _l("Reason"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Say what was wrong: everybody reads it.")),
            Length(max=600, message=_l("At most %(max)d characters, please.")),
        ],
    )

    def validate_over(self, field: StringField) -> None:
        """A positive amount of yuan."""
        try:
            self.over_fen = parse_yuan(field.data or "")
        except NotMoney:
            self.over_fen = 0
        if self.over_fen <= 0:
            raise ValidationError(_("Enter an amount in yuan, for example 0.03."))

    def proposed(self) -> Proposed:
        """What was typed, once it was found valid."""
        return Proposed(self.over_fen, cast("Cause", self.cause.data), str(self.reason.data))


class AnswerForm(FlaskForm):
    """The second treasurer's answer."""

    answer = HiddenField(validators=[AnyOf(("confirmed", "refused"), message=_l("Choose one of the two."))])

    def verdict(self) -> Answer:
        """Confirmed or refused."""
        return cast("Answer", self.answer.data)
