"""What the next payment of the play money shall do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField
from wtforms.validators import AnyOf, InputRequired, NumberRange, ValidationError

from app.adapters.payments import Direction, Does
from app.services.sandbox import MOST_DAYS
from app.web.fields import options
from app.web.words import WORDS


@dataclass(frozen=True, slots=True)
class Wish:
    """What the next payment in one direction does, and after how many days."""

    direction: Direction
    does: Does
    days: int


class WishForm(FlaskForm):
    """Which payment, what it does, and when."""

    direction = RadioField(
        _l("Which payment?"),
        choices=options(
            ("in", _l("the next one that somebody makes to us")), ("out", _l("the next payout that is sent"))
        ),
        validate_choice=False,
        validators=[AnyOf(("in", "out"), message=_l("Choose one of the two."))],
    )
    does = RadioField(
        _l("What shall it do?"),
        choices=options(*WORDS["sandbox_does"].items()),
        validate_choice=False,
        validators=[AnyOf(tuple(WORDS["sandbox_does"]), message=_l("Choose what it shall do."))],
    )
    days = IntegerField(
        _l("After how many days?"),
        default=0,
        validators=[
            InputRequired(_l("Enter a number of days; 0 is at once.")),
            NumberRange(0, MOST_DAYS, message=_l("Enter a number of days from %(min)s to %(max)s.")),
        ],
    )

    def validate_does(self, field: RadioField) -> None:
        """Only what goes out leaves by a file."""
        if field.data == "by_file" and self.direction.data == "in":
            raise ValidationError(_("Only payouts and refunds leave by a bank file. Choose the next payout above."))

    def wish(self) -> Wish:
        """What was chosen, once it was found valid."""
        return Wish(cast("Direction", self.direction.data), cast("Does", self.does.data), int(self.days.data or 0))
