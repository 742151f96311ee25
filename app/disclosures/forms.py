"""What may be asked of the list of periods: a plan, a state, a month."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import ValidationError

from app.domain.terms import Rules
from app.web.fields import seen
from app.web.filters import in_words

STATES: Final = {
    "open": ("locked", "checked", "approved"),
    "settled": ("settled",),
    "paid": ("paid",),
    "moved": ("postponed", "cancelled"),
}
"""The groups of states that a visitor can choose from."""
_MONTH: Final = re.compile(r"(?P<year>20[0-9]{2}) ?[-/.年] ?(?P<month>0?[1-9]|1[0-2]) ?月?")
_MOST_TYPED: Final = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """The periods a visitor asks for; None means all of them."""

    plan: str | None
    states: tuple[str, ...] | None
    month: tuple[int, int] | None


class PeriodFilter(Form):
    """The filter above the list. It is sent by GET and stores nothing."""

    plan = SelectField(_l("Plan"), default="", validate_choice=False)
    state = SelectField(
        _l("State"),
        default="",
        validate_choice=False,
        choices=[
            SelectChoice("", _l("All")),
            SelectChoice("open", _l("Published, not settled yet")),
            SelectChoice("settled", _l("Settled, being paid")),
            SelectChoice("paid", _l("Paid")),
            SelectChoice("moved", _l("Postponed or cancelled")),
        ],
    )
    month = StringField(_l("Month of publication"), default="", filters=[seen])
    offered: frozenset[str] = frozenset()

    def offer(self, plans: Sequence[Rules]) -> None:
        """Let the visitor choose among these plans."""
        named = [SelectChoice(rules.slug, in_words(rules.name)) for rules in plans]
        self.plan.choices = [SelectChoice("", _l("All")), *named]
        self.offered = frozenset(rules.slug for rules in plans)

    def validate_plan(self, field: SelectField) -> None:
        """Only a plan there is."""
        if field.data and field.data not in self.offered:
            raise ValidationError(_l("There is no such plan. Choose one of the list."))

    def validate_state(self, field: SelectField) -> None:
        """Only a state of the list."""
        if field.data and field.data not in STATES:
            raise ValidationError(_l("There is no such state. Choose one of the list."))

    def validate_month(self, field: StringField) -> None:
        """A month as people write it."""
        if field.data and month_of(str(field.data)) is None:
            raise ValidationError(_l("Write the month with its year, for example 2026-10."))

    def wanted(self) -> Wanted:
        """What is asked for."""
        state = str(self.state.data or "")
        return Wanted(
            plan=str(self.plan.data) if self.plan.data else None,
            states=STATES.get(state),
            month=month_of(str(self.month.data or "")),
        )

    def kept(self) -> dict[str, str]:
        """What was chosen, for the links to other pages of the list."""
        return {field.name: str(field.data) for field in self if field.data}

    def chosen_words(self) -> list[str]:
        """What was chosen in words, for the title of a feed."""
        return in_words_of(self)


def in_words_of(form: Form) -> list[str]:
    """What stands in the fields of a filter, each with its label; of a list the words that were chosen."""
    said = []
    for field in form:
        if field.data:
            named = {str(one.value): str(one.label) for one in getattr(field, "choices", None) or ()}
            said.append(f"{field.label.text}: {named.get(str(field.data), field.data)}")
    return said


def month_of(text: str) -> tuple[int, int] | None:
    """Year and month as people write them, 2026-10 or 2026年10月; None for anything else."""
    found = _MONTH.fullmatch(text) if len(text) <= _MOST_TYPED else None
    return (int(found["year"]), int(found["month"])) if found else None
