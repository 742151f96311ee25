"""What is sent at the end of a membership: the will to do it, and nothing else."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import AnyOf


class DeedForm(FlaskForm):
    """A button alone: nothing but the token."""


class ConsentForm(FlaskForm):
    """Which consent is taken back: one of those that joining needs."""

    kind = HiddenField(validators=[AnyOf(("joining", "declaration"))])
