"""How much of a case is public, and what its claimant tells the public."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import Length, ValidationError

from app.claims.forms import Offered
from app.domain.story_hints import MOST_PUBLIC_STORY, tidy, unfit
from app.services.publication_consent import LEVELS
from app.web.filters import in_words
from app.web.sentences_stories import unfit_words


class LevelForm(FlaskForm):
    """One of the levels."""

    publication_level = RadioField(
        _l("What may the public read?"),
        validate_choice=False,
        validators=[Offered(_l("Choose what may be published; each is fine."))],
    )

    def offer(self) -> LevelForm:
        """Offer the levels in the language of the page; returns the form."""
        self.publication_level.choices = [(str(level), in_words(words)) for level, words in LEVELS.items()]
        return self

    def level(self) -> int:
        """The level."""
        return int(self.publication_level.data)


class StoryForm(FlaskForm):
    """A story for the public; empty, it takes back what was written."""

    story = TextAreaField(
        _l("Your story, for the public"),
        filters=[lambda text: tidy(text or "")],
        validators=[Length(max=MOST_PUBLIC_STORY, message=_l("Please stay within %(max)d characters."))],
    )

    def validate_story(self, field: TextAreaField) -> None:
        """Nothing by which somebody can be reached or found."""
        if found := unfit(field.data or ""):
            raise ValidationError(unfit_words(found))

    def text(self) -> str:
        """What was written, maybe nothing."""
        return str(self.story.data or "")


class EndForm(FlaskForm):
    """A button alone: nothing but the token."""
