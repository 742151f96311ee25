"""What a treasurer records of money for a reserve, and what another one answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import AnyOf, DataRequired, Length

from app.services.reserves import Answer, Kind
from app.treasury.forms import PlanAmountForm
from app.web.fields import options, stripped
from app.web.words import WORDS


@dataclass(frozen=True, slots=True)
class Recorded:
    """Money for one reserve, as it was typed."""

    plan: str
    kind: Kind
    amount_fen: int
    source: str
    reference: str


class FundingForm(PlanAmountForm):
    """Money that came for a reserve."""

    kind = RadioField(
        _l("What it is"),
        choices=options(*((key, WORDS["funding_kind"][key]) for key in ("subsidy", "donation", "promised"))),
        validate_choice=False,
        validators=[AnyOf(("subsidy", "donation", "promised"), message=_l("Choose what it is."))],
    )
    source = StringField(
        _l("Where it comes from"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Say where it comes from: everybody reads it.")),
            Length(max=120, message=_l("At most %(max)d characters, please.")),
        ],
    )
    reference = StringField(
        _l("Reference of the transfer"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter what the bank calls the transfer.")),
            Length(max=60, message=_l("At most %(max)d characters, please.")),
        ],
    )

    def recorded(self) -> Recorded:
        """What was typed, once it was found valid."""
        kind = cast("Kind", self.kind.data)
        return Recorded(str(self.plan.data), kind, self.amount_fen, str(self.source.data), str(self.reference.data))


class AnswerForm(FlaskForm):
    """The second treasurer's answer."""

    answer = HiddenField(validators=[AnyOf(("confirmed", "refused"), message=_l("Choose one of the two."))])

    def verdict(self) -> Answer:
        """Confirmed or refused."""
        return cast("Answer", self.answer.data)
