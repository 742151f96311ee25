"""What a member asks before filing: about which membership, what it was, and when."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.validators import ValidationError

from app.claims.forms import Offered
from app.models import Membership
from app.web.event_fields import EventFields


class MayIApplyForm(FlaskForm, EventFields):
    """A membership and an event."""

    membership = RadioField(
        _l("For whom, and in which plan?"),
        validate_choice=False,
        validators=[Offered(_l("Choose the membership you ask about."))],
    )

    def offer(self, memberships: Sequence[tuple[Membership, str]]) -> MayIApplyForm:
        """Offer these memberships with their words; returns the form."""
        self._births = {row.ref: row.person.birth_on for row, _words in memberships}
        self.membership.choices = [(row.ref, words) for row, words in memberships]
        return self

    def validate_membership(self, field: RadioField) -> None:
        """The event lies in the life of the person."""
        born = self._births.get(str(field.data))
        if born is not None and self.event_on.data is not None and self.event_on.data < born:
            raise ValidationError(_("This date lies before the person was born."))

    def chosen(self) -> str:
        """The reference of the membership."""
        return str(self.membership.data)
