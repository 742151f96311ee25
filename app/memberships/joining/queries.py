"""What joining asks: the plan as it is today, the family, the drafts, and whether it is possible."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.domain.eligibility import JoiningDays, Reason, Yes, births_admitted, may_join
from app.domain.masking import document_masked
from app.domain.terms import MemberTerms, PoolTerms, Rules, Words
from app.models import (
    Account,
    Application,
    Membership,
    Notice,
    Payment,
    Period,
    Person,
    Plan,
    RuleVersion,
)
from app.models.application import UNSENT
from app.services import closings, joining, notices, pools, prerequisites, rulebook, vault
from app.services.consents import AT_JOINING, ConsentText, at_joining
from app.services.ways_to_pay import Way, way_of

OPEN_APPLICATIONS = ("draft", "to_be_checked", "invited")
_MOST_PEOPLE = 30
_LIVE = ("pending", "sharing")


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan as somebody who joins today finds it."""

    plan: Plan
    version: RuleVersion
    rules: Rules

    @property
    def member(self) -> MemberTerms:
        """What the member agrees to."""
        return self.rules.member

    @property
    def pool(self) -> PoolTerms:
        """What holds for everybody who shares."""
        return self.rules.pool

    def births(self, on: dt.date) -> JoiningDays:
        """The first and the last birth date that are admitted on a day."""
        return births_admitted(on, self.member)


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the account, with the name opened and why joining is not possible, if it is not."""

    person: Person
    name: str
    number: str
    """The document number with stars in its middle (`document_masked`)."""


def offer(slug: str, *, on: dt.date) -> Offer | None:
    """The plan with the rules that hold today; None when there is no such plan or it has not opened yet."""
    plan = db.session.scalar(select(Plan).where(Plan.slug == slug))
    if plan is None or plan.opened_on > on:
        return None
    version = rulebook.version_on(plan.id, on)
    return Offer(plan, version, rulebook.rules_of(version))


def open_offer(slug: str, *, on: dt.date) -> Offer | None:
    """The same, while the plan takes members. Raises `PlanCloses` from the announcement of a closing on."""
    found = offer(slug, on=on)
    if found is not None:
        closings.check_open(found.plan)
    return found


def offers(*, on: dt.date) -> list[Offer]:
    """Every open plan, in the order of the catalogue."""
    plans = db.session.scalars(select(Plan).where(Plan.opened_on <= on).order_by(Plan.position)).all()
    found = []
    for plan in plans:
        version = rulebook.version_on(plan.id, on)
        found.append(Offer(plan, version, rulebook.rules_of(version)))
    return found


def plan_names(*, on: dt.date) -> dict[str, Words]:
    """What each plan is called today, by its slug."""
    return {one.plan.slug: one.rules.name for one in offers(on=on)}


def family(account: Account) -> list[Someone]:
    """The people this account has named one by one, in their order; those enrolled by list are not asked here."""
    people = db.session.scalars(
        select(Person)
        .where(Person.account_id == account.id, Person.relation != "member")
        .order_by(Person.id)
        .limit(_MOST_PEOPLE)
    ).all()
    return [someone(person) for person in people]


def someone(person: Person) -> Someone:
    """A person with the name opened and the number masked."""
    number = vault.unseal(person.document_sealed, purpose="person.document")
    return Someone(person, vault.unseal(person.name_sealed, purpose="person.name"), document_masked(number))


def person_of(account: Account, ref: str) -> Person | None:
    """A person of this account."""
    return db.session.scalar(select(Person).where(Person.account_id == account.id, Person.ref == ref))


def person_with_identity(account_id: int, identity_hash: bytes) -> Person | None:
    """The person of this account with this document."""
    return db.session.scalar(
        select(Person).where(Person.account_id == account_id, Person.identity_hash == identity_hash)
    )


def named_self(account_id: int) -> Person | None:
    """Whom the account named as its own owner."""
    return db.session.scalar(select(Person).where(Person.account_id == account_id, Person.relation == "self").limit(1))


def application_of(account: Account, slug: str, ref: str) -> Application | None:
    """An application of this account for this plan."""
    return db.session.scalar(
        select(Application)
        .join(Plan, Application.plan_id == Plan.id)
        .where(Application.account_id == account.id, Application.ref == ref, Plan.slug == slug)
    )


def open_application(account_id: int, plan_id: int, person_id: int) -> Application | None:
    """The application of this person for this plan that is not decided yet."""
    return db.session.scalar(
        select(Application).where(
            Application.account_id == account_id,
            Application.plan_id == plan_id,
            Application.person_id == person_id,
            Application.state.in_(OPEN_APPLICATIONS),
        )
    )


def drafts(account: Account, plan: Plan) -> list[tuple[Application, str]]:
    """The applications for this plan that were begun and not sent, each with the person's name."""
    rows = db.session.scalars(
        select(Application)
        .where(Application.account_id == account.id, Application.plan_id == plan.id, Application.state.in_(UNSENT))
        .order_by(Application.id)
        .limit(_MOST_PEOPLE)
    ).all()
    return [(row, someone(row.person).name) for row in rows if row.person is not None]


