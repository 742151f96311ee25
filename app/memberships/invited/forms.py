"""What somebody types who is invited: the code, the number of the own document, and who is answering."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, ValidationError

from app.domain.references import as_written
from app.web.fields import chosen, options

RELATIONS: Final = ("self", "child", "spouse", "parent")
_CODE: Final = 12
_MOST_NUMBER: Final = 40


def _code(text: str | None) -> str:
    return as_written(text or "")


class CodeForm(FlaskForm):
    """A code from a sheet, however it was written."""

    code = StringField(_l("Code"), filters=[_code])

    def validate_code(self, field: StringField) -> None:
        """Twelve letters and digits."""
        code = field.data or ""
        if len(code) != _CODE or not (code.isascii() and code.isalnum()):
            raise ValidationError(_("A code has twelve letters and digits. Compare it with the sheet."))


class DeclineForm(FlaskForm):
    """A button alone: nobody is asked why."""


class ProofForm(FlaskForm):
    """Who answers, and the number of the document."""

    relation = RadioField(_l("Who are you?"), validate_choice=False)
    number = StringField(
        _l("Number of the identity document"),
        filters=[lambda text: " ".join((text or "").split())],
        validators=[DataRequired(_l("Enter the number of the identity document."))],
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        says = {
            "self": _("I am the person who is invited"),
            "child": _("It is my child"),
            "spouse": _("It is my husband or wife"),
            "parent": _("It is my father or mother"),
        }
        self.relation.choices = options(*says.items())

    def validate_relation(self, field: RadioField) -> None:
        """One of those that are offered."""
        if chosen(field) is None:
            raise ValidationError(_("Say who you are to the person who is invited."))

    def validate_number(self, field: StringField) -> None:
        """Short enough to be one; whether it is the right one is compared afterwards."""
        if len(field.data or "") > _MOST_NUMBER:
            raise ValidationError(_("Enter the number of the identity document."))
