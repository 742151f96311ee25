"""What may be typed on the way into a plan: a person, answers, consents, an amount."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import DataRequired, Length, ValidationError

from app.domain.identity import MOST_NAME
from app.domain.majority import is_of_age
from app.domain.places import PROVINCES
from app.domain.terms import DeclarationItem
from app.services.consents import ConsentText
from app.services.identity import DOCUMENT_TYPES, IdentityError, check_identity
from app.web.birth_fields import BornOn
from app.web.filters import in_words
from app.web.sentences import sentence_of
from app.web.words import word

RELATIONS: Final = ("self", "child", "spouse", "parent")
SOMEBODY_NEW: Final = "new"
MINOR: Final = _l(
    "Somebody under 18 joins through a parent or another guardian. Choose “child”, with the guardian's account."
)
_MOST_NUMBER: Final = 40
_ITEM: Final = "item_"
_CONSENT: Final = "consent_"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person as typed and found sound; `number` is in its canonical form."""

    name: str
    birth_on: dt.date
    relation: str
    province: str
    document_type: str
    number: str


class OneOf:
    """One of the values that were offered; anything else, and nothing, is answered with the sentence."""

    def __init__(self, allowed: Collection[str], sentence: Any) -> None:
        self.allowed, self.sentence = allowed, sentence

    def __call__(self, _form: FlaskForm, field: Any) -> None:
        """Raise when the value was not offered."""
        if field.data not in self.allowed:
            raise ValidationError(str(self.sentence))


def _stripped(text: str | None) -> str:
    return " ".join((text or "").split())


class PersonForm(BornOn, FlaskForm):
    """The person who may receive: name, relation, birth date, province and identity document."""

    name = StringField(
        _l("Full name, as in the document"),
        filters=[_stripped],
        validators=[
            DataRequired(_l("Enter the person's name.")),
            Length(max=MOST_NAME, message=_l("A name has at most %(max)d characters.")),
        ],
    )
    relation = RadioField(
        _l("Who is it to you?"),
        validate_choice=False,
        validators=[OneOf(RELATIONS, _l("Say who the person is to you."))],
    )
    year = StringField(_l("Year of birth"), filters=[_stripped])
    month = StringField(_l("Month of birth"), filters=[_stripped])
    day = StringField(_l("Day of birth"), filters=[_stripped])
    province = SelectField(
        _l("Province"),
        validate_choice=False,
        validators=[OneOf([province.code for province in PROVINCES], _l("Choose the province the person lives in."))],
    )
    document_type = RadioField(
        _l("Identity document"),
        validate_choice=False,
        validators=[OneOf(DOCUMENT_TYPES, _l("Choose the kind of identity document."))],
    )
    number = StringField(_l("Number of the document"), filters=[_stripped])

    canonical_number: str = ""

    def __init__(self, *, on: dt.date, **values: Any) -> None:
        """`on` is today: nobody is born after it."""
        super().__init__(**values)
        self.on = on
        self.relation.choices = [SelectChoice(key, word(key, "relation")) for key in RELATIONS]
        self.document_type.choices = [SelectChoice(key, word(key, "document_type")) for key in DOCUMENT_TYPES]
        self.province.choices = [
            SelectChoice("", _("Choose a province")),
            *(SelectChoice(province.code, in_words(province.name)) for province in PROVINCES),
        ]

    def validate_number(self, field: StringField) -> None:
        """A sound document number that agrees with the birth date."""
        if not field.data or len(field.data) > _MOST_NUMBER:
            raise ValidationError(_("Enter the number of the identity document."))
        kind = self.document_type.data
        if kind not in DOCUMENT_TYPES:
            return
        try:
            self.canonical_number = check_identity(kind, field.data, birth_on=self.birth_on)
        except IdentityError as wrong:
            raise ValidationError(sentence_of(wrong)) from None

    def validate(self, extra_validators: Any = None) -> bool:
        """A person under 18 joins through a guardian: as the account's child."""
        sound: bool = super().validate(extra_validators)
        if self.birth_on is None or is_of_age(self.birth_on, self.on) or self.relation.data in (None, "", "child"):
            return sound
        self.relation.errors = [*self.relation.errors, str(MINOR)]
        return False

    def value(self) -> NewPerson:
        """The person; only after the form was found sound."""
        if self.birth_on is None:
            raise ValueError("a person without a birth date was not found sound")
        return NewPerson(
            name=str(self.name.data),
            birth_on=self.birth_on,
            relation=str(self.relation.data),
            province=str(self.province.data),
            document_type=str(self.document_type.data),
            number=self.canonical_number,
        )


class WhoForm(FlaskForm):
    """Somebody the account knows already, or somebody new."""

    person = RadioField(_l("Who is to join?"), validate_choice=False)

    def __init__(self, people: Sequence[tuple[str, str]], **values: Any) -> None:
        """`people` are reference and name of everybody who may be chosen."""
        super().__init__(**values)
        self.person.choices = [
            *(SelectChoice(ref, name) for ref, name in people),
            SelectChoice(SOMEBODY_NEW, _("Somebody else")),
        ]
        self.offered = {*(ref for ref, _name in people), SOMEBODY_NEW}

    def validate_person(self, field: RadioField) -> None:
        """Only what was offered."""
        if field.data not in self.offered:
            raise ValidationError(_("Choose who is to join."))

    def chosen(self) -> str | None:
        """The reference of the person; None for somebody new."""
        return None if self.person.data == SOMEBODY_NEW else str(self.person.data)


def declaration_form(items: Sequence[DeclarationItem], given: dict[str, bool]) -> FlaskForm:
    """A form with one yes-or-no question for each item; nothing is chosen beforehand but what was answered before."""
    fields = {
        _ITEM + item.key: RadioField(
            in_words(item.question),
            choices=[SelectChoice("no", _("No")), SelectChoice("yes", _("Yes"))],
            validate_choice=False,
            validators=[OneOf(("yes", "no"), _("Answer question %(number)s with yes or no.", number=number))],
        )
        for number, item in enumerate(items, start=1)
    }
    form: FlaskForm = type("DeclarationForm", (FlaskForm,), fields)(
        data={_ITEM + key: "yes" if yes else "no" for key, yes in given.items()}
    )
    return form


def answers_of(form: FlaskForm, items: Sequence[DeclarationItem]) -> dict[str, bool]:
    """The answers by key of the item."""
    return {item.key: form[_ITEM + item.key].data == "yes" for item in items}


def question_fields(form: FlaskForm, items: Sequence[DeclarationItem]) -> list[tuple[Any, DeclarationItem]]:
    """Each question's field beside its item."""
    return [(form[_ITEM + item.key], item) for item in items]


def consent_form(texts: Sequence[ConsentText]) -> FlaskForm:
    """One tick for each consent, none of them set beforehand, each to be set by hand."""
    fields = {
        _CONSENT + text.kind: BooleanField(
            in_words(text.tick),
            validators=[DataRequired(_("Without this consent nobody can join: %(what)s", what=in_words(text.title)))],
        )
        for text in texts
    }
    form: FlaskForm = type("ConsentForm", (FlaskForm,), fields)()
    return form


def consent_fields(form: FlaskForm, texts: Sequence[ConsentText]) -> list[tuple[Any, ConsentText]]:
    """Each tick beside its text."""
    return [(form[_CONSENT + text.kind], text) for text in texts]


class SubmitForm(FlaskForm):
    """A button alone: nothing but the token."""
