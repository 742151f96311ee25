"""What a treasurer asks of payments in, and what is said when a bank takes one back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, Optional, ValidationError

from app.web.fields import long_text, options, stripped
from app.web.words import WORDS

STATES = ("asked", "received", "failed", "reversed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which payments are asked for."""

    state: str | None
    ref: str | None
    before: int | None


class PaymentFilter(Form):
    """The filter of the list, from the address; nothing is stored."""

    state = SelectField(
        _l("State"),
        choices=options(("", _l("all")), *((state, WORDS["payment_state"][state]) for state in STATES)),
        validate_choice=False,
    )
    ref = StringField(_l("Reference"), filters=[stripped])
    before = IntegerField(validators=[Optional()])

    def validate_ref(self, field: StringField) -> None:
        """A reference is twelve characters, or what the payment service calls the payment."""
        if field.data and len(field.data) > 60:  # noqa: PLR2004 -- longer than any reference
            raise ValidationError(_("This is too long for a reference."))

    def wanted(self) -> Wanted:
        """What is asked for; a state that does not exist is none."""
        state = self.state.data if self.state.data in STATES else None
        return Wanted(state, self.ref.data or None, self.before.data)

    def kept(self) -> dict[str, Any]:
        """What goes into the links of the list."""
        wanted = self.wanted()
        return {key: value for key, value in (("state", wanted.state), ("ref", wanted.ref)) if value}


class ReversalForm(FlaskForm):
    """Why the bank took it back, and that it really did."""

    reason = long_text(_l("What the bank says"), DataRequired(_l("Say why the bank took it back; the payer is told.")))
    sure = BooleanField(
        _l("I have seen in the bank's statement that the money has gone."),
        validators=[DataRequired(_l("Look at the bank's statement first: this cannot be undone."))],
    )

    def said(self) -> str:
        """The reason."""
        return str(self.reason.data)
