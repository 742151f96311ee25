"""What treasurers send about bank files: which transfers go into a batch, and the bank's answer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from app.models import BankTransfer
from app.web.fields import options


class BatchForm(FlaskForm):
    """Transfers of one custody account; none ticked means all that wait."""

    transfers = SelectMultipleField(
        _l("Only these"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
        choices=[],
    )

    def offer(self, waiting: list[BankTransfer]) -> BatchForm:
        """Offer what waits."""
        self.transfers.choices = options(*((one.ref, one.ref) for one in waiting))
        return self

    def chosen(self) -> frozenset[str] | None:
        """The references that were ticked; None for all."""
        return frozenset(self.transfers.data) if self.transfers.data else None


class AnswerFileForm(FlaskForm):
    """The answer of a bank."""

    answer = FileField(_l("The bank's answer"), validators=[FileRequired(_l("Choose the file the bank has sent."))])


class DeedForm(FlaskForm):
    """A deed that needs nothing but the will to do it."""
