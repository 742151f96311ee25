"""What somebody types who complains."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, StringField
from wtforms.validators import DataRequired, Email, Length, Optional

from app.domain.references import as_written
from app.services.complaints import Said
from app.web.fields import long_text, stripped

_LONGEST_ABOUT = 60
_LONGEST_ADDRESS = 254
_LEAST_TEXT = 10


def _reference(text: str | None) -> str:
    return as_written((text or "").strip())


class ComplaintForm(FlaskForm):
    """What went wrong, what it is about, and where the answer goes."""

    text = long_text(
        _l("What went wrong, and what should be done"),
        DataRequired(_l("Say what went wrong: without that nobody can answer.")),
        Length(min=_LEAST_TEXT, message=_l("Say it in a sentence at least, so that somebody can answer.")),
    )
    about = StringField(
        _l("What it is about"),
        filters=[stripped],
        validators=[Length(max=_LONGEST_ABOUT, message=_l("At most %(max)d characters, please."))],
    )
    contact = EmailField(
        _l("Your e-mail address"),
        filters=[stripped],
        validators=[
            Optional(),
            Length(max=_LONGEST_ADDRESS, message=_l("At most %(max)d characters, please.")),
            Email(message=_l("This cannot be an e-mail address. It looks like name@example.org.")),
        ],
    )

    def said(self) -> Said:
        """What was typed."""
        return Said(str(self.text.data), str(self.about.data or ""), str(self.contact.data or "").lower())


class ReadForm(FlaskForm):
    """Reference and secret, from the receipt or the mail."""

    ref = StringField(
        _l("Reference of the complaint"),
        filters=[_reference],
        validators=[DataRequired(_l("Enter the reference from the receipt: twelve letters and digits."))],
    )
    secret = StringField(
        _l("Secret of the complaint"),
        filters=[stripped],
        validators=[DataRequired(_l("Enter the secret from the receipt: twelve letters and digits."))],
    )

    def key(self) -> tuple[str, str]:
        """Reference and secret, in their one spelling."""
        return str(self.ref.data), "".join(str(self.secret.data).replace("-", " ").split()).upper()


class AgainForm(FlaskForm):
    """Why the answer does not do."""

    why = long_text(
        _l("What the answer leaves open"),
        DataRequired(_l("Say what the answer leaves open, so that somebody else can look at it.")),
    )


class AgainBySecretForm(AgainForm, ReadForm):
    """The same from somebody who is not signed in."""
