"""From which balance on, which way, and for which memberships."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import AnyOf, ValidationError

from app.domain.money import NotMoney, parse_yuan
from app.models import ReminderSetting
from app.services.reminder_settings import Wish
from app.web.filters import amount, money

RULES: Final = "rules"
EARLIER: Final = "earlier"
MAIL: Final = "mail"
PAGE: Final = "page"


class ReminderForm(FlaskForm):
    """As the rules do or earlier; by mail or on the page alone."""

    level = RadioField(_l("When"), validators=[AnyOf((RULES, EARLIER), _l("Choose when."))], validate_choice=False)
    below = StringField(_l("Below this balance"))
    way = RadioField(_l("How"), validators=[AnyOf((MAIL, PAGE), _l("Choose how."))], validate_choice=False)
    everybody = BooleanField(_l("The same for all my memberships"))

    below_fen: int | None = None

    def __init__(self, now: ReminderSetting | None, *, rules_fen: int, **values: Any) -> None:
        """`now` is what counts today, `rules_fen` the level at which the rules remind everybody."""
        own_fen = now.below_fen if now is not None else None
        values.setdefault(
            "data",
            {
                "level": EARLIER if own_fen else RULES,
                "below": amount(own_fen) if own_fen else "",
                "way": MAIL if now is None or now.by_mail else PAGE,
            },
        )
        super().__init__(**values)
        self.level.choices = [
            SelectChoice(RULES, _("As the rules do: below %(level)s", level=money(rules_fen))),
            SelectChoice(EARLIER, _("Earlier")),
        ]
        self.way.choices = [
            SelectChoice(MAIL, _("By e-mail and in the inbox here")),
            SelectChoice(PAGE, _("In the inbox here only")),
        ]

    def validate_below(self, field: StringField) -> None:
        """An amount of yuan; only asked when it was chosen."""
        if self.level.data != EARLIER:
            return
        try:
            self.below_fen = parse_yuan(field.data or "")
        except NotMoney:
            raise ValidationError(_("Enter an amount in yuan, for example 30 or 12.50.")) from None

    def value(self) -> Wish:
        """What is wished; only after the form was found sound."""
        return Wish(self.below_fen, self.way.data == MAIL)
