"""What may be typed at the gate, parsed to values: an address in lower case, a name without spaces around it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import DataRequired, Length, ValidationError

from app.db import new_ref
from app.domain import passwords
from app.web.fields import stripped
from app.web.i18n import LANGUAGES, NAMES

MOST_NAME: Final = 60
_REF: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{12}")
MOST_EMAIL: Final = 254


class _Email:
    """An address mail can be sent to, by its form; whether anybody reads it, only a letter would tell."""

    def __call__(self, _form: FlaskForm, field: EmailField) -> None:
        """Raise when the address has no such form."""
        try:
            validate_email(field.data or "", check_deliverability=False)
        except EmailNotValidError as wrong:
            raise ValidationError(_l("Enter an e-mail address like name@example.org.")) from wrong


def email_field() -> EmailField:
    """An address that mail can be sent to."""
    return EmailField(
        _l("E-mail"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter your e-mail address.")),
            Length(max=MOST_EMAIL, message=_l("An e-mail address has at most %(max)d characters.")),
            _Email(),
        ],
    )


def new_password(label: Any) -> PasswordField:
    """A password somebody chooses; its form calls `refuse_weak` with the address."""
    return PasswordField(label, validators=[DataRequired(_l("Choose a password."))])


_WEAK: Final[Mapping[str, LazyString]] = {
    "short": _l("Choose a password of at least %(min)s characters.", min=passwords.LEAST),
    "long": _l("A password has at most %(max)s characters.", max=passwords.MOST),
    "common": _l("This password is among the first that others try. Choose several words that only you would combine."),
    "digits": _l("Digits alone are quickly guessed. Add a few words."),
    "own": _l("This password follows from your e-mail address. Choose one that does not."),
}


def refuse_weak(field: PasswordField, email: str) -> None:
    """Refuse a password that is tried first, with the sentence that says why."""
    weakness = passwords.weakness_of(str(field.data or ""), email=email)
    if weakness is not None:
        raise ValidationError(_WEAK[weakness])


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What somebody says who signs up; `ref` is the account's reference, drawn when the form was shown."""

    ref: str
    email: str
    name: str
    password_hash: str
    language: str


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
    email: EmailField = email_field()
    password: PasswordField = new_password(_l("Password"))

    def validate_password(self, field: PasswordField) -> None:
        """Not one of those that are tried first."""
        refuse_weak(field, str(self.email.data or "").lower())

    ref = HiddenField()

    def validate_ref(self, field: HiddenField) -> None:
        """A reference as we draw them."""
        if not _REF.fullmatch(str(field.data or "")):
            field.data = new_ref()

    def particulars(self, password_hash: str, language: str) -> NewAccount:
        """What was said, the password as it is kept."""
        email, name = str(self.email.data).lower(), str(self.name.data)
        return NewAccount(str(self.ref.data), email, name, password_hash, language)


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
