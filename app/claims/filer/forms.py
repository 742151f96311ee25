"""What somebody says of the own part in a claim."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField

from app.claims.forms import Offered
from app.domain.filers import Capacity


class FilerForm(FlaskForm):
    """In which capacity the claim is made; only what may be said is offered."""

    capacity = RadioField(
        _l("In which capacity do you file?"), validate_choice=False, validators=[Offered(_l("Say in which capacity."))]
    )

    def offer(self, possible: Sequence[Capacity]) -> FilerForm:
        """Offer these capacities; returns the form."""
        words = {
            "self": _("For myself"),
            "guardian": _("I am the guardian or pay for the membership, and the person agrees or is a child"),
            "relative": _("I am a relative, because the person has died or cannot act"),
        }
        self.capacity.choices = [(one, words[one]) for one in possible]
        return self

    def said(self) -> str:
        """The capacity."""
        return str(self.capacity.data)
