"""What is typed to answer an objection."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.validators import AnyOf, DataRequired

from app.web.fields import long_text, options


class AnswerForm(FlaskForm):
    """The answer and its public reason; neither is ever filled in beforehand."""

    answer = RadioField(
        _l("Answer"),
        choices=options(
            ("admitted", _l("admit it: the case leaves the period and goes back to review")),
            ("dismissed", _l("dismiss it: the case stays where it is")),
        ),
        validate_choice=False,
        validators=[AnyOf(("admitted", "dismissed"), message=_l("Choose one of the two."))],
    )
    reason = long_text(_l("Public reason"), DataRequired(_l("Give the reason: the public reads it.")))

    @property
    def admits(self) -> bool:
        """Whether the objection is to be admitted."""
        return bool(self.answer.data == "admitted")
