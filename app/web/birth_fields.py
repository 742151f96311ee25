"""A date of birth typed as year, month and day, wherever a person is described."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from wtforms import Form, StringField
from wtforms.validators import ValidationError

from app.domain.identity import FIRST_YEAR


class BornOn(Form):
    """What is checked of year, month and day, which stand among the fields of a form where its page has them.

    `birth_on` is the day they make, None while they make none.
    """

    year: StringField
    month: StringField
    day: StringField
    birth_on: dt.date | None = None
    on: dt.date
    """Today: nobody is born after it."""

    def validate_year(self, _field: StringField) -> None:
        """Year, month and day together are a day of the calendar, and not to come."""
        try:
            self.birth_on = dt.date(*(int(part.data or "") for part in (self.year, self.month, self.day)))
        except (ValueError, OverflowError):
            raise ValidationError(
                _("Enter the date of birth as year, month and day, for example 1996, 3, 12.")
            ) from None
        if not dt.date(FIRST_YEAR, 1, 1) <= self.birth_on <= self.on:
            self.birth_on = None
            raise ValidationError(_("This date of birth cannot be right. Check the year."))
