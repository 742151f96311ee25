"""How a top-up is divided over several memberships."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import ValidationError

from app.domain import topups
from app.domain.money import MOST_TOPUP_FEN, NotMoney, parse_yuan
from app.memberships.cards.queries import Card
from app.web.filters import money

SUM: Final = "sum"
EACH: Final = "each"
_AMOUNT: Final = "amount_"
_PARTS: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{12}:[1-9][0-9]{0,6}(,[0-9A-HJKMNP-TV-Z]{12}:[1-9][0-9]{0,6})*")

Parts = dict[str, int]
"""Amounts in fen by the reference of a membership."""


class TogetherForm(FlaskForm):
    """For so many periods each, one sum divided evenly, or an amount of its own for each."""

    choice = RadioField(_l("How much"), validate_choice=False)
    sum = StringField(_l("One sum"))

    parts: Parts

    def __init__(self, cards: Sequence[Card], **values: Any) -> None:
        self.cards = cards
        self.offered = {str(periods): parts for periods in topups.PERIODS if (parts := _for_periods(cards, periods))}
        values.setdefault("data", {"choice": next(iter(self.offered), SUM)})
        super().__init__(**values)
        self.parts = {}
        self.choice.choices = [
            *(SelectChoice(periods, _periods_words(int(periods), parts)) for periods, parts in self.offered.items()),
            SelectChoice(SUM, _("One sum, divided evenly")),
            SelectChoice(EACH, _("An amount for each")),
        ]

    def amounts(self) -> list[tuple[Field, Card]]:
        """The field of each membership beside its card."""
        return [(self[_AMOUNT + card.membership.ref], card) for card in self.cards]

    def validate_choice(self, field: RadioField) -> None:
        """Only what was offered."""
        if field.data in self.offered:
            self.parts = dict(self.offered[field.data])
        elif field.data not in {SUM, EACH}:
            raise ValidationError(_("Choose how much."))

    def validate_sum(self, field: StringField) -> None:
        """A sum of which everybody gets at least the least; only asked when it was chosen."""
        if self.choice.data != SUM:
            return
        sum_fen = _fen(field.data)
        try:
            each = topups.divided(sum_fen, len(self.cards))
        except ValueError:
            raise ValidationError(_("That is not a fen for each. Enter a larger sum.")) from None
        for card, amount_fen in zip(self.cards, each, strict=True):
            _check(card, amount_fen)
            self.parts[card.membership.ref] = amount_fen

    def validate_amount(self, field: Field, card: Card) -> None:
        """One membership's own amount; empty for nothing."""
        if self.choice.data == EACH and (field.data or "").strip():
            amount_fen = _fen(field.data)
            _check(card, amount_fen)
            self.parts[card.membership.ref] = amount_fen

    def validate(self, extra_validators: Any = None) -> bool:
        """Everything that was chosen makes sense, and something was."""
        if not super().validate(extra_validators):
            return False
        if not self.parts:
            self.choice.errors = [_("Enter an amount for at least one of them.")]
        return bool(self.parts)


def together_form(cards: Sequence[Card], **values: Any) -> TogetherForm:
    """The form with a field for each membership."""
    fields: dict[str, Any] = {}
    for card in cards:
        fields[_AMOUNT + card.membership.ref] = StringField(
            card.name, validators=[lambda form, field, card=card: form.validate_amount(field, card)]
        )
    kind: type[TogetherForm] = type("TogetherFormOfThese", (TogetherForm,), fields)
    return kind(cards, **values)


class PayTogetherForm(FlaskForm):
    """The last button before money moves: the parts that were checked, and what lets them move once."""

    parts = HiddenField()
    ref = HiddenField()

    def sound(self) -> Parts | None:
        """The parts; None when they did not come from our page."""
        text = str(self.parts.data or "")
        if not _PARTS.fullmatch(text):
            return None
        found = {ref: int(fen) for ref, _colon, fen in (part.partition(":") for part in text.split(","))}
        return found if max(found.values()) <= MOST_TOPUP_FEN else None


def written(parts: Parts) -> str:
    """The parts as an address and a hidden field carry them."""
    return ",".join(f"{ref}:{amount_fen}" for ref, amount_fen in parts.items())


def _for_periods(cards: Sequence[Card], periods: int) -> Parts:
    """What each lacks for so many periods; nothing for who lacks nothing, or whose share nobody can say."""
    found = {}
    for card in cards:
        if card.lasting_fen:
            amount_fen = topups.for_periods(card.balance_fen, card.terms.floor_fen, card.lasting_fen, periods)
            if 0 < amount_fen <= MOST_TOPUP_FEN:
                found[card.membership.ref] = max(amount_fen, card.least_fen)
    return found


def _periods_words(periods: int, parts: Parts) -> str:
    return ngettext(
        "%(sum)s: enough for about %(num)s period each",
        "%(sum)s: enough for about %(num)s periods each",
        periods,
        sum=money(topups.together(list(parts.values()))),
    )


def _fen(text: str | None) -> int:
    try:
        return parse_yuan(text or "")
    except NotMoney:
        raise ValidationError(_("Enter an amount in yuan, for example 30 or 12.50.")) from None


def _check(card: Card, amount_fen: int) -> None:
    if amount_fen < card.least_fen:
        raise ValidationError(
            _("%(name)s would get %(part)s; the least there is %(least)s.", name=card.name, part=money(amount_fen),
              least=money(card.least_fen))
        )  # fmt: skip
    if amount_fen > MOST_TOPUP_FEN:
        raise ValidationError(_("At most %(most)s at a time.", most=money(MOST_TOPUP_FEN)))
