"""What must hold before a report of a relative is carried out.

Whoever answers has opened every proof, is not concerned, and answers somebody who is still here. Where a whole account
goes over, one caseworker proposes it and another confirms it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.models import Account, Audit, Evidence, Membership, Person, Report
from app.services import evidence

_ROLE = "caseworker"


class UnknownPerson(Exception):
    """Nobody here has this document: there is nothing to confirm."""


class DeathKnown(Exception):
    """A report of the same death was confirmed already: its day and its payee stay."""


class ReporterGone(Exception):
    """The account that reported is closed, or its address is not confirmed: nothing may go to it."""


class OwnReport(PermissionError):
    """The report was made by, or is about, the caseworker's own account."""


class ProofsUnopened(Exception):
    """This caseworker has not opened every proof; `number` of them are left."""

    def __init__(self, number: int) -> None:
        super().__init__(f"{number} proofs were not opened")
        self.number = number


class NotProposed(Exception):
    """The report hands over a whole account, and nobody has proposed that yet."""


class ProposedAlready(Exception):
    """A caseworker has proposed to hand the account over already."""


class SameCaseworker(PermissionError):
    """Whoever proposed to hand an account over does not confirm it."""


@dataclass(frozen=True, slots=True)
class Known:
    """Who is known here by the reported document."""

    people: Sequence[Person]
    memberships: Sequence[Membership]
    owned: Sequence[Account]
    """The accounts this person opened for themselves; their people and memberships can be handed over."""


def known(report: Report) -> Known:
    """Who the report is about, in every account; empty when nobody here has this document."""
    people = db.session.scalars(
        select(Person).where(Person.identity_hash == report.identity_hash).order_by(Person.id)
    ).all()
    memberships = db.session.scalars(
        select(Membership).where(Membership.identity_hash == report.identity_hash).order_by(Membership.id)
    ).all()
    owners = [person.account_id for person in people if person.relation == "self"]
    owned = db.session.scalars(
        select(Account).where(Account.id.in_(owners), Account.id != report.account_id).order_by(Account.id)
    ).all()
    return Known(people, memberships, owned)


def proofs_of(report: Report) -> Sequence[Evidence]:
    """The documents of a report, in the order they came."""
    return db.session.scalars(select(Evidence).where(Evidence.report_id == report.id).order_by(Evidence.id)).all()


def is_concerned(report: Report, found: Known, *, by: int) -> bool:
    """Whether this account made the report, is about to be handed over, or looks after whom the report is about."""
    accounts = {report.account_id, *(account.id for account in found.owned)}
    accounts.update(person.account_id for person in found.people)
    accounts.update(membership.account_id for membership in found.memberships)
    return by in accounts


def unopened(report: Report, *, by: int) -> int:
    """How many proofs of the report this caseworker has not opened; the audit trail knows every look."""
    refs = {row.ref for row in proofs_of(report)}
    opened = select(Audit.about_ref).where(
        Audit.about_kind == "evidence",
        Audit.about_ref.in_(refs),
        Audit.account_id == by,
        Audit.role == _ROLE,
        Audit.deed.in_(evidence.OPENINGS),
    )
    return len(refs - set(db.session.scalars(opened)))


def check(report: Report, found: Known, *, by: int) -> None:
    """Whether `by` may carry it out.

    Raises `UnknownPerson`, `OwnReport`, `ReporterGone`, `DeathKnown` or `ProofsUnopened`.
    """
    if not found.people:
        raise UnknownPerson
    if is_concerned(report, found, by=by):
        raise OwnReport
    reporter = db.session.get_one(Account, report.account_id, populate_existing=True)
    if reporter.closed_at is not None or reporter.email_confirmed_at is None:
        raise ReporterGone
    if report.kind == "death":
        _check_not_known(report)
    left = unopened(report, by=by)
    if left:
        raise ProofsUnopened(left)


def _check_not_known(report: Report) -> None:
    """Two caseworkers meet at the person, so the later one sees what the first has confirmed. Raises `DeathKnown`."""
    of_person = select(Person.id).where(Person.identity_hash == report.identity_hash).order_by(Person.id)
    db.session.scalars(of_person.with_for_update(key_share=True)).all()
    confirmed = select(Report.id).where(
        Report.identity_hash == report.identity_hash,
        Report.kind == "death",
        Report.state == "confirmed",
        Report.revoked_at.is_(None),
    )
    if db.session.scalar(confirmed) is not None:
        raise DeathKnown


def check_second(report: Report, *, by: int) -> None:
    """Of a report that hands an account over: raises `NotProposed`, or `SameCaseworker` for whoever proposed it."""
    if not report.takes_over:
        return
    if report.proposed_by is None:
        raise NotProposed
    if report.proposed_by == by:
        raise SameCaseworker
