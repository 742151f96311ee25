"""What is sent about a dead letter: bare consent to try it again, or the reason to give it up."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.web.fields import stripped


class AgainForm(FlaskForm):
    """Try it again."""


class GiveUpForm(FlaskForm):
    """Leave it undone, for a reason that others read later."""

    reason = StringField(
        _l("Reason"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Say why it is given up: others read it later. Name nobody.")),
            Length(max=200, message=_l("At most %(max)d characters.")),
        ],
    )

    def because(self) -> str:
        """The reason."""
        return str(self.reason.data)
