"""Who may make and follow a claim: the owner of the membership, or a relative whose proof was confirmed.

Every claim is with one account (`Claim.account_id`), and that account may do everything with it; a trigger keeps that
it is one of these two. After a confirmed death the claims of the dead go on with the relative. When that confirmation
is taken back, they return to where the membership is, and wait there for the next relative.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select, update

from app.db import db
from app.domain import filers
from app.domain.filers import Capacity
from app.models import Account, Claim, Membership, Person, Report
from app.services import audit, handing_over, messages


class NobodyMayFile(Exception):
    """The person has died, and no relative's proof stands for this account."""


class FiledByAnother(Exception):
    """Somebody else who may file has begun a claim on this membership, or for this event, already."""


class NotYourCapacity(Exception):
    """The account does not make this claim in that capacity."""


def standing() -> ColumnElement[bool]:
    """The condition on reports by which whoever made them may file: confirmed, and not taken back since."""
    return (Report.state == "confirmed") & Report.revoked_at.is_(None)


def claims_of(account: Account) -> Sequence[Claim]:
    """All claims that are with this account, the newest first."""
    return db.session.scalars(
        select(Claim).where(Claim.account_id == account.id).order_by(Claim.created_at.desc(), Claim.id.desc())
    ).all()


def claim_of(account: Account, ref: str) -> Claim | None:
    """The claim with this reference, when it is with this account."""
    return db.session.scalar(select(Claim).where(Claim.ref == ref, Claim.account_id == account.id))


def memberships_of(account: Account) -> Sequence[Membership]:
    """All memberships the account may file for, ended ones too: an event may lie before the end."""
    found = db.session.scalars(
        select(Membership).where(_in_reach(account)).order_by(Membership.joined_at, Membership.id)
    ).all()
    reported = set(db.session.scalars(select(Report.identity_hash).where(Report.account_id == account.id, standing())))
    return [one for one in found if _may_file(one, account, by_report=one.identity_hash in reported)]


def membership_of(account: Account, ref: str) -> Membership | None:
    """The membership with this reference, when the account owns it or stands for its person by a report."""
    return db.session.scalar(select(Membership).where(Membership.ref == ref, _in_reach(account)))


def _in_reach(account: Account) -> ColumnElement[bool]:
    reported = select(Report.identity_hash).where(Report.account_id == account.id, standing())
    return or_(Membership.account_id == account.id, Membership.identity_hash.in_(reported))


def report_behind(membership: Membership, account: Account) -> Report | None:
    """The confirmed report about this person by which the account may file; None when there is none."""
    return db.session.scalar(
        select(Report)
        .where(Report.account_id == account.id, Report.identity_hash == membership.identity_hash, standing())
        .order_by(Report.kind, Report.id)
        .limit(1)
    )


def may_file(membership: Membership, account: Account) -> bool:
    """Whether the account may make a claim on this membership."""
    return _may_file(membership, account, by_report=report_behind(membership, account) is not None)


def _may_file(membership: Membership, account: Account, *, by_report: bool) -> bool:
    return filers.may_file(
        membership.person.relation,
        died_on=membership.person.died_on,
        is_owner=membership.account_id == account.id,
        by_report=by_report,
    )


def capacities_of(membership: Membership, account: Account, *, on: dt.date) -> tuple[Capacity, ...]:
    """In which capacities the account makes a claim on this membership on a day; several when it says which."""
    person = membership.person
    return filers.capacities(
        person.relation,
        birth_on=person.birth_on,
        died_on=person.died_on,
        by_report=report_behind(membership, account) is not None,
        on=on,
    )


def file_as(claim: Claim, capacity: str, *, by: Account, on: dt.date) -> None:
    """Write down in which capacity a claim is made. Raises `NotYourCapacity`."""
    if capacity not in capacities_of(claim.membership, by, on=on):
        raise NotYourCapacity
    report = report_behind(claim.membership, by) if capacity == "relative" else None
    claim.filer, claim.filer_report_id = capacity, report.id if report else None
    db.session.flush()


