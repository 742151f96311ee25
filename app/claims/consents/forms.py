"""Which consent is taken back."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import ValidationError


class WithdrawForm(FlaskForm):
    """One of the consents that stand."""

    kind = HiddenField()

    def __init__(self, standing: Collection[str], **values: Any) -> None:
        """`standing` are the kinds of consent that were given and not taken back."""
        super().__init__(**values)
        self.standing = standing

    def validate_kind(self, field: HiddenField) -> None:
        """Only what stands can be taken back."""
        if field.data not in self.standing:
            raise ValidationError(_("This consent was taken back already, or never given. Nothing was done twice."))
