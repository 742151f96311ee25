"""What a treasurer says of a payout that did not stay."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import AnyOf

from app.services.returns import REASONS
from app.web.fields import options
from app.web.words import WORDS


class ReturnForm(FlaskForm):
    """Why the bank did not deliver it."""

    reason = SelectField(
        _l("What the bank says"),
        choices=options(("", _l("Please choose")), *((key, WORDS["payout_return"][key]) for key in REASONS)),
        validate_choice=False,
        validators=[AnyOf(REASONS, message=_l("Choose what the bank says."))],
    )

    def said(self) -> str:
        """The key of the reason."""
        return str(self.reason.data)


class DeedForm(FlaskForm):
    """A deed that needs nothing but the will to do it."""
