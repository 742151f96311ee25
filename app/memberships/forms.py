"""How much to pay in: the proposed amounts, or one that is typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import ValidationError

from app.domain.money import MOST_TOPUP_FEN, NotMoney, parse_yuan
from app.domain.terms import PoolTerms
from app.web.filters import amount as amount_text
from app.web.filters import money

OTHER: Final = "other"
_LARGE_FEN: Final = 10_000


class TopUpForm(FlaskForm):
    """One of three amounts, or another one."""

    choice = RadioField(_l("How much"), validate_choice=False)
    other = StringField(_l("Other amount"))

    amount_fen: int = 0

    def __init__(self, terms: PoolTerms, *, least_fen: int, suggested_fen: Sequence[int] = (), **values: Any) -> None:
        """`least_fen` is the least that makes sense here: the join top-up, or what is needed to be in good standing.

        `suggested_fen` are offered instead of what the rules propose, smallest first; the first is chosen beforehand.
        """
        proposals = {max(least_fen, fen) for fen in (terms.join_least_fen, terms.join_proposed_fen, _LARGE_FEN)}
        self.proposed_fen = list(suggested_fen) or sorted(proposals)
        chosen = self.proposed_fen[0] if suggested_fen else max(least_fen, terms.join_proposed_fen)
        values.setdefault("data", {"choice": str(chosen)})
        super().__init__(**values)
        self.least_fen = least_fen
        self.choice.choices = [
            *(SelectChoice(str(fen), money(fen)) for fen in self.proposed_fen),
            SelectChoice(OTHER, _("Another amount")),
        ]

    def validate_choice(self, field: RadioField) -> None:
        """Only what was offered."""
        offered = {str(fen) for fen in self.proposed_fen}
        if field.data not in {*offered, OTHER}:
            raise ValidationError(_("Choose an amount."))
        if field.data in offered:
            self.amount_fen = int(field.data)

    def validate_other(self, field: StringField) -> None:
        """An amount of yuan, at least the least and at most the most; only asked when it was chosen."""
        if self.choice.data != OTHER:
            return
        try:
            self.amount_fen = parse_yuan(field.data or "")
        except NotMoney:
            raise ValidationError(_("Enter an amount in yuan, for example 30 or 12.50.")) from None
        if self.amount_fen < self.least_fen:
            raise ValidationError(_("The least here is %(least)s.", least=money(self.least_fen)))
        if self.amount_fen > MOST_TOPUP_FEN:
            raise ValidationError(_("At most %(most)s at a time.", most=money(MOST_TOPUP_FEN)))

    @classmethod
    def chosen(cls, amount_fen: int | None, terms: PoolTerms, *, least_fen: int) -> TopUpForm:
        """The form as it was left with this amount; as it is first seen without one."""
        if amount_fen is None:
            return cls(terms, least_fen=least_fen)
        form = cls(terms, least_fen=least_fen, formdata=None, data={"choice": str(amount_fen)})
        if amount_fen not in form.proposed_fen:
            form.choice.data, form.other.data = OTHER, amount_text(amount_fen)
        return form


class PayForm(FlaskForm):
    """The last button before money moves: the amount that was checked, and the reference that lets it move once."""

    amount_fen = HiddenField()
    ref = HiddenField()

    def offers_sound_amount(self) -> bool:
        """Whether the amount is whole fen within the limits."""
        text = str(self.amount_fen.data or "")
        return re.fullmatch(r"[1-9][0-9]{0,9}", text) is not None and int(text) <= MOST_TOPUP_FEN

    def validate_amount_fen(self, _field: HiddenField) -> None:
        """Nobody types here, so anything else than a sound amount did not come from our page."""
        if not self.offers_sound_amount():
            raise ValidationError(_("This amount was not offered. Choose it again."))

    def value(self) -> tuple[int, str]:
        """The amount in fen, and the reference."""
        return int(str(self.amount_fen.data)), str(self.ref.data)
