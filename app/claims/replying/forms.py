"""What a claimant may say to a question: something to each item, and something to all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, TextAreaField
from wtforms.validators import Length, Optional

from app.services.questions import Asked, Question
from app.web.fields import blame, long_text, stripped
from app.web.filters import in_words

_MOST_WORDS = 4000


class AnswerForm(FlaskForm):
    """An answer: made for one question by `answer_form`, which adds a text for each item."""

    words = TextAreaField(
        _l("Anything else you would like to say"),
        filters=[stripped],
        validators=[Optional(), Length(max=_MOST_WORDS, message=_l("Please stay within %(max)d characters."))],
    )
    asked: ClassVar[Question | None] = None

    def items(self) -> Iterator[tuple[Asked, Field]]:
        """Each item with its field."""
        for item in self.asked.items if self.asked else ():
            yield item, self[f"item_{item.number}"]

    def replies(self) -> dict[int, str]:
        """What is said to each item, by its number."""
        return {item.number: str(field.data or "") for item, field in self.items()}

    def said(self) -> str:
        """What is said to all, maybe nothing."""
        return str(self.words.data or "")

    def typed(self) -> str:
        """Everything that was typed, to be copied when it came too late."""
        told = [f"{in_words(item.title)}: {field.data}" for item, field in self.items() if field.data]
        return "\n\n".join([*told, self.said()]).strip()

    def object_to_open(self, numbers: tuple[int, ...]) -> None:
        """Say at each open item what is missing."""
        for item, field in self.items():
            if item.number in numbers:
                blame(
                    field, _("Answer this.") if item.kind == "words" else _("Bring it, or say why you cannot get it.")
                )


def answer_form(question: Question | None) -> AnswerForm:
    """The form for a question, filled with what was said before."""
    fields: dict[str, Any] = {"asked": question}
    for item in question.items if question else ():
        in_place = (
            _l("Your answer") if item.kind == "words" else _l("If you cannot get it: why, and what there is instead")
        )
        fields[f"item_{item.number}"] = long_text(in_place)
    said = {f"item_{item.number}": item.said for item in question.items} if question else {}
    form: AnswerForm = type("AnswerFormOfQuestion", (AnswerForm,), fields)(data=said)
    return form
