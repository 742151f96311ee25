"""What an organiser sends: the group, a file, and the will to send a list or to take it back."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from app.services.invitations.groups import KINDS
from app.web.fields import chosen, options
from app.web.i18n import LANGUAGES
from app.web.words import word

_MOST_NAME = 60
_MOST_CONTACT = 160


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


class GroupForm(FlaskForm):
    """A group: what it is, what it is called, and how its organiser is reached."""

    kind = RadioField(_l("What kind of group is it?"), validate_choice=False)
    name = StringField(
        _l("Name of the group"),
        filters=[_one_line],
        validators=[
            DataRequired(_l("Enter the name of the group, as its people know it.")),
            Length(max=_MOST_NAME, message=_l("At most %(max)d characters, please.")),
        ],
    )
    contact = StringField(
        _l("How to reach you"),
        filters=[_one_line],
        validators=[
            DataRequired(_l("Say how to reach you: a caseworker may ask who you are.")),
            Length(max=_MOST_CONTACT, message=_l("At most %(max)d characters, please.")),
        ],
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.kind.choices = options(*((kind, word(kind, "group_kind")) for kind in KINDS))

    def validate_kind(self, field: RadioField) -> None:
        """One of the kinds that are offered."""
        if chosen(field) is None:
            raise ValidationError(str(_l("Choose what kind of group it is.")))


class ListForm(FlaskForm):
    """A plan and a file."""

    plan = SelectField(_l("Which plan are they invited to?"), validate_choice=False)
    language = RadioField(_l("In which language are they invited?"), validate_choice=False, default=LANGUAGES[0])
    file = FileField(_l("The list, as a CSV file"), validators=[FileRequired(_l("Choose the file with the list."))])

    def __init__(self, plans: list[tuple[str, str]], **values: Any) -> None:
        """`plans` are slug and name of those that take members."""
        super().__init__(**values)
        self.plan.choices = options(*plans)
        self.language.choices = [("zh", "中文"), ("en", "English")]

    def validate_plan(self, field: SelectField) -> None:
        """One of the plans that are offered."""
        if chosen(field) is None:
            raise ValidationError(str(_l("Choose a plan.")))

    def validate_language(self, field: RadioField) -> None:
        """One of the two."""
        if field.data not in LANGUAGES:
            raise ValidationError(str(_l("Choose a language.")))


class DeedForm(FlaskForm):
    """A button alone: nothing but the token."""
