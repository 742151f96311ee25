"""What may be asked of the queue, and what may be said about who looks after a claim."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Form, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired, Optional

from app.models import Account
from app.review.desk import queries
from app.review.desk.queries import ME, NOBODY, Wanted
from app.services.at_the_desk import AT_DESK
from app.services.conflicts import KINDS
from app.web.clock import today
from app.web.fields import blame, chosen, long_text, options
from app.web.filters import in_words
from app.web.words import word

_FARTHEST: Final = dt.timedelta(days=366)


class QueueFilter(Form):
    """Which claims of the queue to show; what is not on the list is as if it had not been asked for."""

    plan = SelectField(_l("Plan"), validate_choice=False)
    state = SelectField(_l("State"), validate_choice=False)
    assigned = SelectField(_l("Looked after by"), validate_choice=False)
    sort = SelectField(_l("First"), validate_choice=False)
    late = BooleanField(_l("overdue only"))

    def __init__(self, args: Any, *, by: Account) -> None:
        super().__init__(args)
        self.after = args.get("after")
        self.around = queries.around_the_desk(today())
        named = self.around.plans.values()
        self.plan.choices = options(("", _("all plans")), *((slug, in_words(name)) for slug, name in named))
        self.state.choices = options(
            ("", _("all that wait")), *((state, word(state, "claim_state")) for state in AT_DESK)
        )
        self.assigned.choices = options(
            ("", _("anybody")), (ME, _("me")), (NOBODY, _("nobody")),
            *((one.ref, one.name) for one in self.around.people if one.id != by.id),
        )  # fmt: skip
        self.sort.choices = options(("", _("what is promised first")), ("age", _("what was handed in first")))

    def value(self) -> Wanted:
        """What was asked for, as far as it exists."""
        return Wanted(
            plan=chosen(self.plan),
            state=chosen(self.state),
            assigned=chosen(self.assigned),
            late=bool(self.late.data),
            by_age=chosen(self.sort) == "age",
            after=self.after,
        )


class TakeForm(FlaskForm):
    """Look after a claim oneself; of one that a colleague has, say why."""

    take_reason = long_text(_l("Why you take it over (your colleague reads this)"))

    def __init__(self, *, taken: bool, fresh: bool = False) -> None:
        super().__init__(**({"formdata": None} if fresh else {}))
        self.taken = taken

    def validate(self, extra_validators: Any = None) -> bool:
        """A sentence is due where somebody has it."""
        sound = bool(super().validate(extra_validators))
        if sound and self.taken and not self.take_reason.data:
            blame(self.take_reason, _("Say in a sentence why you take it over."))
            return False
        return sound


class HandOverForm(FlaskForm):
    """Give a claim to a colleague, and say why."""

    to = SelectField(_l("Give it to"), validate_choice=False)
    hand_over_reason = long_text(
        _l("Why (your colleague reads this)"), DataRequired(_l("Say in a sentence why you hand it over."))
    )

    def __init__(self, people: Sequence[Account], *, fresh: bool = False) -> None:
        super().__init__(**({"formdata": None} if fresh else {}))
        self.to.choices = options(("", _("Choose a colleague")), *((one.ref, one.name) for one in people))

    def validate(self, extra_validators: Any = None) -> bool:
        """Somebody of the list."""
        sound = bool(super().validate(extra_validators))
        if not chosen(self.to):
            blame(self.to, _("Choose who looks after it from now on."))
            return False
        return sound


class GiveBackForm(FlaskForm):
    """A button alone: nothing but the token."""


class BulkForm(FlaskForm):
    """Give several claims to one person."""

    to = SelectField(_l("Who looks after them"), validate_choice=False)

    def __init__(self, people: Sequence[Account], *, fresh: bool = False) -> None:
        super().__init__(**({"formdata": None} if fresh else {}))
        self.to.choices = options(("", _("Choose somebody")), *((one.ref, one.name) for one in people))

    def validate(self, extra_validators: Any = None) -> bool:
        """Somebody of the list."""
        sound = bool(super().validate(extra_validators))
        if not chosen(self.to):
            blame(self.to, _("Choose who looks after them."))
            return False
        return sound


class AwayForm(FlaskForm):
    """Until when one is away; empty for being here again."""

    until_on = DateField(_l("Away until, that day included"), validators=[Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """A day to come, within a year."""
        sound = bool(super().validate(extra_validators))
        if sound and self.until_on.data is not None and not today() <= self.until_on.data <= today() + _FARTHEST:
            blame(self.until_on, _("Choose a day from today on, within a year."))
            return False
        return sound


class ConflictForm(FlaskForm):
    """What stands between this caseworker and a claim."""

    kind = RadioField(
        _l("What is it?"),
        validators=[InputRequired(_l("Choose what stands between you."))],
        validate_choice=False,
    )
    note = long_text(_l("In a sentence, for the auditor"), DataRequired(_l("Say it in a sentence.")))

    def __init__(self, *, fresh: bool = False) -> None:
        super().__init__(**({"formdata": None} if fresh else {}))
        self.kind.choices = options(*((kind, word(kind, "conflict_kind")) for kind in KINDS))

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the list."""
        sound = bool(super().validate(extra_validators))
        if sound and not chosen(self.kind):
            blame(self.kind, _("Choose what stands between you."))
            return False
        return sound
