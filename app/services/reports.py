"""What relatives report: a death, or somebody who cannot look after an account any more.

Whoever reports reads the same words whether the person is known here or not. A caseworker compares the proof. Once
confirmed, a death ends every membership of the person at its boundary, with the shares charged since credited back and
the balance owed to the named account; and where the person looked after others, these can go over to the relative.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, update

from app.db import canonical_json, db
from app.models import Account, Evidence, Membership, Report
from app.services import (
    audit,
    counters,
    deaths,
    departures,
    ending,
    filing,
    handing_over,
    heirs,
    leaving,
    messages,
    refunds,
    report_checks,
    sessions,
    vault,
)

NAME: Final = "report.name"
DOCUMENT: Final = "report.document"
PROOF: Final = "proof-of-report"
MOST_PROOFS: Final = 5
_LIVE: Final = ("pending", "sharing")
_SEEN_FROM_THERE: Final = {"spouse": "spouse", "child": "parent", "parent": "child"}
"""What the person is to whoever reports, by what that one is to the person."""


class ReportedAlready(Exception):
    """This account has reported the same, and it waits for its answer."""


class ProofMissing(Exception):
    """A report needs at least one document."""


class ReportAnswered(Exception):
    """Somebody has answered the report already; `state` says how."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the report is {state}")
        self.state = state


@dataclass(frozen=True, slots=True)
class Payee:
    """Where balances of a person who has died go."""

    holder: str
    bank: str
    number: str


@dataclass(frozen=True, slots=True)
class Told:
    """A report as it was made; `number` in its canonical form."""

    kind: str
    relation: str
    name: str
    document_type: str
    number: str
    happened_on: dt.date
    takes_over: bool
    payee: Payee | None


def make(told: Told, proofs: Sequence[tuple[Evidence, str]], *, by: Account, at: dt.datetime) -> Report:
    """Keep a report with its proofs (from `evidence.take_in`). Raises `ProofMissing` and `ReportedAlready`."""
    if not proofs:
        raise ProofMissing
    identity_hash = vault.keyed_hash(told.document_type, told.number)
    twice = select(Report.id).where(
        Report.account_id == by.id,
        Report.identity_hash == identity_hash,
        Report.kind == told.kind,
        Report.state == "reported",
    )
    if db.session.scalar(twice) is not None:
        raise ReportedAlready
    report = Report(
        account_id=by.id,
        kind=told.kind,
        relation=told.relation,
        name_sealed=vault.seal(told.name, purpose=NAME),
        document_type=told.document_type,
        document_sealed=vault.seal(told.number, purpose=DOCUMENT),
        identity_hash=identity_hash,
        happened_on=told.happened_on,
        takes_over=told.takes_over or told.kind == "incapacity",
        payee_sealed=_sealed_payee(told.payee),
        reported_at=at,
    )
    db.session.add(report)
    db.session.flush()
    for row, carries in proofs:
        row.report_id = report.id
        db.session.add(row)
        db.session.flush()
        detail = f"report {report.ref}" + (f"; carries {carries}" if carries else "")
        audit.note("evidence.received", "evidence", row.ref, by=by.id, role="member", at=at, detail=detail)
    audit.note(f"report-{told.kind}", "report", report.ref, by=by.id, role="member", at=at)
    messages.tell(by.id, "report-received", key=f"report:{report.ref}", at=at, report=report.ref, about=told.kind)
    return report


def _sealed_payee(payee: Payee | None) -> bytes | None:
    if payee is None:
        return None
    told = canonical_json({"holder": payee.holder, "bank": payee.bank, "number": payee.number})
    return vault.seal(told, purpose=refunds.PAYEE)


def dismiss(report: Report, reason: str, *, by: int, at: dt.datetime) -> None:
    """Answer a report with no, and say why. Raises `ReportAnswered` and `report_checks.OwnReport`."""
    if report_checks.is_concerned(report, report_checks.known(report), by=by):
        raise report_checks.OwnReport
    _answer(report, "dismissed", reason, by=by, at=at)
    audit.note("dismiss-report", "report", report.ref, by=by, role="caseworker", at=at)
    messages.tell(
        report.account_id,
        "report-dismissed",
        key=f"report-answered:{report.ref}",
        at=at,
        report=report.ref,
        reason=reason,
    )


