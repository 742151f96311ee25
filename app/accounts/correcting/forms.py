"""What may be typed to correct a person; what is left as it is stays."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import MultipleFileField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from app.domain.identity import MOST_NAME
from app.domain.places import PROVINCES
from app.services.identity import DOCUMENT_TYPES, IdentityError, check_identity
from app.services.person_corrections.values import Value
from app.web.birth_fields import BornOn
from app.web.fields import chosen, options
from app.web.filters import in_words
from app.web.sentences import sentence_of
from app.web.words import word

_MOST_NUMBER: Final = 40


def _run_together(text: str | None) -> str:
    return " ".join((text or "").split())


class DeedForm(FlaskForm):
    """A button alone: nothing but the token."""


class CorrectionForm(BornOn, FlaskForm):
    """The person as it should be, and documents that show it."""

    name = StringField(
        _l("Full name, as in the document"),
        filters=[_run_together],
        validators=[
            DataRequired(_l("Enter the person's name.")),
            Length(max=MOST_NAME, message=_l("A name has at most %(max)d characters.")),
        ],
    )
    year = StringField(_l("Year of birth"), filters=[_run_together])
    month = StringField(_l("Month of birth"), filters=[_run_together])
    day = StringField(_l("Day of birth"), filters=[_run_together])
    province = SelectField(_l("Province"), validate_choice=False)
    document_type = RadioField(_l("Identity document"), validate_choice=False)
    number = StringField(_l("Number of the document, only if it is wrong"), filters=[_run_together])
    proofs = MultipleFileField(_l("Documents that show it"))

    canonical: str = ""

    def __init__(self, now: Value, *, on: dt.date, **values: Any) -> None:
        """`now` is what stands there; `on` is today."""
        kept = {
            "name": now.name, "year": str(now.birth_on.year), "month": str(now.birth_on.month),
            "day": str(now.birth_on.day),
            "province": now.province, "document_type": now.document_type,
        }  # fmt: skip
        super().__init__(data=kept, **values)
        self.now, self.on = now, on
        self.document_type.choices = options(*((key, word(key, "document_type")) for key in DOCUMENT_TYPES))
        self.province.choices = options(*((one.code, in_words(one.name)) for one in PROVINCES))

    def validate_province(self, field: SelectField) -> None:
        """One of the list."""
        if chosen(field) is None:
            raise ValidationError(_("Choose the province the person lives in."))

    def validate_number(self, field: StringField) -> None:
        """The number typed, or the one that stays: it agrees with the birth date."""
        kind = chosen(self.document_type)
        if kind is None:
            raise ValidationError(_("Choose the kind of identity document."))
        typed = str(field.data or "")
        if not typed and kind != self.now.document_type:
            raise ValidationError(_("Enter the number of the identity document."))
        if len(typed) > _MOST_NUMBER:
            raise ValidationError(_("Enter the number of the identity document."))
        try:
            self.canonical = check_identity(kind, typed or self.now.number, birth_on=self.birth_on)
        except IdentityError as wrong:
            raise ValidationError(sentence_of(wrong)) from None

    def value(self) -> Value:
        """The person as it should be; only after the form was found sound."""
        if self.birth_on is None:
            raise ValueError("a person without a birth date was not found sound")
        return Value(
            name=str(self.name.data),
            birth_on=self.birth_on,
            province=str(self.province.data),
            document_type=str(self.document_type.data),
            number=self.canonical,
        )
