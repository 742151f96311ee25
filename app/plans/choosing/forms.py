"""What a visitor may ask of the catalogue. Sent by GET, so that every answer has an address; stored nowhere."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import ValidationError

from app.domain.money import NotMoney, parse_yuan
from app.plans.forms import read_born, stripped

EVENTS: Final = ("illness", "accident")
WAITING: Final = (30, 90, 180)
SORTS: Final = ("name", "price", "payout", "waiting")
MOST_LETTERS: Final = 100
_NOT_IN_THE_LIST: Final = _l("This is not in the list. Choose one of it.")
_NO_PRICE: Final = _l("This is no amount. Write yuan, for example 60 or 12.50.")
_TOO_LONG: Final = _l("Please search for fewer words: at most 100 letters.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the plans are looked through for; None or empty where nothing was said."""

    age: int | None = None
    birth_on: dt.date | None = None
    event: str | None = None
    waiting_days: int | None = None
    """At most so many."""
    price_fen: int | None = None
    """At most so much in the last twelve months."""
    words: tuple[str, ...] = ()
    """Each must be found, in either language."""
    sort: str | None = None


def even(text: str) -> str:
    """A text as it is searched: small letters, full-width signs as half-width ones."""
    return unicodedata.normalize("NFKC", text).casefold()


class PlanFilter(Form):
    """The filter of the catalogue. Its names stand in addresses that people share: they do not change."""

    q = StringField(_l("Search names and rules"), default="", filters=[lambda text: (text or "").strip()])
    born = StringField(_l("Age or date of birth"), default="", filters=[stripped])
    event = SelectField(
        _l("Helps with"),
        default="",
        validate_choice=False,
        choices=[
            SelectChoice("", _l("Anything")),
            SelectChoice("illness", _l("Illness")),
            SelectChoice("accident", _l("Accident")),
        ],
    )
    waiting = SelectField(
        _l("Waiting period"),
        default="",
        validate_choice=False,
        choices=[
            SelectChoice("", _l("Any")),
            SelectChoice("30", _l("at most 30 days")),
            SelectChoice("90", _l("at most 90 days")),
            SelectChoice("180", _l("at most 180 days")),
        ],
    )
    price = StringField(_l("Last 12 months, at most"), default="", filters=[stripped])
    sort = SelectField(
        _l("Order"),
        default="",
        validate_choice=False,
        choices=[
            SelectChoice("", _l("as in the catalogue")),
            SelectChoice("name", _l("by name")),
            SelectChoice("price", _l("lowest price first")),
            SelectChoice("payout", _l("highest payout first")),
            SelectChoice("waiting", _l("shortest waiting first")),
        ],
    )
    today: dt.date

    def validate_q(self, field: StringField) -> None:
        """Not a whole book."""
        if len(str(field.data or "")) > MOST_LETTERS:
            raise ValidationError(_TOO_LONG)

    def validate_born(self, field: StringField) -> None:
        """An age somebody can have, or a day on which somebody can have been born."""
        read_born(str(field.data or ""), self.today)

    def validate_event(self, field: SelectField) -> None:
        """Only an event of the list."""
        _check_listed(field, EVENTS)

    def validate_waiting(self, field: SelectField) -> None:
        """Only a number of days of the list."""
        _check_listed(field, [str(days) for days in WAITING])

    def validate_price(self, field: StringField) -> None:
        """An amount of yuan."""
        _price(str(field.data or ""))

    def validate_sort(self, field: SelectField) -> None:
        """Only an order of the list."""
        _check_listed(field, SORTS)

    def wanted(self) -> Wanted:
        """What was asked, after it was found sound."""
        age, birth_on = read_born(str(self.born.data or ""), self.today)
        return Wanted(
            age=age,
            birth_on=birth_on,
            event=self.event.data or None,
            waiting_days=int(self.waiting.data) if self.waiting.data else None,
            price_fen=_price(str(self.price.data or "")),
            words=tuple(even(str(self.q.data or "")).split()),
            sort=self.sort.data or None,
        )

    def address_without(self, *names: str) -> dict[str, Any]:
        """What was asked as the arguments of an address, these fields left out."""
        return {field.name: field.data for field in self if field.data and field.name not in names}


def _check_listed(field: SelectField, listed: tuple[str, ...] | list[str]) -> None:
    if field.data and field.data not in listed:
        raise ValidationError(_NOT_IN_THE_LIST)


def _price(text: str) -> int | None:
    if not text:
        return None
    try:
        return parse_yuan(text)
    except NotMoney as wrong:
        raise ValidationError(_NO_PRICE) from wrong
