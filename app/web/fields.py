"""Parts that the forms of several rooms are made of: long texts, lists to choose from, and what is said at a field."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

MOST_LETTERS: Final = 2000
"""How long a text may be that somebody types into a form."""


def stripped(text: str | None) -> str:
    """What was typed without the spaces around it."""
    return (text or "").strip()


def seen(text: str | None) -> str:
    """What was typed into one line, without the spaces around it and without what nobody sees: no page holds that."""
    return "".join(letter for letter in text or "" if letter.isprintable()).strip()


def long_text(label: Any, *validators: Any) -> TextAreaField:
    """A text of several lines, at most `MOST_LETTERS` characters."""
    too_long = Length(max=MOST_LETTERS, message=_l("At most %(max)d characters, please."))
    return TextAreaField(label, filters=[stripped], validators=[*validators, too_long])


def options(*pairs: tuple[str, Any]) -> list[SelectChoice]:
    """Keys and their words, as a list to choose from."""
    return [SelectChoice(key, words) for key, words in pairs]


def chosen(field: SelectField | RadioField) -> str | None:
    """What was chosen, if it is on the list."""
    return field.data if field.data and field.data in _keys(field) else None


def several(label: Any, none_chosen: Any) -> SelectMultipleField:
    """Boxes to tick, one at least; `none_chosen` is said when none is."""
    return SelectMultipleField(
        label,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
        validators=[_Some(none_chosen)],
    )


def blame(field: Field, words: str) -> None:
    """Say at a field what is wrong with it."""
    field.errors = [*field.errors, words]


class _Some:
    """At least one of the list; what is not on it is as if it had not been chosen."""

    def __init__(self, none_chosen: Any) -> None:
        self.none_chosen = none_chosen

    def __call__(self, _form: FlaskForm, field: SelectMultipleField) -> None:
        """Raise when nothing is left."""
        field.data = [key for key in field.data or () if key in _keys(field)]
        if not field.data:
            raise ValidationError(self.none_chosen)


def _keys(field: Any) -> set[str]:
    return {choice.value for choice in field.choices or ()}
