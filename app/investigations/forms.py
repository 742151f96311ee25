"""What an investigator types: the report, or why the investigation is not taken."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import Field, MultipleFileField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from app.web.fields import long_text, stripped

MOST_PAPERS: Final = 10
"""How many documents may come with a report (chosen by us)."""
_MOST_LETTERS: Final = 6000


def _section(label: Any, missing: Any) -> TextAreaField:
    """One section of a report; longer than other texts."""
    too_long = Length(max=_MOST_LETTERS, message=_l("At most %(max)d characters, please."))
    return TextAreaField(label, filters=[stripped], validators=[DataRequired(missing), too_long])


class ReportForm(FlaskForm):
    """The report; what was asked stands above it and is not typed again."""

    done = _section(_l("What was done"), _l("Say what you did: whom you asked, what you looked at, when."))
    found = _section(_l("What was found"), _l("Say what you found, question by question; “nothing” is a finding too."))
    papers = MultipleFileField(_l("Documents of your own, if there are any"))

    def validate_papers(self, field: Field) -> None:
        """Not more files than a report takes."""
        if len(field.data or ()) > MOST_PAPERS:
            raise ValidationError(
                _("A report takes %(most)s documents. Put several pages into one PDF.", most=MOST_PAPERS)
            )

    def files(self) -> list[FileStorage]:
        """The files that were chosen."""
        return [file for file in self.papers.data or () if isinstance(file, FileStorage) and file.filename]


class DeclineForm(FlaskForm):
    """Why the investigation is not taken, or not gone on with."""

    reason = long_text(
        _l("Why you do not take it"),
        DataRequired(_l("Say why: you know somebody concerned, or it cannot be found out.")),
    )
