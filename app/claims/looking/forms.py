"""What a claimant sends about one document."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, SubmitField


class TurnForm(FlaskForm):
    """Which way it shall lie: one of two buttons."""

    left = SubmitField(_l("Turn left"))
    right = SubmitField(_l("Turn right"))

    def degrees(self) -> int:
        """How far to the right it is turned: a quarter, or three of them, which is a quarter to the left."""
        return 270 if self.left.data else 90


class ExchangeForm(FlaskForm):
    """The better picture."""

    FIELD = "better"

    better = FileField(_l("The better picture or PDF"))
