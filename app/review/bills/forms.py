"""What a caseworker types of one bill."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField
from wtforms.validators import AnyOf

from app.domain.terms import Clause
from app.services.bills import BillVerdict
from app.web.fields import blame, chosen, long_text, options
from app.web.filters import in_words

_LONGEST_CLAUSE: Final = 90


class BillForm(FlaskForm):
    """Accept or refuse, by which clause, and why; nothing is filled in beforehand."""

    verdict = RadioField(
        _l("Verdict"),
        choices=options(("accept", _l("accept the bill")), ("refuse", _l("do not accept it"))),
        validate_choice=False,
        validators=[AnyOf(("accept", "refuse"), message=_l("Choose one of the two."))],
    )
    clause = SelectField(_l("Clause of a refusal"), validate_choice=False)
    reason = long_text(_l("Reason (the claimant reads this)"))

    def __init__(self, clauses: Sequence[Clause]) -> None:
        super().__init__()
        self.clause.choices = options(
            ("", _("Choose a clause")),
            *((one.number, f"{one.number} {in_words(one.text)}"[:_LONGEST_CLAUSE]) for one in clauses),
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """A refusal has its clause and its reason."""
        sound = super().validate(extra_validators)
        if self.verdict.data != "refuse":
            return bool(sound)
        if not chosen(self.clause):
            blame(self.clause, _("Choose the clause the refusal rests on."))
            sound = False
        if not self.reason.data:
            blame(self.reason, _("A refusal gives its reason."))
            sound = False
        return bool(sound)

    def value(self) -> BillVerdict:
        """What was found; an acceptance names no clause."""
        accepts = self.verdict.data == "accept"
        clause = "" if accepts else str(self.clause.data)
        return BillVerdict(accepts=accepts, clause=clause, reason=str(self.reason.data or ""))
