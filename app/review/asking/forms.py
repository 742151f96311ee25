"""What may be typed when a claimant is asked for something: one row for each thing, and a day for all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, StringField
from wtforms.validators import InputRequired, Length

from app.domain import claim_questions
from app.domain.claim_questions import Item, Kind
from app.services.claim_file import Line
from app.web.fields import blame, long_text, stripped
from app.web.filters import day, in_words

_SPARE: Final = (("document", 2), ("words", 3))
"""How many rows there are for things that are no line of the checklist."""
_MOST_TITLE: Final = 200


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of one thing that may be asked for; a line is ticked, the others are named."""

    kind: Kind
    line: Line | None
    what: Field
    reason: Field

    @property
    def is_wanted(self) -> bool:
        """Whether it was ticked, named, or at least given a reason."""
        return bool(self.what.data or self.reason.data)

    def item(self) -> Item:
        """What is asked for with it."""
        if self.line is not None:
            return Item("line", str(self.reason.data or ""), line=self.line.wanted.key)
        return Item(self.kind, str(self.reason.data or ""), title=str(self.what.data or ""))


class QuestionForm(FlaskForm):
    """A question: made for a claim by `question_form`, which adds one pair of fields for each row."""

    due_on = DateField(_l("To be answered by"), validators=[InputRequired(_l("Enter the day as year, month and day."))])
    lines: ClassVar[Sequence[Line]] = ()
    asked_on: ClassVar[dt.date]
    answer_within_days: ClassVar[int]

    def rows(self) -> Iterator[Row]:
        """Every row of the form, the lines of the checklist first."""
        for line in self.lines:
            name = f"line_{line.wanted.key}"
            yield Row("line", line, self[name], self[f"{name}_why"])
        for kind, number in _SPARE:
            for place in range(1, number + 1):
                name = f"{kind}_{place}"
                yield Row(kind, None, self[name], self[f"{name}_why"])  # type: ignore[arg-type]

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then as a whole: each thing says what and why, nothing twice, and a day that leaves time."""
        if not super().validate(extra_validators) or self.due_on.data is None:
            return False
        wanted = [row for row in self.rows() if row.is_wanted]
        try:
            claim_questions.check_question([row.item() for row in wanted], self.due_on.data, asked_on=self.asked_on)
        except (ValueError, LookupError) as refused:
            self._object_to(refused, wanted)
            return False
        return True

    def _object_to(self, refused: Exception, wanted: Sequence[Row]) -> None:
        if isinstance(refused, claim_questions.ItemUnclear):
            row = wanted[refused.number - 1]
            if refused.part == "reason":
                blame(row.reason, _("Say why it is needed."))
            else:
                blame(row.what, _("Say what is wanted, in words the claimant understands."))
        elif isinstance(refused, claim_questions.SameItemTwice):
            blame(wanted[refused.number - 1].what, _("This is asked for twice in one question. Once is enough."))
        elif isinstance(refused, claim_questions.DueDayOutOfRange):
            said = _("Choose a day from %(first)s to %(last)s.", first=day(refused.earliest), last=day(refused.latest))
            blame(self.due_on, said)
        else:
            first = next(self.rows()).what
            blame(first, _("Choose at least one thing to ask for, at most %(most)s.", most=claim_questions.MOST_ITEMS))

    def items(self) -> list[Item]:
        """What is asked for."""
        return [row.item() for row in self.rows() if row.is_wanted]

    def day(self) -> dt.date:
        """The due day."""
        return self.due_on.data or claim_questions.due_day(self.asked_on, self.answer_within_days)

    def typed(self) -> list[str]:
        """Everything that was typed, so that no word is lost when the question came too late."""
        said = [text for row in self.rows() for text in (row.what.data, row.reason.data)]
        return [text for text in said if isinstance(text, str) and text]


def question_form(lines: Sequence[Line], *, asked_on: dt.date, answer_within_days: int) -> QuestionForm:
    """The form for a claim with these lines of its checklist, and the days its rules give for an answer."""
    fields: dict[str, Any] = {"lines": lines, "asked_on": asked_on, "answer_within_days": answer_within_days}
    for line in lines:
        name = f"line_{line.wanted.key}"
        fields[name] = BooleanField(in_words(line.wanted.name))
        fields[f"{name}_why"] = long_text(_l("Why it is needed (the claimant reads this)"))
    titles = {"document": _l("Another document, in words"), "words": _l("A question to be answered in words")}
    too_long = Length(max=_MOST_TITLE, message=_l("At most %(max)d characters, please."))
    for kind, number in _SPARE:
        for place in range(1, number + 1):
            fields[f"{kind}_{place}"] = StringField(titles[kind], filters=[stripped], validators=[too_long])
            fields[f"{kind}_{place}_why"] = long_text(_l("Why it is needed (the claimant reads this)"))
    made = type("QuestionFormOfClaim", (QuestionForm,), fields)
    form: QuestionForm = made(due_on=claim_questions.due_day(asked_on, answer_within_days))
    return form


class DropForm(FlaskForm):
    """Why what was asked for is not needed any more."""

    drop_reason = long_text(
        _l("Why it is not needed any more (the claimant reads this)"), InputRequired(_l("Say why in a sentence."))
    )
