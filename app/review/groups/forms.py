"""What a caseworker sends about a group."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from app.web.fields import long_text


class DeedForm(FlaskForm):
    """A button alone: nothing but the token."""


class RefusalForm(FlaskForm):
    """Why not, for the organiser to read."""

    reason = long_text(_l("Why not"), DataRequired(_l("Say why: the organiser reads it, and may ask again.")))
