"""What is sent at the end of a membership: the will to do it, and nothing else."""

from __future__ import annotations

from flask_wtf import FlaskForm


class DeedForm(FlaskForm):
    """A button alone: nothing but the token."""
