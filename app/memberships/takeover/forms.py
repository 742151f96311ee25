"""What is shown when somebody takes over the own membership."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired, ValidationError

from app.services.identity import DOCUMENT_TYPES, IdentityError, check_identity
from app.web.sentences import sentence_of
from app.web.words import word

_MOST_NUMBER = 40


class ProofForm(FlaskForm):
    """The number of the identity document, which only the person and whoever enrolled them know."""

    document_type = RadioField(_l("Identity document"), validators=[InputRequired(_l("Choose the kind of document."))])
    number = StringField(_l("Number of the document"))

    canonical_number = ""

    def __init__(self) -> None:
        super().__init__()
        self.document_type.choices = [SelectChoice(kind, word(kind, "document_type")) for kind in DOCUMENT_TYPES]
        if self.document_type.data is None:
            self.document_type.data = DOCUMENT_TYPES[0]

    def validate_number(self, field: StringField) -> None:
        """A sound number; whose it is, is not the form's to know."""
        if not field.data or len(field.data) > _MOST_NUMBER:
            raise ValidationError(_("Enter the number of the identity document."))
        if self.document_type.data not in DOCUMENT_TYPES:
            return
        try:
            self.canonical_number = check_identity(self.document_type.data, field.data)
        except IdentityError as wrong:
            raise ValidationError(sentence_of(wrong)) from None


class DeedForm(FlaskForm):
    """A button alone: nothing but the token."""
