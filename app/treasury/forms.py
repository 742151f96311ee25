"""What a treasurer sends: the digest of the sum that was read, bare consent to a deed, or an amount of a plan."""

from __future__ import annotations

from typing import Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import Regexp, ValidationError

from app.domain.money import NotMoney, parse_yuan
from app.web.fields import stripped


class ApprovalForm(FlaskForm):
    """The check or the approval of exactly the sum that stood on the page."""

    digest = HiddenField(
        validators=[
            Regexp(
                r"\A[0-9a-f]{64}\Z",
                message=_l("The form did not say which sum you mean. Read the one below and send it from here."),
            )
        ]
    )

    def approved(self) -> str:
        """The digest of the sum that was read."""
        return str(self.digest.data)


class DeedForm(FlaskForm):
    """A deed that needs nothing but the will to do it."""


class PlanAmountForm(FlaskForm):
    """One of the plans that are offered, and a positive amount of yuan."""

    plan = SelectField(_l("Plan"), validate_choice=False)
    amount = StringField(_l("Amount"), filters=[stripped])

    def offer(self, plans: list[tuple[str, str]]) -> Self:
        """Offer these plans: slug and words."""
        self._slugs = {slug for slug, _words in plans}
        self.plan.choices = list(plans)
        return self

    def validate_plan(self, field: SelectField) -> None:
        """One of those offered."""
        if field.data not in self._slugs:
            raise ValidationError(_("Choose the plan it is for."))

    def validate_amount(self, field: StringField) -> None:
        """A positive amount of yuan; kept as `amount_fen`."""
        try:
            self.amount_fen = parse_yuan(field.data or "")
        except NotMoney:
            self.amount_fen = 0
        if self.amount_fen <= 0:
            raise ValidationError(_("Enter an amount in yuan, for example 30.00."))