def live_membership(account_id: int, plan_id: int, identity_hash: bytes) -> Membership | None:
    """The membership this account has for this person in this plan. Those of other accounts are nobody's business."""
    return db.session.scalar(
        select(Membership).where(
            Membership.account_id == account_id,
            Membership.plan_id == plan_id,
            Membership.identity_hash == identity_hash,
            Membership.state.in_(_LIVE),
        )
    )


def membership_from(application: Application) -> Membership | None:
    """The membership an application became."""
    return db.session.scalar(select(Membership).where(Membership.application_id == application.id))


def payment_for(application: Application) -> Payment | None:
    """The payment that was asked for this application and has not failed."""
    return db.session.scalar(
        select(Payment)
        .where(Payment.application_id == application.id, Payment.state.in_(("asked", "received")))
        .order_by(Payment.id.desc())
        .limit(1)
    )


def awaited(application: Application) -> tuple[Payment | None, Way | None]:
    """The payment that was asked for this application, and how it is paid while it waits."""
    payment = payment_for(application)
    return payment, way_of(payment) if payment is not None else None


def certificate_of(membership: Membership) -> Notice | None:
    """The certificate of a membership."""
    return notices.notice_about("certificate", membership.id)


def lock_open_in(plan: Plan) -> Period | None:
    """The period that is locked now, so that who joins begins to share after it."""
    return pools.open_lock(joining.pool_of(plan.id).id)


def reasons_against(
    person: Person, offered: Offer, *, account_id: int, on: dt.date, answered_yes: tuple[str, ...] = ()
) -> tuple[Reason, ...]:
    """Why this person may not join this plan today; nothing when nothing speaks against it."""
    terms = offered.member
    verdict = may_join(
        person.birth_on,
        on,
        terms,
        member_of=plans_of(account_id, person.identity_hash),
        successors=prerequisites.successors(terms.prerequisite, on=on),
        answered_yes=answered_yes,
    )
    return () if isinstance(verdict, Yes) else verdict


def reasons_for(application: Application, offered: Offer, *, on: dt.date) -> tuple[Reason, ...]:
    """Why an application cannot go on today, its answers included; nothing when nothing speaks against it."""
    if application.person is None:
        raise LookupError("an application was asked about before it names a person")
    asked = {item.key for item in offered.member.declaration}
    yes = tuple(key for key in answered_yes(application) if key in asked)
    return reasons_against(application.person, offered, account_id=application.account_id, on=on, answered_yes=yes)


def answered_yes(application: Application) -> tuple[str, ...]:
    """The items of the declaration that were answered with yes."""
    return tuple(answer.item for answer in application.answers if answer.yes)


def is_declared(application: Application, terms: MemberTerms) -> bool:
    """Whether every question of the declaration has its answer."""
    return {item.key for item in terms.declaration} == {answer.item for answer in application.answers}


def consents_asked(application: Application, *, on: dt.date) -> tuple[ConsentText, ...]:
    """The consents this application needs; a guardian speaks for somebody who is under 18."""
    if application.person is None:
        raise LookupError("an application was asked about before it names a person")
    return at_joining(application.person.birth_on, on=on)


def is_agreed(application: Application) -> bool:
    """Whether every consent that joining needs was given and stands."""
    given = {consent.kind for consent in application.consents if consent.withdrawn_at is None}
    return {text.kind for text in AT_JOINING} <= given


def plans_of(account_id: int, identity_hash: bytes) -> set[str]:
    """The plans in which this account has a membership for this person."""
    return set(
        db.session.scalars(
            select(Plan.slug)
            .join(Membership, Membership.plan_id == Plan.id)
            .where(
                Membership.account_id == account_id,
                Membership.identity_hash == identity_hash,
                Membership.state.in_(_LIVE),
            )
        )
    )
