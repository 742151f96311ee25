"""What a caseworker sends to end a membership by decision."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import AnyOf, DataRequired, Length

from app.domain.terms import MemberTerms
from app.web.filters import in_words

_MOST = 2000
_SHOWN = 60


class DecideForm(FlaskForm):
    """The clause, and the reason the member reads."""

    clause = SelectField(
        _l("Clause"), validate_choice=False, validators=[DataRequired(_l("Choose the clause it rests on."))]
    )
    reason = TextAreaField(
        _l("What was not declared, and how it is known; the member reads this"),
        validators=[DataRequired(_l("Give the reason: the member reads it.")), Length(max=_MOST)],
    )

    def __init__(self, terms: MemberTerms, **values: Any) -> None:
        """`terms` are those the member agreed to: their clauses can be cited."""
        super().__init__(**values)
        self.clause.choices = [
            SelectChoice("", "–"),
            *(SelectChoice(one.number, f"{one.number} {in_words(one.text)[:_SHOWN]}") for one in terms.clauses),
        ]


class AnswerForm(FlaskForm):
    """Uphold or lift."""

    verdict = HiddenField(validators=[AnyOf(("uphold", "lift"))])
