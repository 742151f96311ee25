"""What a treasurer records of a transfer that arrived, and what another one answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Form, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from app.domain.money import NotMoney, parse_yuan
from app.services.transfers_by_hand import Seen
from app.web.clock import today
from app.web.fields import long_text, options, stripped
from app.web.words import WORDS

STATES = ("recorded", "held", "confirmed", "placed", "sent_back", "rejected")
_MOST_LETTERS = 60
_OLDEST = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which transfers are asked for."""

    state: str | None
    before: int | None


class TransferFilter(Form):
    """The filter of the list, from the address; nothing is stored."""

    state = SelectField(
        _l("State"),
        choices=options(("", _l("all")), *((state, WORDS["transfer_state"][state]) for state in STATES)),
        validate_choice=False,
    )
    before = IntegerField(validators=[Optional()])

    def wanted(self) -> Wanted:
        """What is asked for; a state that does not exist is none."""
        return Wanted(self.state.data if self.state.data in STATES else None, self.before.data)

    def kept(self) -> dict[str, Any]:
        """What goes into the links of the list."""
        state = self.wanted().state
        return {"state": state} if state else {}


def _reference(label: Any, missing: Any) -> StringField:
    return StringField(
        label,
        filters=[stripped],
        validators=[
            DataRequired(missing),
            Length(max=_MOST_LETTERS, message=_l("At most %(max)d characters, please.")),
        ],
    )


class TransferForm(FlaskForm):
    """One line of the bank's list."""

    written = StringField(
        _l("Reference the payer wrote"),
        filters=[stripped],
        validators=[Length(max=_MOST_LETTERS, message=_l("At most %(max)d characters, please."))],
    )
    amount = StringField(_l("Amount"), filters=[stripped])
    banked_on = DateField(_l("Day at the bank"), validators=[InputRequired(_l("Enter the day the bank shows."))])
    bank_reference = _reference(_l("The bank's own reference"), _l("Enter what the bank calls the transfer."))
    custody = SelectField(_l("Account it arrived in"), validate_choice=False)
    is_another = BooleanField(
        _l("This is another line of the bank than that of the payment: I have seen both in the bank's list.")
    )

    def offer(self, accounts: list[str]) -> TransferForm:
        """Offer these custody accounts."""
        self.custody.choices = [(one, one) for one in accounts]
        return self

    def validate_custody(self, field: SelectField) -> None:
        """One of those offered; the only one, when there is no other."""
        known = [str(one[0]) for one in field.choices or ()]
        if not field.data and len(known) == 1:
            field.data = known[0]
        if field.data not in known:
            raise ValidationError(_("Choose the account it arrived in."))

    def validate_amount(self, field: StringField) -> None:
        """A positive amount of yuan."""
        try:
            self.amount_fen = parse_yuan(field.data or "")
        except NotMoney:
            self.amount_fen = 0
        if self.amount_fen <= 0:
            raise ValidationError(_("Enter an amount in yuan, for example 30.00."))

    def validate_banked_on(self, field: DateField) -> None:
        """A day that has begun, and not of years ago."""
        if field.data is None:
            return
        if not today() - _OLDEST <= field.data <= today():
            raise ValidationError(_("This day is not possible: it is ahead, or more than a year ago."))

    def seen(self) -> Seen:
        """What was typed, once it was found valid."""
        return Seen(
            str(self.bank_reference.data), str(self.custody.data), str(self.written.data), self.amount_fen,
            self.banked_on.data or today(), bool(self.is_another.data),
        )  # fmt: skip


class ConfirmForm(FlaskForm):
    """The second treasurer has looked into the bank, too."""

    seen = BooleanField(
        _l("I have seen this transfer in the bank's list myself, with this day and this amount."),
        validators=[DataRequired(_l("Look into the bank's list first: what is confirmed is booked at once."))],
    )


class RejectForm(FlaskForm):
    """The second treasurer does not find it."""

    reason = long_text(
        _l("What is wrong with it"), DataRequired(_l("Say why it is not confirmed: whoever recorded it reads it."))
    )


class PlaceForm(FlaskForm):
    """Whose money it is."""

    reference = _reference(
        _l("Reference of the payment, the membership or the application"), _l("Enter the reference of the owner.")
    )


class SendBackForm(FlaskForm):
    """Under which reference it went back."""

    sent_reference = _reference(
        _l("The bank's reference of the transfer back"), _l("Enter what the bank calls the transfer.")
    )
