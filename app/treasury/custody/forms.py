"""What treasurers send about statements: the file with its days, what a difference is, and a second one's answer."""

from __future__ import annotations

import datetime as dt
from typing import cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.validators import AnyOf, DataRequired, Length, ValidationError

from app.services.bank_statements.explaining import Told
from app.web.fields import options, stripped
from app.web.words import WORDS

_WITH_PLAN = ("bank_charge", "interest", "operator_pays")


class StatementForm(FlaskForm):
    """A statement of one account over some whole days."""

    account = SelectField(_l("Custody account"), validate_choice=False)
    first_day = DateField(_l("First day"), validators=[DataRequired(_l("Enter the first day of the statement."))])
    last_day = DateField(_l("Last day"), validators=[DataRequired(_l("Enter the last day of the statement."))])
    statement = FileField(_l("The statement"), validators=[FileRequired(_l("Choose the file the bank has sent."))])

    def offer(self, accounts: list[str]) -> StatementForm:
        """Offer these custody accounts."""
        self.account.choices = options(*((name, name) for name in accounts))
        self._accounts = set(accounts)
        return self

    def days(self) -> tuple[dt.date, dt.date]:
        """The first and the last day, once they were found valid."""
        return cast("dt.date", self.first_day.data), cast("dt.date", self.last_day.data)

    def validate_account(self, field: SelectField) -> None:
        """One of those offered."""
        if field.data not in self._accounts:
            raise ValidationError(_("Choose the custody account it is of."))


class ExplanationForm(FlaskForm):
    """What one part of a difference is."""

    kind = SelectField(_l("What explains it"), validate_choice=False)
    plan = SelectField(_l("Plan"), validate_choice=False)
    note = StringField(
        _l("Note"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Say how you know: the second treasurer reads it. Name nobody.")),
            Length(max=200, message=_l("At most %(max)d characters, please.")),
        ],
    )

    def offer(self, kinds: tuple[str, ...], plans: list[tuple[str, str]]) -> ExplanationForm:
        """Offer the explanations that are possible, and the plans of the account."""
        words = WORDS["custody_explanation"]
        self.kind.choices = options(("", _("Please choose")), *((key, words[key]) for key in kinds))
        self.plan.choices = options(*plans)
        self._kinds, self._plans = set(kinds), {slug for slug, _words in plans}
        return self

    def validate_kind(self, field: SelectField) -> None:
        """One of those that are possible for this part."""
        if field.data not in self._kinds:
            raise ValidationError(_("Choose what it is."))

    def validate_plan(self, field: SelectField) -> None:
        """A plan of the account, where it is booked to one."""
        if self.kind.data in _WITH_PLAN and field.data not in self._plans:
            raise ValidationError(_("Choose the plan it is for."))

    def told(self, plan_ids: dict[str, int]) -> Told:
        """What was said, once it was found valid."""
        return Told(str(self.kind.data), plan_ids.get(str(self.plan.data)), str(self.note.data))


class AnswerForm(FlaskForm):
    """The second treasurer's answer."""

    answer = HiddenField(validators=[AnyOf(("confirmed", "refused"), message=_l("Choose one of the two."))])


class DeedForm(FlaskForm):
    """A deed that needs nothing but the will to do it."""
