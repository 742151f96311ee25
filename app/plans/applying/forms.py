"""What a visitor says: a plan, a joining day, a date of birth and an event. Sent by GET, stored nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField
from wtforms.validators import InputRequired, ValidationError

from app.web.event_fields import EventFields


class VisitorAsksForm(EventFields):
    """A plan, two dates of a life, and an event."""

    plan = SelectField(_l("In which plan?"), validate_choice=False)
    birth_on = DateField(_l("Date of birth"), validators=[InputRequired(_l("Enter the date, for example 1991-03-08."))])
    joined_on = DateField(_l("Joined on"), validators=[InputRequired(_l("Enter the date, for example 2026-01-20."))])

    def offer(self, plans: Sequence[tuple[str, str]]) -> VisitorAsksForm:
        """Offer these plans: slug and name; returns the form."""
        self.plan.choices = [("", _("Please choose")), *plans]
        return self

    def validate_plan(self, field: SelectField) -> None:
        """One of the plans."""
        if field.data not in {value for value, *_words in field.iter_choices() if value}:
            raise ValidationError(_("Choose a plan."))

    def validate_birth_on(self, field: DateField) -> None:
        """A life that has begun, before the joining and the event."""
        if field.data is None:
            return
        if field.data > self.today:
            raise ValidationError(_("This date of birth lies in the future."))
        if self.event_on.data is not None and self.event_on.data < field.data:
            raise ValidationError(_("The event lies before this date of birth. Check both."))

    def validate_joined_on(self, field: DateField) -> None:
        """A joining that has been, in the life of the person."""
        if field.data is None:
            return
        if field.data > self.today:
            raise ValidationError(_("This day is still to come. Check it."))
        if self.birth_on.data is not None and field.data < self.birth_on.data:
            raise ValidationError(_("Nobody joins before being born. Check both dates."))
