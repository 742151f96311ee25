"""What a treasurer says when a period does not go as planned: a day, a public reason, and again that it is meant."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField
from wtforms.validators import DataRequired, InputRequired

from app.web.fields import long_text

_REASON = _l("Give the reason: everybody reads it on the page of the period.")


class ReasonForm(FlaskForm):
    """A public reason."""

    reason = long_text(_l("Public reason"), DataRequired(_REASON))

    def said(self) -> str:
        """The reason."""
        return str(self.reason.data)


class CancelForm(ReasonForm):
    """A cancellation, looked at once more before it is done."""

    confirmed = HiddenField()

    @property
    def is_confirmed(self) -> bool:
        """Whether what follows from it was read."""
        return self.confirmed.data == "yes"


class PostponeForm(ReasonForm):
    """A postponement, looked at once more before it is done."""

    to = DateField(_l("New day"), validators=[InputRequired(_l("Enter the day, for example 2026-10-20."))])
    confirmed = HiddenField()

    def day(self) -> dt.date:
        """The new day. LookupError before the form was found valid."""
        if self.to.data is None:
            raise LookupError
        return self.to.data

    @property
    def is_confirmed(self) -> bool:
        """Whether the days that were read are the ones that are sent."""
        return bool(self.to.data) and self.confirmed.data == self.day().isoformat()
