"""What is typed beside a signal."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import DataRequired

from app.web.fields import long_text


class LookedIntoForm(FlaskForm):
    """Which signal, and what was found."""

    key = HiddenField()
    note = long_text(_l("What you found"), DataRequired(_l("Say what you looked at and what explains it.")))
