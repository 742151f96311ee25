"""What a treasurer proposes to take of the fee, and what another one answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length

from app.services.fee_takings import Answer
from app.treasury.forms import PlanAmountForm
from app.web.fields import stripped


@dataclass(frozen=True, slots=True)
class Proposed:
    """A part of one plan's fee, and whose account it goes to."""

    plan: str
    amount_fen: int
    recipient: str


class TakingForm(PlanAmountForm):
    """A part of the fee that is to leave."""

    recipient = StringField(
        _l("Whose account it goes to"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Say whose account it goes to: everybody reads it.")),
            Length(max=120, message=_l("At most %(max)d characters, please.")),
        ],
    )

    def proposed(self) -> Proposed:
        """What was typed, once it was found valid."""
        return Proposed(str(self.plan.data), self.amount_fen, str(self.recipient.data))


class AnswerForm(FlaskForm):
    """The second treasurer's answer."""

    answer = HiddenField(validators=[AnyOf(("taken", "refused"), message=_l("Choose one of the two."))])

    def verdict(self) -> Answer:
        """Let go, or dropped."""
        return cast("Answer", self.answer.data)


class ReturnForm(FlaskForm):
    """The bank sent a transfer back."""

    sure = BooleanField(
        _l("The whole sum is back in custody, as the bank's statement shows."),
        validators=[InputRequired(_l("Look at the bank's statement first: this cannot be undone."))],
    )
