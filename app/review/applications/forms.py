"""What a caseworker sends about an application."""

from __future__ import annotations

from flask_wtf import FlaskForm


class DeedForm(FlaskForm):
    """A button alone: nothing but the token."""
