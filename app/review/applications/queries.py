"""What the desk of applications asks: which wait, who applies, and what stands against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from app.db import db
from app.domain.calendar import completed_years
from app.domain.eligibility import Reason, Yes, may_join
from app.domain.masking import document_masked
from app.domain.terms import Rules
from app.models import Account, Application, Membership, Plan, SuspenseItem
from app.models.application import UNSENT
from app.services import joining, rulebook, vault
from app.services.days import day_of

A_PAGE: Final = 50
_LATELY: Final = 20


@dataclass(frozen=True, slots=True)
class Opened:
    """One application as the caseworker reads it."""

    application: Application
    rules: Rules
    name: str
    document: str
    """The number with stars in its middle."""
    age: int
    item: SuspenseItem | None
    """The first top-up, kept apart."""
    elsewhere: Membership | None
    """The membership this person has in this plan already: then it can only be refused."""
    against: tuple[Reason, ...]
    """Why the age does not allow joining any more."""

    @property
    def may_accept(self) -> bool:
        """Whether the membership may begin."""
        return self.application.state == "to_be_checked" and self.elsewhere is None and not self.against


def waiting(*, by: Account, on: dt.date) -> list[tuple[Application, int]]:
    """The applications that wait, oldest first, each with the days it has waited; none of the own account."""
    found = db.session.scalars(
        select(Application)
        .where(Application.state == "to_be_checked", Application.account_id != by.id)
        .order_by(Application.created_at, Application.id)
        .limit(A_PAGE)
    ).all()
    return [(one, (on - day_of(one.created_at)).days) for one in found]


def count_waiting(*, by: Account) -> int:
    """How many applications wait."""
    waits = (Application.state == "to_be_checked", Application.account_id != by.id)
    return db.session.scalar(select(func.count(Application.id)).where(*waits)) or 0


def decided_lately(*, by: Account) -> Sequence[Application]:
    """The last ones that were looked at, newest first."""
    looked_at = select(SuspenseItem.id).where(SuspenseItem.payment.has(application_id=Application.id))
    return db.session.scalars(
        select(Application)
        .where(Application.state.in_(("accepted", "refused")), Application.account_id != by.id, looked_at.exists())
        .order_by(Application.decided_at.desc())
        .limit(_LATELY)
    ).all()


def application(ref: str) -> Application | None:
    """An application that was sent, by its reference."""
    return db.session.scalar(select(Application).where(Application.ref == ref, Application.state.not_in(UNSENT)))


def opened(found: Application, *, on: dt.date) -> Opened:
    """Everything the page of one application shows."""
    person = found.person
    if person is None:
        raise LookupError(f"application {found.ref} was sent before it names a person")
    rules = rulebook.rules_of(found.member_terms.version)
    terms = rules.member
    verdict = may_join(person.birth_on, on, terms, member_of=(terms.prerequisite,) if terms.prerequisite else ())
    return Opened(
        application=found,
        rules=rules,
        name=vault.unseal(person.name_sealed, purpose="person.name"),
        document=document_masked(vault.unseal(person.document_sealed, purpose="person.document")),
        age=completed_years(person.birth_on, on),
        item=joining.held_for(found),
        elsewhere=joining.member_elsewhere(found) if found.state == "to_be_checked" else None,
        against=() if isinstance(verdict, Yes) else verdict,
    )


def plan_rules(*, on: dt.date) -> dict[int, Rules]:
    """The rules of every plan as they hold today, by its number."""
    plans = db.session.scalars(select(Plan)).all()
    return {plan.id: rulebook.rules_of(rulebook.version_on(plan.id, on)) for plan in plans}
