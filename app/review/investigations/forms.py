"""What is typed to open an investigation, to share its findings, or to call it off."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.domain.investigations import DueOutside, NoSuchDocument, NotAnInvestigator, TooClose
from app.review.investigations.queries import Choice
from app.services.investigations.opening import Asked
from app.web.fields import blame, chosen, long_text, options, stripped
from app.web.filters import day, in_words, instant
from app.web.sentences import sentence_of

_MOST_FINDINGS = 6000


class OpenForm(FlaskForm):
    """Who finds out what, from which documents, until when. Nothing is chosen beforehand."""

    investigator = SelectField(_l("Investigator"), validate_choice=False)
    questions = long_text(
        _l("What is to be found out"),
        DataRequired(_l("Say what is to be found out, one question a line.")),
    )
    documents = SelectMultipleField(
        _l("Documents the investigator may see"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )
    shows_name = BooleanField(_l("The investigator needs the whole name of the person, to ask somewhere"))
    due_on = DateField(_l("Due"), validators=[InputRequired(_l("Enter the day as year, month and day."))])

    def __init__(self, choice: Choice, **values: Any) -> None:
        super().__init__(**values)
        people = ((one.ref, one.name) for one in choice.investigators)
        self.investigator.choices = options(("", _("choose somebody")), *people)
        self.documents.choices = options(*(
            (row.ref, f"{in_words(name) if name else _('Another document')} · {instant(row.uploaded_at)}")
            for row, name in choice.documents
        ))  # fmt: skip

    def validate_investigator(self, field: SelectField) -> None:
        """Somebody of the list."""
        if chosen(field) is None:
            raise ValidationError(_("Choose an investigator."))

    def asked(self) -> Asked:
        """What was chosen and typed."""
        return Asked(
            investigator=str(self.investigator.data),
            questions=str(self.questions.data),
            documents=tuple(self.documents.data or ()),
            due_on=dt.date.fromisoformat(str(self.due_on.data)),
            shows_name=bool(self.shows_name.data),
        )

    def object_to(self, refused: Exception) -> bool:
        """Say at a field what the rules object to; False when it belongs to none."""
        at = {DueOutside: self.due_on, NoSuchDocument: self.documents}
        at |= dict.fromkeys((NotAnInvestigator, TooClose), self.investigator)
        field = at.get(type(refused))
        if field is not None:
            blame(field, sentence_of(refused))
        return field is not None

    @staticmethod
    def within(choice: Choice) -> str:
        """The days that fit, in words."""
        return _(
            "From %(first)s to %(last)s: the clock of the claim runs on.",
            first=day(choice.first_day),
            last=day(choice.last_day),
        )


class ShareForm(FlaskForm):
    """The findings as the claimant reads them."""

    findings = TextAreaField(
        _l("The findings, as the claimant reads them"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Say what was found; leave out only what concerns other people.")),
            Length(max=_MOST_FINDINGS, message=_l("At most %(max)d characters, please.")),
        ],
    )


class CallOffForm(FlaskForm):
    """Why it ends without a report."""

    reason = long_text(_l("Why it ends without a report"), DataRequired(_l("Say why.")))