def begin_as(claim: Claim, membership: Membership, *, by: Account, on: dt.date) -> None:
    """The capacity of a new draft, where it follows from what is known; where not, it is asked for.

    Raises `NobodyMayFile`.
    """
    if not may_file(membership, by):
        raise NobodyMayFile
    possible = capacities_of(membership, by, on=on)
    report = report_behind(membership, by)
    claim.filer = possible[0] if len(possible) == 1 else None
    claim.filer_report_id = report.id if report is not None else None


def check_capacity(claim: Claim, *, by: Account, on: dt.date) -> None:
    """Before it is handed in: what was said of who files still holds. Raises `NobodyMayFile` and `NotYourCapacity`."""
    if not may_file(claim.membership, by):
        raise NobodyMayFile
    if claim.filer not in capacities_of(claim.membership, by, on=on):
        raise NotYourCapacity


def waits_for_relative(claim: Claim) -> bool:
    """Whether a claim is nobody's to go on with: its person has died, and it is still with that person's account."""
    person = claim.membership.person
    at_home = claim.account_id == claim.membership.account_id
    return at_home and person.relation == "self" and person.died_on is not None


def go_on_with(report: Report, memberships: Sequence[Membership], *, at: dt.datetime) -> list[Claim]:
    """After a confirmed death: the claims that wait in the dead person's own account go on with the relative.

    Drafts too, with their documents. The relative is told of each. Returns them.
    """
    carried = []
    for membership in memberships:
        if membership.account_id == report.account_id or membership.person.relation != "self":
            continue
        for claim in _open_claims(membership, membership.account_id):
            _give(claim, report.account_id, filer="relative", report=report, at=at)
            messages.tell(report.account_id, "claim-goes-on", key=f"claim-goes-on:{claim.ref}:{report.ref}", at=at,
                          claim=claim.ref)  # fmt: skip
            carried.append(claim)
    return carried


def rest_on(report: Report) -> None:
    """After an account was handed over: its claims about the reported person are made by a relative from now on."""
    about = select(Membership.id).where(
        Membership.identity_hash == report.identity_hash, Membership.account_id == report.account_id
    )
    db.session.execute(
        update(Claim)
        .where(
            Claim.membership_id.in_(about),
            Claim.account_id == report.account_id,
            Claim.state.in_(filers.GOES_ON_FROM),
        )
        .values(filer="relative", filer_report_id=report.id)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()


def take_back(report: Report, *, at: dt.datetime) -> list[Claim]:
    """The confirmation of a report was taken back: what was filed by it returns to where the membership is."""
    resting = db.session.scalars(select(Claim).where(Claim.filer_report_id == report.id).order_by(Claim.id)).all()
    for claim in resting:
        _give(claim, claim.membership.account_id, filer="relative", report=None, at=at)
    return list(resting)


def _open_claims(membership: Membership, account_id: int) -> Sequence[Claim]:
    return db.session.scalars(
        select(Claim)
        .where(
            Claim.membership_id == membership.id, Claim.account_id == account_id, Claim.state.in_(filers.GOES_ON_FROM)
        )
        .order_by(Claim.id)
        .with_for_update(of=Claim)
    ).all()


def _give(claim: Claim, to: int, *, filer: Capacity, report: Report | None, at: dt.datetime) -> None:
    """One claim goes to an account, with the notices about it; in one statement, so that the trigger sees both."""
    before = claim.account_id
    db.session.execute(
        update(Claim)
        .where(Claim.id == claim.id)
        .values(account_id=to, filer=filer, filer_report_id=report.id if report else None)
        .execution_options(synchronize_session=False)
    )
    handing_over.notices_follow(claim, before, to)
    db.session.refresh(claim)
    detail = f"report {report.ref}" if report else "no report stands"
    audit.note("hand-over-claim", "claim", claim.ref, by=None, role="system", at=at, detail=detail)


def owner_died_on(claim: Claim) -> dt.date | None:
    """The day the person of this claim died, when that person's own account owns the membership; else None."""
    person: Person = claim.membership.person
    return person.died_on if person.relation == "self" else None
