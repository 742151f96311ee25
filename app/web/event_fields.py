"""The fields by which somebody asks about an event before filing: what it was, when, and what caused it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Form, SelectField
from wtforms.validators import InputRequired, ValidationError

from app.domain.event_groups import groups_for
from app.services.may_apply import Asked
from app.web.filters import in_words


class EventFields(Form):
    """What it was and when; a form of a room adds for whom."""

    group = SelectField(_l("What was it?"), validate_choice=False)
    event_on = DateField(
        _l("Date of the event"), validators=[InputRequired(_l("Enter the date, for example 2026-10-20."))]
    )
    by_accident = BooleanField(_l("An accident directly caused this illness."))

    today: dt.date

    def __init__(self, *given: Any, **values: Any) -> None:
        """The groups are offered in the language of the page."""
        super().__init__(*given, **values)
        self.group.choices = {
            "": [("", _("Please choose"))],
            _("Illness"): [(group.key, in_words(group.name)) for group in groups_for("illness")],
            _("Accident"): [(group.key, in_words(group.name)) for group in groups_for("accident")],
        }

    def validate_group(self, field: SelectField) -> None:
        """One of the groups."""
        known = {group.key for kind in ("illness", "accident") for group in groups_for(kind)}
        if field.data not in known:
            raise ValidationError(_("Choose what it was."))

    def validate_event_on(self, field: DateField) -> None:
        """A day that has been."""
        if field.data is not None and field.data > self.today:
            raise ValidationError(_("This date lies in the future. Enter the day of the diagnosis or the accident."))

    def asked(self) -> Asked:
        """What was asked; only of a form that was found sound."""
        if self.event_on.data is None:
            raise ValueError("no date was entered")
        return Asked(str(self.group.data), self.event_on.data, bool(self.by_accident.data))
