"""What may be asked of all cases: what they publish themselves, and nothing that is true beyond it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField
from wtforms.validators import ValidationError

from app.disclosures.forms import STATES, in_words_of, month_of
from app.domain.event_groups import EVENT_GROUPS
from app.domain.masking import ALL
from app.domain.money import NotMoney, parse_yuan
from app.domain.places import COUNTRY, PROVINCES, REGIONS, place_name
from app.domain.terms import Rules
from app.web.fields import chosen, options, seen
from app.web.filters import in_words

_PLACES: Final = (*(one.code for one in PROVINCES), *REGIONS, COUNTRY)
_NO_MONTH: Final = _l("Write the month with its year, for example 2026-10.")
_NO_AMOUNT: Final = _l("This is no amount. Write yuan, for example 50000 or 12.50.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The cases a visitor asks for; None means all of them. Months are those of the publication, both included."""

    plan: str | None = None
    since: tuple[int, int] | None = None
    until: tuple[int, int] | None = None
    group: str | None = None
    """A group of events as published, or `ALL`: only cases that show it today."""
    place: str | None = None
    """A province, a region or the country, as published: only cases that show it today."""
    least_fen: int | None = None
    most_fen: int | None = None
    states: tuple[str, ...] | None = None
    """States of the period it stands in."""


class CaseFilter(Form):
    """The filter above the cases. It is sent by GET and stores nothing."""

    plan = SelectField(_l("Plan"), default="", validate_choice=False)
    since = StringField(_l("From month"), default="", filters=[seen])
    until = StringField(_l("To month"), default="", filters=[seen])
    group = SelectField(_l("Event group"), default="", validate_choice=False)
    place = SelectField(_l("Place"), default="", validate_choice=False)
    least = StringField(_l("Amount from"), default="", filters=[seen])
    most = StringField(_l("Amount to"), default="", filters=[seen])
    state = SelectField(_l("State of the period"), default="", validate_choice=False)

    def __init__(self, args: Any, plans: Sequence[Rules]) -> None:
        super().__init__(args)
        self.plan.choices = options(("", _l("All")), *((one.slug, in_words(one.name)) for one in plans))
        self.group.choices = options(
            ("", _l("All")), *((one.key, in_words(one.name)) for one in EVENT_GROUPS), (ALL, _l("any group"))
        )
        self.place.choices = options(("", _l("All")), *((key, in_words(place_name(key))) for key in _PLACES))
        self.state.choices = options(
            ("", _l("All")),
            ("open", _l("Published, not settled yet")),
            ("settled", _l("Settled, being paid")),
            ("paid", _l("Paid")),
        )

    def validate_plan(self, field: SelectField) -> None:
        """Only a plan there is."""
        _on_the_list(field, _l("There is no such plan. Choose one of the list."))

    def validate_group(self, field: SelectField) -> None:
        """Only a group there is."""
        _on_the_list(field, _l("There is no such group. Choose one of the list."))

    def validate_place(self, field: SelectField) -> None:
        """Only a place there is."""
        _on_the_list(field, _l("There is no such place. Choose one of the list."))

    def validate_state(self, field: SelectField) -> None:
        """Only a state of the list."""
        _on_the_list(field, _l("There is no such state. Choose one of the list."))

    def validate_since(self, field: StringField) -> None:
        """A month as people write it."""
        _month(field)

    def validate_until(self, field: StringField) -> None:
        """A month as people write it, not before the first."""
        last, first = _month(field), month_of(str(self.since.data or ""))
        if first and last and last < first:
            raise ValidationError(_l("The last month lies before the first one. Exchange them."))

    def validate_least(self, field: StringField) -> None:
        """An amount of yuan."""
        _fen(field)

    def validate_most(self, field: StringField) -> None:
        """An amount of yuan, not below the least."""
        most = _fen(field)
        try:
            least = _fen(self.least)
        except ValidationError:
            return
        if least is not None and most is not None and most < least:
            raise ValidationError(_l("The highest amount is below the lowest one. Exchange them."))

    def wanted(self) -> Wanted:
        """What is asked for; call it after `validate`."""
        return Wanted(
            plan=self.plan.data or None,
            since=month_of(str(self.since.data or "")),
            until=month_of(str(self.until.data or "")),
            group=self.group.data or None,
            place=self.place.data or None,
            least_fen=_fen(self.least),
            most_fen=_fen(self.most),
            states=STATES.get(str(self.state.data or "")),
        )

    def kept(self) -> dict[str, str]:
        """What was asked for, for the links to other pages of the list, its feeds and its table."""
        return {field.name: str(field.data) for field in self if field.data}

    def chosen_words(self) -> list[str]:
        """What was asked for in words, for the title of a feed."""
        return in_words_of(self)


def _on_the_list(field: SelectField, sentence: Any) -> None:
    if field.data and chosen(field) is None:
        raise ValidationError(sentence)


def _month(field: StringField) -> tuple[int, int] | None:
    found = month_of(str(field.data or ""))
    if field.data and found is None:
        raise ValidationError(_NO_MONTH)
    return found


def _fen(field: StringField) -> int | None:
    text = str(field.data or "")
    if not text:
        return None
    try:
        return parse_yuan(text)
    except NotMoney:
        raise ValidationError(_NO_AMOUNT) from None
