"""What a caseworker says about a relative's account or standing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.web.fields import stripped

_MOST: int = 500


class ReasonForm(FlaskForm):
    """Why not, or why not any more; the relative reads it."""

    reason = TextAreaField(
        _l("The reason; the relative reads it."),
        filters=[stripped],
        validators=[
            DataRequired(_l("Say why, and what document would help.")),
            Length(max=_MOST, message=_l("At most %(max)d characters.")),
        ],
    )

    def said(self) -> str:
        """The reason."""
        return str(self.reason.data)


class TakeBackForm(ReasonForm):
    """Why a confirmation counts no more, and whether the person it was about lives."""

    lives = BooleanField(_l("The person is alive"))
