"""What a claimant types of one bill."""

from __future__ import annotations

import datetime as dt
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, MultipleFileField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from app.domain.money import NotMoney, parse_yuan
from app.domain.reimbursement import BillInTheFuture, BillRefusedAtTheDoor, BillTooEarly, same_words
from app.services.bills import BillValue
from app.web.fields import blame, stripped
from app.web.sentences import sentence_of

_LONGEST: Final = 80


class PapersForm(FlaskForm):
    """Files of one bill."""

    FIELD: Final = "papers"
    papers = MultipleFileField(_l("Photos or PDFs of the bill"))


class BillForm(PapersForm):
    """One bill: whose, which, when, how much, and how much of it others have paid back."""

    hospital = StringField(
        _l("Hospital"),
        filters=[stripped],
        validators=[DataRequired(_l("Enter the hospital as the bill names it.")), Length(max=_LONGEST)],
    )
    number = StringField(
        _l("Number of the bill"),
        filters=[stripped],
        validators=[DataRequired(_l("Enter the number printed on the bill.")), Length(max=_LONGEST)],
    )
    day = DateField(_l("Day it was paid"), validators=[InputRequired(_l("Enter the day, for example 2026-10-20."))])
    incurred = StringField(_l("Amount of the bill"), filters=[stripped])
    paid_by_others = StringField(_l("Paid back by the public medical scheme and others"), filters=[stripped])

    def validate_number(self, field: StringField) -> None:
        """A number has letters or digits: without them no bill could be told from another."""
        if field.data and not same_words(field.data):
            raise ValidationError(_("Enter the number printed on the bill."))

    def validate_incurred(self, field: StringField) -> None:
        """An amount above zero."""
        try:
            if parse_yuan(str(field.data)) > 0:
                return
        except NotMoney:
            pass
        raise ValidationError(_("Enter the amount in yuan, for example 1,234.50."))

    def validate_paid_by_others(self, field: StringField) -> None:
        """An amount, 0 when nothing was paid back."""
        if not field.data:
            return
        try:
            parse_yuan(str(field.data))
        except NotMoney as wrong:
            raise ValidationError(_("Enter an amount in yuan; leave it empty when nothing was paid back.")) from wrong

    def value(self) -> BillValue:
        """The bill; call it for a form that was found sound."""
        day = self.day.data if isinstance(self.day.data, dt.date) else dt.date.min
        others = parse_yuan(str(self.paid_by_others.data)) if self.paid_by_others.data else 0
        return BillValue(
            str(self.hospital.data), str(self.number.data), day, parse_yuan(str(self.incurred.data)), others
        )

    def object_to(self, refused: Exception) -> None:
        """Say what the rules object to at the field where it can be put right."""
        if isinstance(refused, (BillTooEarly, BillInTheFuture)):
            blame(self.day, sentence_of(refused))
        elif isinstance(refused, BillRefusedAtTheDoor):
            blame(self.paid_by_others, sentence_of(refused))
        else:
            blame(self.number, sentence_of(refused))
