"""The form by which a member agrees to a version."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField

_MOST_DIGITS = 6


class AcknowledgeForm(FlaskForm):
    """Which version was read when the button was pressed."""

    number = HiddenField()

    def value(self) -> int:
        """The number of the version; 0, which no version has, for anything else."""
        text = self.number.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0
