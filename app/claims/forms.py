"""What a claimant may enter, parsed to values: the event, the bank account, consents, files and words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from stdnum import luhn
from wtforms import BooleanField, DateField, MultipleFileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, StopValidation, ValidationError

from app.domain.calendar import completed_years
from app.domain.eligibility import NoSuchBenefit, benefit_for
from app.domain.event_groups import groups_for
from app.domain.places import PROVINCES
from app.domain.terms import MemberTerms
from app.models import Membership
from app.services import consents
from app.services.claim_file import BankAccount
from app.services.publication_consent import LEVELS, PUBLICATION
from app.web.fields import stripped
from app.web.filters import in_words

MOST_STORY: Final = 4000
MOST_NAME: Final = 60
MOST_HOSPITAL: Final = 80
_UNIONPAY: Final = re.compile(r"62\d{14,17}")
_ACCOUNT_DIGITS: Final = re.compile(r"\d{8,30}")


def _digits(text: str | None) -> str:
    return re.sub(r"[\s-]", "", text or "")


class Offered:
    """One of the choices that were offered; nothing chosen is none of them."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, message: LazyString) -> None:
        self.message = message

    def __call__(self, _form: FlaskForm, field: SelectField | RadioField) -> None:
        """Raise when it is not."""
        if not field.data or field.data not in {value for value, *_words in field.iter_choices()}:
            raise StopValidation(self.message)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, and what is asked for."""

    event_on: dt.date
    disease_group: str
    benefit: str
    province: str
    story: str
    hospital: str = ""
    """Empty when none treated the person."""


class OpenClaimForm(FlaskForm):
    """Which membership the claim is for."""

    membership = RadioField(
        _l("For whom, and in which plan?"),
        validate_choice=False,
        validators=[Offered(_l("Choose the membership the claim is for."))],
    )

    def offer(self, memberships: Sequence[tuple[str, str]]) -> None:
        """Offer these memberships: reference and words."""
        self.membership.choices = list(memberships)

    def chosen(self) -> str:
        """The reference of the membership."""
        return str(self.membership.data)


class EventForm(FlaskForm):
    """The event of one membership: its date, its kind, the benefit asked for, the place, and what happened."""

    event_on = DateField(
        _l("Date of the event"), validators=[InputRequired(_l("Enter the date, for example 2026-10-20."))]
    )
    disease_group = SelectField(
        _l("What was it?"), validate_choice=False, validators=[Offered(_l("Choose what it was."))]
    )
    benefit = RadioField(
        _l("What do you apply for?"),
        validate_choice=False,
        validators=[Offered(_l("Choose what you apply for; a caseworker checks it."))],
    )
    province = SelectField(
        _l("In which province?"), validate_choice=False, validators=[Offered(_l("Choose a province."))]
    )
    hospital = StringField(
        _l("Which hospital treats or treated the person?"),
        filters=[stripped],
        validators=[Length(max=MOST_HOSPITAL, message=_l("Please stay within %(max)d characters."))],
    )
    story = TextAreaField(
        _l("What happened, in your words"),
        filters=[stripped],
        validators=[Length(max=MOST_STORY, message=_l("Please stay within %(max)d characters."))],
    )

    def concern(self, membership: Membership, terms: MemberTerms, *, today: dt.date) -> EventForm:
        """Offer what the terms of this membership know, and judge by them; returns the form."""
        self._birth_on, self._terms, self._today = membership.person.birth_on, terms, today
        groups = [(group.key, in_words(group.name)) for group in groups_for(terms.event)]
        self.disease_group.choices = [("", _("Please choose")), *groups]
        self.province.choices = [("", _("Please choose")), *((place.code, in_words(place.name)) for place in PROVINCES)]
        names = {benefit.key: in_words(benefit.name) for benefit in terms.benefits}
        self.benefit.choices = list(names.items())
        return self

    def validate_event_on(self, field: DateField) -> None:
        """A day that has been, in the life of the person."""
        if field.data is None:
            return
        if field.data > self._today:
            raise ValidationError(_("This date lies in the future. Enter the day of the diagnosis or the accident."))
        if field.data < self._birth_on:
            raise ValidationError(_("This date lies before the person was born."))

    def validate_benefit(self, field: RadioField) -> None:
        """A benefit the terms have at the age on that day."""
        if self.event_on.data is None or self.event_on.data < self._birth_on:
            return
        age = completed_years(self._birth_on, self.event_on.data)
        try:
            benefit_for(self._terms, age, field.data)
        except NoSuchBenefit as none:
            raise ValidationError(
                _("The rules name no amount for this at the age of %(age)s on that day. Check the date.", age=age)
            ) from none

    def event(self) -> Event:
        """What was entered; call it for a form that was found sound."""
        if self.event_on.data is None:
            raise ValueError("no date was entered")
        return Event(
            event_on=self.event_on.data,
            disease_group=str(self.disease_group.data),
            benefit=str(self.benefit.data),
            province=str(self.province.data),
            story=str(self.story.data),
            hospital=str(self.hospital.data or ""),
        )


class BankAccountForm(FlaskForm):
    """Where the payout goes."""

    holder = StringField(
        _l("Name of the account's holder"),
        filters=[stripped],
        validators=[DataRequired(_l("Enter the name as the bank writes it.")), Length(max=MOST_NAME)],
    )
    bank = StringField(
        _l("Bank and branch"),
        filters=[stripped],
        validators=[DataRequired(_l("Enter the bank, with the branch if you know it.")), Length(max=MOST_NAME)],
    )
    number = StringField(_l("Account or card number"), filters=[_digits])

    def validate_number(self, field: StringField) -> None:
        """Digits; a UnionPay card number also has a check digit."""
        number = field.data or ""
        if not number:
            raise ValidationError(_("Enter the number of the account or card."))
        if not _ACCOUNT_DIGITS.fullmatch(number):
            raise ValidationError(_("An account number has 8 to 30 digits and nothing else."))
        if _UNIONPAY.fullmatch(number) and not luhn.is_valid(number):
            raise ValidationError(_("A digit of this card number is wrong: its check digit does not fit. Compare it."))

    def account(self) -> BankAccount:
        """What was entered."""
        return BankAccount(str(self.holder.data), str(self.bank.data), str(self.number.data))


class ConsentsForm(FlaskForm):
    """The consents of a claim: to read its file, to pass it to an investigator, and what may be published of it."""

    INVESTIGATOR: Final = consents.INVESTIGATOR
    """The wording of the second one, in full."""
    PUBLICATION: Final = PUBLICATION
    """The wording of the third one, in full."""

    claim_file = BooleanField(
        _l(
            "I agree that the caseworkers of this platform read the documents of this claim, "
            "which tell of health, to check it and for nothing else."
        ),
        validators=[InputRequired(_l("Without this consent nobody may read the documents or check the claim."))],
    )
    investigator = BooleanField(_l("Passing to an investigator"))
    publication_level = RadioField(
        _l("What may the public see of the case, if it is helped with?"),
        validate_choice=False,
        validators=[Offered(_l("Choose what may be published; each is fine."))],
    )

    def offer(self) -> ConsentsForm:
        """Offer the levels in the language of the page; returns the form."""
        self.investigator.label.text = in_words(self.INVESTIGATOR.tick)
        self.publication_level.choices = [(str(level), in_words(words)) for level, words in LEVELS.items()]
        return self

    def level(self) -> int:
        """The publication level."""
        return int(self.publication_level.data)


class UploadForm(FlaskForm):
    """Files for one line of the checklist."""

    FIELD: Final = "documents"
    documents = MultipleFileField(_l("Choose one or several files"))


class SubmitForm(FlaskForm):
    """The claimant's word that it is true."""

    is_true = BooleanField(
        _l("What I have entered and brought is true and complete as far as I know."),
        validators=[InputRequired(_l("Please confirm this before you hand the claim in."))],
    )


class WordsForm(FlaskForm):
    """Something said to the caseworkers: with an answer it may be left out, with an appeal it may not."""

    words = TextAreaField(
        _l("What would you like to say?"),
        filters=[stripped],
        validators=[Optional(), Length(max=MOST_STORY, message=_l("Please stay within %(max)d characters."))],
    )

    def said(self) -> str:
        """What was said, maybe nothing."""
        return str(self.words.data or "")


class AppealForm(WordsForm):
    """Why the decision should be another one."""

    words = TextAreaField(
        _l("Why should the decision be another one?"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Say in a sentence or two what was overlooked or is new.")),
            Length(max=MOST_STORY, message=_l("Please stay within %(max)d characters.")),
        ],
    )
