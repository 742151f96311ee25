"""What the claimant says to the findings."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from app.web.fields import long_text


class AnswerForm(FlaskForm):
    """One answer."""

    words = long_text(
        _l("What you say to it"), DataRequired(_l("Say what is wrong, or what was not seen. You may also say nothing."))
    )
