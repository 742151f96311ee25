"""What may be typed by somebody who comes from a mail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import DataRequired

from app.accounts.forms import email_field, new_password, refuse_weak


class ConfirmForm(FlaskForm):
    """Nothing but the button, for whoever is signed in with the account the link belongs to."""


class ConfirmWithPasswordForm(FlaskForm):
    """The account's password, for everybody else: the link alone is not enough to take an account over."""

    password = PasswordField(
        _l("Password of this account"), validators=[DataRequired(_l("Enter the password you chose when signing up."))]
    )


class AskResetForm(FlaskForm):
    """The address a link for a new password is to go to."""

    email: EmailField = email_field()

    def address(self) -> str:
        """The address in lower case."""
        return str(self.email.data).lower()


class ResetForm(FlaskForm):
    """A new password."""

    new_password: PasswordField = new_password(_l("New password"))

    def __init__(self, email: str) -> None:
        super().__init__()
        self._email = email

    def validate_new_password(self, field: PasswordField) -> None:
        """Not one of those that are tried first."""
        refuse_weak(field, self._email)
