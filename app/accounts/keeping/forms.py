"""What may be typed by somebody who looks after their own account: what could lock them out asks for the password."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import DataRequired, ValidationError

from app.accounts.forms import email_field, new_password, refuse_weak


def _present_password() -> PasswordField:
    return PasswordField(_l("Your present password"), validators=[DataRequired(_l("Enter your present password."))])


class PasswordForm(FlaskForm):
    """The present password and a new one."""

    password: PasswordField = _present_password()
    new_password: PasswordField = new_password(_l("New password"))

    def __init__(self, email: str) -> None:
        super().__init__()
        self._email = email

    def validate_new_password(self, field: PasswordField) -> None:
        """Not one of those that are tried first."""
        refuse_weak(field, self._email)

    def passwords(self) -> tuple[str, str]:
        """The present one and the new one."""
        return str(self.password.data), str(self.new_password.data)


class EmailForm(FlaskForm):
    """A new address, and the password."""

    email: EmailField = email_field()
    password: PasswordField = _present_password()

    def __init__(self, present: str) -> None:
        super().__init__()
        self._present = present

    def validate_email(self, field: EmailField) -> None:
        """Another one than now."""
        if str(field.data).lower() == self._present:
            raise ValidationError(_l("This is your address already."))

    def address(self) -> str:
        """The new address in lower case."""
        return str(self.email.data).lower()


class ClosingForm(FlaskForm):
    """The password, to close the account for good."""

    password: PasswordField = _present_password()
