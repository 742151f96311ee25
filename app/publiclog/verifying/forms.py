"""What somebody brings to be checked: pasted, or as a file."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, TextAreaField
from wtforms.validators import Length

from app.web.fields import blame, stripped

MOST_LETTERS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Brought:
    """A text, or the bytes of a file with no text in it."""

    text: str
    file: bytes = b""


def printable(text: str | None) -> str:
    """A text without the control characters that no page can show; line ends stay."""
    return "".join(letter for letter in text or "" if letter in "\r\n\t" or unicodedata.category(letter)[0] != "C")


class VerifyForm(FlaskForm):
    """A text or a file; of both the file counts."""

    said = TextAreaField(
        _l("Paste it here"),
        filters=[printable, stripped],
        validators=[
            Length(max=MOST_LETTERS, message=_l("That is too long to be a proof of ours: at most %(max)d characters."))
        ],
    )
    file = FileField(_l("Or choose the file"))

    def brought(self) -> Brought | None:
        """What there is to check; None, said at the field, when there is nothing."""
        data = self.file.data.read() if self.file.data else b""
        if data:
            text = _text(data)
            return Brought(text) if text else Brought("", data)
        if self.said.data:
            return Brought(_lines(self.said.data))
        blame(self.said, str(_l("Paste something, or choose a file.")))
        return None


def _text(data: bytes) -> str:
    """A file as text; empty when it is none."""
    if data.startswith(b"%PDF"):
        return ""
    try:
        return _lines(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return ""


def _lines(text: str) -> str:
    """A text with the line ends it had before a browser sent it."""
    return "\n".join(text.strip().splitlines()) + "\n"
