"""What may be asked of a statement: how it stood on a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form
from wtforms.validators import ValidationError

from app.web.filters import day


class DayForm(Form):
    """A day of the membership, sent by GET; the statement is shown as it stood at its end, 24:00."""

    day = DateField(_l("On which day?"))

    def __init__(self, *given: Any, first: dt.date, today: dt.date, **named: Any) -> None:
        super().__init__(*given, **named)
        self._first, self._today = first, today

    def validate_day(self, field: DateField) -> None:
        """Between the day it was joined and today."""
        if field.data is None:
            field.errors = []
            raise ValidationError(_l("Write the day with year, month and day, for example 2026-10-28."))
        if field.data < self._first:
            said = _l("This membership began on %(day)s. Choose that day or a later one.", day=day(self._first))
            raise ValidationError(said)
        if field.data > self._today:
            raise ValidationError(_l("That day has not come yet. Choose today or an earlier day."))
