"""What a treasurer sends here: bare consent to a deed."""

from __future__ import annotations

from flask_wtf import FlaskForm


class DeedForm(FlaskForm):
    """A deed that needs nothing but the will to do it."""