def propose(report: Report, *, by: int, at: dt.datetime) -> None:
    """The proof is sound, and a whole account would go over: another caseworker confirms it.

    Raises what `report_checks.check` raises, `report_checks.ProposedAlready`, and `ReportAnswered`; ValueError for a
    report that hands nothing over.
    """
    if not report.takes_over:
        raise ValueError("a report that hands nothing over needs no second caseworker")
    report_checks.check(report, report_checks.known(report), by=by)
    proposed = db.session.execute(
        update(Report)
        .where(Report.id == report.id, Report.state == "reported", Report.proposed_by.is_(None))
        .values(proposed_by=by, proposed_at=at)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(report)
    if proposed.rowcount != 1:  # type: ignore[attr-defined]
        raise report_checks.ProposedAlready if report.state == "reported" else ReportAnswered(report.state)
    audit.note("propose-report", "report", report.ref, by=by, role="caseworker", at=at)


def confirm(report: Report, *, by: int, at: dt.datetime, on_the_wall: dt.datetime) -> None:
    """The proof is sound: carry the report out. Sessions end `on_the_wall`.

    Raises `ReportAnswered` and what `report_checks.check` and `report_checks.check_second` raise.
    """
    db.session.refresh(report)
    if report.state != "reported":
        raise ReportAnswered(report.state)
    found = report_checks.known(report)
    report_checks.check(report, found, by=by)
    report_checks.check_second(report, by=by)
    _answer(report, "confirmed", "", by=by, at=at)
    if report.kind == "death":
        _carry_out_death(found, report, at=at)
    if report.takes_over:
        for account in found.owned:
            hand_over(account, report, at=at, on_the_wall=on_the_wall)
        filing.rest_on(report)
    elif report.kind == "death":
        filing.go_on_with(report, found.memberships, at=at)
    audit.note("confirm-report", "report", report.ref, by=by, role="caseworker", at=at)
    messages.tell(
        report.account_id,
        "report-confirmed",
        key=f"report-answered:{report.ref}",
        at=at,
        report=report.ref,
        about=report.kind,
        handed_over=report.takes_over and bool(found.owned),
    )


def _carry_out_death(found: report_checks.Known, report: Report, *, at: dt.datetime) -> None:
    for person in found.people:
        person.died_on = report.happened_on
    db.session.flush()
    for account in found.owned:
        departures.end_every_role(account, at=at)
    done: set[int] = set()
    # Whoever moved on to another plan while their pool was waited for has a newer membership by now.
    while left := [one for one in report_checks.known(report).memberships if one.id not in done]:
        for membership in sorted(left, key=lambda one: (one.pool_id, one.id)):
            _end(membership, at=at)
            done.add(membership.id)


def _answer(report: Report, state: str, reason: str, *, by: int, at: dt.datetime) -> None:
    changed = db.session.execute(
        update(Report)
        .where(Report.id == report.id, Report.state == "reported")
        .values(state=state, reason=reason, decided_at=at, decided_by=by)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(report)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise ReportAnswered(report.state)


def _end(membership: Membership, *, at: dt.datetime) -> None:
    """A live membership ends at its boundary; one that had ended gets its credit, and what it holds is owed now."""
    pool = counters.hold(membership.pool, alone=False)
    db.session.refresh(membership)
    if membership.state == "pending":
        leaving.end_pending(membership, pool, "died", at=at)
    elif membership.state == "sharing":
        ending.at_boundary(membership, "died")
        return
    deaths.credit(membership, pool, at=at)
    heirs.owe(membership, at=at)


def hand_over(account: Account, report: Report, *, at: dt.datetime, on_the_wall: dt.datetime) -> None:
    """Everything an account looks after goes to the account of whoever reported; sessions of the old one end.

    What goes, and what stays where it was, is said in `handing_over.everything`.
    """
    handing_over.everything(account, report.account_id, relation=_SEEN_FROM_THERE.get(report.relation, "member"))
    sessions.end_all(account, at=on_the_wall)
    audit.note("hand-over", "account", account.ref, by=None, role="system", at=at, detail=f"report {report.ref}")
    messages.tell(account.id, "handed-over", key=f"handed-over:{report.ref}:{account.ref}", at=at)


def waiting(*, but_not_of: int) -> Sequence[Report]:
    """The reports nobody has answered, longest first; none of the own account."""
    return db.session.scalars(
        select(Report)
        .where(Report.state == "reported", Report.account_id != but_not_of)
        .order_by(Report.reported_at, Report.id)
    ).all()
