"""What a caseworker sends about a story, or about what is public of a case."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from app.domain.event_groups import groups_for
from app.domain.story_hints import unfit
from app.domain.terms import MemberTerms
from app.web.fields import chosen, long_text, options, stripped
from app.web.filters import in_words
from app.web.sentences_stories import unfit_words


class AcceptForm(FlaskForm):
    """A caseworker's word that the story points at nobody."""

    is_read = BooleanField(
        _l("I have read it word for word: it names nobody, no hospital and no place by which somebody could be found."),
        validators=[InputRequired(_l("Please confirm this; what is accepted is shown."))],
    )


class GiveBackForm(FlaskForm):
    """Why the story cannot be shown as it is; the claimant reads it."""

    back_reason = long_text(
        _l("What has to change, and why (the claimant reads this)"),
        DataRequired(_l("Say what has to change: the claimant can only change what is named.")),
    )


class FindForm(FlaskForm):
    """A public case by its reference."""

    ref = StringField(_l("Reference of a public case"), filters=[stripped])


def _public(_form: FlaskForm, field: StringField) -> None:
    """Public words keep to what a story keeps to."""
    if found := unfit(field.data or ""):
        raise ValidationError(unfit_words(found))


_REASON = _l("The reason; everybody reads it, so it names nobody")
_NEEDED = _l("Give the reason: it stands on the public page.")


class TakeDownForm(FlaskForm):
    """What is taken down, and why."""

    what = RadioField(_l("What is taken down?"), validate_choice=False)
    reason = long_text(_REASON, DataRequired(_NEEDED), _public)

    def offer(self, *, has_story: bool) -> TakeDownForm:
        """Offer what is there; returns the form."""
        whole = ("detail", _("All details, with the story: plan, amount and dates stay"))
        self.what.choices = options(*((("story", _("The story alone")),) if has_story else ()), whole)
        return self

    def validate_what(self, field: RadioField) -> None:
        """One of them."""
        if chosen(field) is None:
            raise ValidationError(_("Choose what is taken down."))


class CorrectForm(FlaskForm):
    """The group a case really belongs to, and why it stood elsewhere."""

    group = SelectField(_l("The right group"), validate_choice=False)
    why = long_text(_REASON, DataRequired(_NEEDED), _public)

    def offer(self, terms: MemberTerms) -> CorrectForm:
        """Offer the groups of the plan; returns the form."""
        groups = [(group.key, in_words(group.name)) for group in groups_for(terms.event)]
        self.group.choices = options(("", _("Please choose")), *groups)
        return self

    def validate_group(self, field: SelectField) -> None:
        """One of them."""
        if chosen(field) is None:
            raise ValidationError(_("Choose the group the case belongs to."))
