"""What a treasurer sends: the digest of the sum that was read, and bare consent to a deed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import Regexp


class ApprovalForm(FlaskForm):
    """The check or the approval of exactly the sum that stood on the page."""

    digest = HiddenField(
        validators=[
            Regexp(
                r"\A[0-9a-f]{64}\Z",
                message=_l("The form did not say which sum you mean. Read the one below and send it from here."),
            )
        ]
    )

    def approved(self) -> str:
        """The digest of the sum that was read."""
        return str(self.digest.data)


class DeedForm(FlaskForm):
    """A deed that needs nothing but the will to do it."""
