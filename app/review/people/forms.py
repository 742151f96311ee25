"""Whom one of the staff looks up, by what, and why."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from app.services.identity import DOCUMENT_TYPES, IdentityError, check_identity
from app.services.look_ups import KINDS, LEAST_REASON, Kind
from app.web.fields import chosen, long_text, options, stripped
from app.web.sentences import sentence_of
from app.web.words import word

_MOST: Final = 254


class LookUpForm(FlaskForm):
    """One way to look, what to look for, and the reason."""

    kind = RadioField(
        _l("Look up by"), validators=[InputRequired(_l("Choose by what to look."))], validate_choice=False
    )
    sought = StringField(
        _l("Address, reference or number"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter it whole: parts find nobody.")),
            Length(max=_MOST, message=_l("At most %(max)d characters, please.")),
        ],
    )
    document_type = RadioField(_l("Kind of document"), validate_choice=False)
    reason = long_text(
        _l("Why; kept, and read by auditors"),
        DataRequired(_l("Say why you look this member up.")),
        Length(min=LEAST_REASON, message=_l("Say why in a sentence, of %(min)d characters at least.")),
    )

    canonical: str = ""

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = options(*((key, word(key, "look_up_kind")) for key in KINDS))
        self.document_type.choices = options(*((key, word(key, "document_type")) for key in DOCUMENT_TYPES))

    def validate_kind(self, field: RadioField) -> None:
        """One of the three."""
        if chosen(field) is None:
            raise ValidationError(_l("Choose by what to look."))

    def validate_sought(self, field: StringField) -> None:
        """A document number is looked at before anything is looked up."""
        self.canonical = str(field.data)
        if self.kind.data != "document":
            return
        kind = chosen(self.document_type)
        if kind is None:
            raise ValidationError(_l("Choose the kind of identity document."))
        try:
            self.canonical = check_identity(kind, str(field.data))
        except IdentityError as wrong:
            raise ValidationError(sentence_of(wrong)) from None

    def value(self) -> tuple[Kind, str, str, str]:
        """How, what, of which document, and why."""
        kind = next(key for key in KINDS if key == self.kind.data)
        return kind, self.canonical, str(self.document_type.data or ""), str(self.reason.data)
