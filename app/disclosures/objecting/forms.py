"""What somebody types who objects to a case."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import MultipleFileField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.disclosures.objecting.actions import Said
from app.web.fields import long_text, stripped

_LONGEST_NAME = 80
_LONGEST_CONTACT = 160


def reference(text: str | None) -> str:
    """A reference as it is written here: capitals, no spaces or hyphens."""
    return "".join((text or "").replace("-", "").split()).upper()


class UploadForm(FlaskForm):
    """Documents to an objection that was filed."""

    documents = MultipleFileField(_l("Choose one or several files"))


class FindForm(FlaskForm):
    """The reference of an objection; asked for in the address, so without a token."""

    class Meta:
        """Nothing is changed by looking."""

        csrf = False

    ref = StringField(
        _l("Reference of the objection"),
        filters=[reference],
        validators=[InputRequired(_l("Enter the reference from the receipt: twelve letters and digits."))],
    )


class ObjectionForm(FlaskForm):
    """Why the rules speak against a case, and if wished who says so."""

    text = long_text(
        _l("What speaks against this case"),
        DataRequired(_l("Say what speaks against it: without that nobody can answer.")),
    )
    name = StringField(
        _l("Your name"),
        filters=[stripped],
        validators=[Length(max=_LONGEST_NAME, message=_l("At most %(max)d characters, please."))],
    )
    contact = StringField(
        _l("How to reach you"),
        filters=[stripped],
        validators=[Length(max=_LONGEST_CONTACT, message=_l("At most %(max)d characters, please."))],
    )

    def said(self) -> Said:
        """What was typed."""
        return Said(str(self.text.data), str(self.name.data or ""), str(self.contact.data or ""))
