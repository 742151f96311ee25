"""What a caseworker sends about a complaint."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from app.web.fields import long_text


class TakeForm(FlaskForm):
    """A button alone: nothing but the token."""


class AnswerForm(FlaskForm):
    """The answer; whoever complained reads it."""

    answer = long_text(
        _l("Your answer; whoever complained reads it"),
        DataRequired(_l("Write the answer: what was found, and what will be done.")),
    )
