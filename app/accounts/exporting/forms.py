"""What somebody sends who takes their data along."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import DataRequired


class DeedForm(FlaskForm):
    """A button alone: nothing but the token."""


class TakeForm(FlaskForm):
    """The password once more, because the file holds everything."""

    password = PasswordField(_l("Your present password"), validators=[DataRequired(_l("Enter your present password."))])
