"""What is sent at the end of a membership: the will to do it, and nothing else."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length

_MOST_WORDS = 2000


class DeedForm(FlaskForm):
    """A button alone: nothing but the token."""


class ConsentForm(FlaskForm):
    """Which consent is taken back: one of those that joining needs."""

    kind = HiddenField(validators=[AnyOf(("joining", "declaration"))])


class ContestForm(FlaskForm):
    """What the member says against a decision."""

    words = TextAreaField(
        _l("What do you say against it?"),
        validators=[DataRequired(_l("Say why the decision is wrong.")), Length(max=_MOST_WORDS)],
    )
