"""What may be typed at the gate, parsed to values: an address in lower case, a name without spaces around it."""

from __future__ import annotations

from typing import Final

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import DataRequired, Length, ValidationError

from app.web.fields import stripped
from app.web.i18n import LANGUAGES, NAMES

LEAST_PASSWORD: Final = 10
MOST_PASSWORD: Final = 200
MOST_NAME: Final = 60
MOST_EMAIL: Final = 254


class _Email:
    """An address mail can be sent to, by its form; whether anybody reads it, only a letter would tell."""

    def __call__(self, _form: FlaskForm, field: EmailField) -> None:
        """Raise when the address has no such form."""
        try:
            validate_email(field.data or "", check_deliverability=False)
        except EmailNotValidError as wrong:
            raise ValidationError(_l("Enter an e-mail address like name@example.org.")) from wrong


class SignInForm(FlaskForm):
    """An address and a password."""

    email = EmailField(_l("E-mail"), filters=[stripped], validators=[DataRequired(_l("Enter your e-mail address."))])
    password = PasswordField(_l("Password"), validators=[DataRequired(_l("Enter your password."))])

    def credentials(self) -> tuple[str, str]:
        """The address in lower case, and the password as it was typed."""
        return str(self.email.data).lower(), str(self.password.data)


class SignUpForm(FlaskForm):
    """A new account: address, name, password."""

    name = StringField(
        _l("Your name"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter your name.")),
            Length(max=MOST_NAME, message=_l("A name has at most %(max)d characters.")),
        ],
    )
    email = EmailField(
        _l("E-mail"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter your e-mail address.")),
            Length(max=MOST_EMAIL, message=_l("An e-mail address has at most %(max)d characters.")),
            _Email(),
        ],
    )
    password = PasswordField(
        _l("Password"),
        validators=[
            DataRequired(_l("Choose a password.")),
            Length(min=LEAST_PASSWORD, message=_l("Choose a password of at least %(min)d characters.")),
            Length(max=MOST_PASSWORD, message=_l("A password has at most %(max)d characters.")),
        ],
    )

    def particulars(self) -> tuple[str, str, str]:
        """Address in lower case, name, password."""
        return str(self.email.data).lower(), str(self.name.data), str(self.password.data)


class AccountForm(FlaskForm):
    """What may be changed about an account: the name, and the language of its letters."""

    name = StringField(
        _l("Your name"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter your name.")),
            Length(max=MOST_NAME, message=_l("A name has at most %(max)d characters.")),
        ],
    )
    language = RadioField(
        _l("Language of letters and pages"),
        choices=[SelectChoice(code, NAMES[code]) for code in LANGUAGES],
        validate_choice=False,
    )

    def validate_language(self, field: RadioField) -> None:
        """Only a language we speak."""
        if field.data not in LANGUAGES:
            raise ValidationError(_l("Choose one of the two languages."))

    def particulars(self) -> tuple[str, str]:
        """Name and language."""
        return str(self.name.data), str(self.language.data)
