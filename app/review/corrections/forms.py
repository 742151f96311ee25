"""What a caseworker sends about a correction."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from app.web.fields import long_text


class DeedForm(FlaskForm):
    """A button alone: nothing but the token."""


class RefuseForm(FlaskForm):
    """Why not; whoever asked reads it, except where it would tell of somebody else."""

    reason = long_text(_l("Why not? Whoever asked reads this."))
