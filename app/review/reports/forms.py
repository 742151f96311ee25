"""What a caseworker sends about a report."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

_MOST: int = 500


class DeedForm(FlaskForm):
    """A button alone: nothing but the token."""


class DismissForm(FlaskForm):
    """Why not; whoever reported reads it."""

    reason = TextAreaField(
        _l("Why not? Whoever reported reads this."),
        validators=[
            DataRequired(_l("Say why, and what document would help.")),
            Length(max=_MOST, message=_l("At most %(max)d characters.")),
        ],
    )
