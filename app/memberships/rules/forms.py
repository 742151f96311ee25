"""The forms by which a member agrees to a version: for one membership, and for several at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

_MOST_DIGITS = 6


def _number(text: str | None) -> int:
    """A number of a version; 0, which no version has, for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0


class AcknowledgeForm(FlaskForm):
    """Which version was read when the button was pressed."""

    number = HiddenField()

    def value(self) -> int:
        """The number of the version; 0, which no version has, for anything else."""
        return _number(self.number.data)


class TogetherForm(FlaskForm):
    """For which memberships somebody agrees at once, and which two versions were compared on the page."""

    before = HiddenField()
    number = HiddenField()
    everyone = BooleanField(_l("All memberships on this page"))
    chosen = SelectMultipleField(
        _l("For whom do you agree?"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )

    def offer(self, names: Mapping[str, str]) -> None:
        """The memberships of the page, by their references."""
        self.chosen.choices = list(names.items())

    def compared(self) -> tuple[int, int]:
        """The numbers of the older and the newer version that were read."""
        return _number(self.before.data), _number(self.number.data)

    def refs(self, offered: Collection[str]) -> Collection[str]:
        """Which of the memberships on the page were chosen."""
        return offered if self.everyone.data else [ref for ref in self.chosen.data or () if ref in offered]
