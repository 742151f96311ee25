"""The deeds on the way into a plan. Each changes a draft only while it is one; whoever comes second is told so."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, update

from app.db import db
from app.domain.eligibility import Reason
from app.domain.terms import DeclarationItem, Words
from app.memberships.joining import queries
from app.memberships.joining.forms import NewPerson
from app.memberships.joining.queries import Offer
from app.models import Account, Application, Consent, DeclarationAnswer, Person
from app.models.application import UNSENT
from app.services import audit, payments, rulebook, vault
from app.services.consents import at_joining
from app.services.days import day_of


class SecondSelf(Exception):
    """The account has named its own owner already, and this is somebody else."""


class LiveMembership(Exception):
    """This person is a member of this plan in this account; `ref` is the membership."""

    def __init__(self, ref: str) -> None:
        super().__init__("already a member")
        self.ref = ref


class NotADraft(Exception):
    """The application was sent already."""


class NotComplete(Exception):
    """Something of the application is missing, or no longer fits; it goes back to the step that is open."""


class MayNotJoin(Exception):
    """The rules do not allow this person to join today."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__("the rules do not allow it today")
        self.reasons = reasons


def name_person(value: NewPerson, *, by: Account, at: dt.datetime) -> Person:
    """The person of this account with this document; added when the account does not know them yet.

    Raises `SecondSelf` when somebody else is this account's own owner already.
    """
    identity_hash = vault.keyed_hash(value.document_type, value.number)
    known = queries.person_with_identity(by.id, identity_hash)
    if known is not None:
        return known
    if value.relation == "self" and queries.named_self(by.id) is not None:
        raise SecondSelf
    person = Person(
        account_id=by.id,
        relation=value.relation,
        name_sealed=vault.seal(value.name, purpose="person.name"),
        birth_on=value.birth_on,
        province=value.province,
        document_type=value.document_type,
        document_sealed=vault.seal(value.number, purpose="person.document"),
        identity_hash=identity_hash,
        created_at=at,
    )
    db.session.add(person)
    db.session.flush()
    audit.note("name-person", "person", person.ref, by=by.id, role="member", at=at)
    return person


def begin(offered: Offer, person: Person, *, by: Account, at: dt.datetime) -> Application:
    """The application of this person for this plan: the one that was begun before, or a new draft.

    Raises `LiveMembership` when the account has this membership already.
    """
    held = queries.live_membership(by.id, offered.plan.id, person.identity_hash)
    if held is not None:
        raise LiveMembership(held.ref)
    found = queries.open_application(by.id, offered.plan.id, person.id)
    if found is not None:
        return found
    application = Application(
        account_id=by.id,
        plan_id=offered.plan.id,
        person_id=person.id,
        member_terms_id=rulebook.member_terms_row(offered.version).id,
        state="draft",
        created_at=at,
    )
    db.session.add(application)
    db.session.flush()
    audit.note("begin-application", "application", application.ref, by=by.id, role="member", at=at)
    return application


def is_up_to_date(application: Application, offered: Offer) -> bool:
    """Whether an application is pinned to the rules that hold today."""
    return application.member_terms_id == rulebook.member_terms_row(offered.version).id


def bring_up_to_date(application: Application, offered: Offer) -> None:
    """Pin a draft to the rules that hold today. What was answered to other questions is forgotten.

    Raises `NotADraft` when it was sent meanwhile.
    """
    _hold_draft(application)
    db.session.execute(delete(DeclarationAnswer).where(DeclarationAnswer.application_id == application.id))
    db.session.execute(delete(Consent).where(Consent.application_id == application.id))
    application.member_terms_id = rulebook.member_terms_row(offered.version).id
    db.session.flush()
    db.session.refresh(application)


def declare(
    application: Application,
    items: tuple[DeclarationItem, ...],
    answers: dict[str, bool],
    *,
    language: str,
    at: dt.datetime,
) -> None:
    """Keep the answers with the text that was asked, in the language it was asked in; earlier ones are replaced."""
    _hold_draft(application)
    db.session.execute(delete(DeclarationAnswer).where(DeclarationAnswer.application_id == application.id))
    db.session.add_all(
        DeclarationAnswer(
            application_id=application.id,
            item=item.key,
            asked=f"{_said(item.question, language)}\n{_said(item.explanation, language)}",
            language=language,
            yes=answers[item.key],
            answered_at=at,
        )
        for item in items
    )
    db.session.flush()
    db.session.refresh(application)


def agree(application: Application, *, language: str, at: dt.datetime) -> None:
    """Keep the consents of joining, each with its wording; one that stands already stays as it was given."""
    _hold_draft(application)
    if application.person is None:
        raise NotComplete
    texts = at_joining(application.person.birth_on, on=day_of(at))
    standing = {consent.kind for consent in application.consents if consent.withdrawn_at is None}
    db.session.add_all(
        Consent(
            account_id=application.account_id,
            application_id=application.id,
            kind=text.kind,
            text_version=text.version(language),
            given_at=at,
        )
        for text in texts
        if text.kind not in standing
    )
    db.session.flush()
    db.session.refresh(application)


def submit(application: Application, offered: Offer, amount_fen: int, *, by: Account, at: dt.datetime) -> None:
    """Send the application and ask for its first top-up; the membership begins when the money is there.

    Raises `NotADraft` for whoever comes second, `LiveMembership`, `MayNotJoin`, `NotComplete`, and `NoPaymentAdapter`
    when this installation cannot take money; the draft stays as it is then.
    """
    _hold_draft(application)
    if queries.payment_for(application) is not None:
        raise NotADraft
    person = application.person
    if person is None or not is_up_to_date(application, offered):
        raise NotComplete
    held = queries.live_membership(by.id, offered.plan.id, person.identity_hash)
    if held is not None:
        raise LiveMembership(held.ref)
    yes = queries.answered_yes(application)
    reasons = queries.reasons_against(person, offered, account_id=by.id, on=day_of(at), answered_yes=yes)
    if reasons:
        raise MayNotJoin(reasons)
    complete = queries.is_declared(application, offered.member) and queries.is_agreed(application)
    if not complete or amount_fen < offered.pool.join_least_fen:
        raise NotComplete
    payments.ask(amount_fen, account_id=by.id, application=application, at=at)


def _hold_draft(application: Application) -> None:
    """Keep the row for this transaction while it was not sent yet; raises `NotADraft` when it was sent meanwhile."""
    held = db.session.execute(
        update(Application)
        .where(Application.id == application.id, Application.state.in_(UNSENT))
        .values(state=Application.state)
        .execution_options(synchronize_session=False)
    )
    if held.rowcount != 1:  # type: ignore[attr-defined]
        raise NotADraft


def _said(words: Words, language: str) -> str:
    return words.zh if language == "zh" else words.en
