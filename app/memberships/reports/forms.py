"""What a relative tells: who, what happened and when, and where balances go."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, MultipleFileField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import DataRequired, Length, ValidationError

from app.services.identity import DOCUMENT_TYPES, IdentityError, check_identity
from app.services.reports import Payee, Told
from app.web.sentences import sentence_of
from app.web.words import word

KINDS: Final = ("death", "incapacity")
RELATIONS: Final = ("spouse", "child", "parent", "sibling", "guardian")
_ACCOUNT: Final = re.compile(r"[0-9]{8,30}")
_MOST_TEXT: Final = 60
_MOST_NUMBER: Final = 40


def _stripped(text: str | None) -> str:
    return " ".join((text or "").split())


def _digits(text: str | None) -> str:
    return re.sub(r"[\s\-]+", "", text or "")


class ReportForm(FlaskForm):
    """One report, with the document that proves it."""

    kind = RadioField(_l("What has happened?"), validate_choice=False)
    relation = RadioField(_l("What are you to this person?"), validate_choice=False)
    name = StringField(
        _l("Full name of the person"),
        filters=[_stripped],
        validators=[DataRequired(_l("Enter the person's name.")), Length(max=_MOST_TEXT)],
    )
    document_type = RadioField(_l("Identity document"), validate_choice=False)
    number = StringField(_l("Number of the document"), filters=[_stripped])
    year = StringField(_l("Year"), filters=[_stripped])
    month = StringField(_l("Month"), filters=[_stripped])
    day = StringField(_l("Day"), filters=[_stripped])
    takes_over = BooleanField(_l("This person looked after people or memberships here; I want to look after them now."))
    holder = StringField(_l("Name of the account's holder"), filters=[_stripped], validators=[Length(max=_MOST_TEXT)])
    bank = StringField(_l("Bank and branch"), filters=[_stripped], validators=[Length(max=_MOST_TEXT)])
    account = StringField(_l("Account or card number"), filters=[_digits])
    proofs = MultipleFileField(_l("Proof"))

    canonical_number: str = ""
    happened_on: dt.date | None = None

    def __init__(self, *, on: dt.date, **values: Any) -> None:
        """`on` is today: nothing happened after it."""
        super().__init__(**values)
        self.on = on
        self.kind.choices = [SelectChoice(key, word(key, "report")) for key in KINDS]
        self.relation.choices = [SelectChoice(key, word(key, "relative")) for key in RELATIONS]
        self.document_type.choices = [SelectChoice(key, word(key, "document_type")) for key in DOCUMENT_TYPES]

    def validate_kind(self, field: RadioField) -> None:
        """One of the two."""
        if field.data not in KINDS:
            raise ValidationError(_("Say what has happened."))

    def validate_relation(self, field: RadioField) -> None:
        """Only what was offered."""
        if field.data not in RELATIONS:
            raise ValidationError(_("Say what you are to this person."))

    def validate_document_type(self, field: RadioField) -> None:
        """Only what was offered."""
        if field.data not in DOCUMENT_TYPES:
            raise ValidationError(_("Choose the kind of identity document."))

    def validate_number(self, field: StringField) -> None:
        """A sound document number."""
        if not field.data or len(field.data) > _MOST_NUMBER:
            raise ValidationError(_("Enter the number of the identity document."))
        if self.document_type.data not in DOCUMENT_TYPES:
            return
        try:
            self.canonical_number = check_identity(self.document_type.data, field.data)
        except IdentityError as wrong:
            raise ValidationError(sentence_of(wrong)) from None

    def validate_year(self, _field: StringField) -> None:
        """A day of the calendar, not to come."""
        try:
            self.happened_on = dt.date(*(int(part.data or "") for part in (self.year, self.month, self.day)))
        except (ValueError, OverflowError):
            raise ValidationError(_("Enter the day as year, month and day, for example 2026, 3, 12.")) from None
        if self.happened_on > self.on:
            raise ValidationError(_("This day is still to come. Check it."))

    def validate_holder(self, field: StringField) -> None:
        """After a death, balances need somewhere to go."""
        if self.kind.data == "death" and not field.data:
            raise ValidationError(_("Enter the name as the bank writes it."))

    def validate_bank(self, field: StringField) -> None:
        """After a death, balances need somewhere to go."""
        if self.kind.data == "death" and not field.data:
            raise ValidationError(_("Enter the bank, with the branch if you know it."))

    def validate_account(self, field: StringField) -> None:
        """Digits, after a death."""
        if self.kind.data == "death" and not _ACCOUNT.fullmatch(field.data or ""):
            raise ValidationError(_("An account number has 8 to 30 digits and nothing else."))

    def value(self) -> Told:
        """The report; only after the form was found sound."""
        if self.happened_on is None:
            raise ValueError("a report without its day was not found sound")
        return Told(
            kind=str(self.kind.data),
            relation=str(self.relation.data),
            name=str(self.name.data),
            document_type=str(self.document_type.data),
            number=self.canonical_number,
            happened_on=self.happened_on,
            takes_over=bool(self.takes_over.data),
            payee=Payee(str(self.holder.data), str(self.bank.data), str(self.account.data))
            if self.kind.data == "death"
            else None,
        )
