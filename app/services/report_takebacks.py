"""The confirmation of a relative's report is taken back: the proof was false, or somebody else is nearer.

The death stays known, unless the person lives (`restoring`). What ends is the standing of whoever reported: that
account files for nobody by this report any more, its claims return to where the membership is, the accounts it named
for them are forgotten, and what was owed to the account it named and has not left is owed the ordinary way, until the
next relative is confirmed. A whole account that went over is not brought back here.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update

from app.db import db
from app.models import Audit, Membership, Refund, Report
from app.services import audit, filing, messages, payees, report_checks, restoring


class NothingToTakeBack(Exception):
    """The report was never confirmed, or its confirmation was taken back already."""


class AccountWentOver(Exception):
    """With this report a whole account was handed over."""


class WhoConfirmed(PermissionError):
    """Whoever confirmed the report, or is concerned by it, does not take the confirmation back."""


class ReasonMissing(ValueError):
    """A confirmation is taken back for a reason that the relative reads."""


def may_be(report: Report) -> bool:
    """Whether the confirmation of a report can be taken back at all."""
    stands = report.state == "confirmed" and report.revoked_at is None
    return (stands or restoring.is_possible(report)) and not went_over(report)


def went_over(report: Report) -> bool:
    """Whether an account was handed over with this report; the trail knows."""
    handed = select(Audit.id).where(Audit.deed == "hand-over", Audit.detail == f"report {report.ref}").limit(1)
    return db.session.scalar(handed) is not None


def take_back(report: Report, reason: str, *, lives: bool = False, by: int, at: dt.datetime) -> None:
    """End the standing of whoever reported. The relative is told why.

    With `lives` nobody has died at all: memberships go on or begin again (`restoring`), also when only the standing was
    taken back before. Raises `ReasonMissing`, `NothingToTakeBack`, `AccountWentOver`, `WhoConfirmed` and
    `restoring.NobodyDied`.
    """
    if not reason.strip():
        raise ReasonMissing
    if went_over(report):
        raise AccountWentOver
    if by == report.decided_by or report_checks.is_concerned(report, report_checks.known(report), by=by):
        raise WhoConfirmed
    if report.revoked_at is None or not lives:
        _end_the_standing(report, reason, by=by, at=at)
    if lives:
        restoring.who_lives(report, by=by, at=at)


def _end_the_standing(report: Report, reason: str, *, by: int, at: dt.datetime) -> None:
    changed = db.session.execute(
        update(Report)
        .where(Report.id == report.id, Report.state == "confirmed", Report.revoked_at.is_(None))
        .values(revoked_at=at, revoked_by=by, revoked_reason=reason.strip())
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise NothingToTakeBack
    db.session.refresh(report)
    for claim in filing.take_back(report, at=at):
        payees.forget(claim, named_by=report.account_id, reason=reason.strip(), by=by, at=at)
    _owe_the_ordinary_way(report)
    audit.note("take-back-confirmation", "report", report.ref, by=by, role="caseworker", at=at)
    messages.tell(
        report.account_id, "report-taken-back", key=f"report-taken-back:{report.ref}", at=at, report=report.ref,
        reason=reason.strip(),
    )  # fmt: skip


def _owe_the_ordinary_way(report: Report) -> None:
    """Balances that wait for the account this relative named are owed to whoever paid; what has left is on its way."""
    about = select(Membership.id).where(Membership.identity_hash == report.identity_hash)
    waiting = select(Refund).where(
        Refund.membership_id.in_(about), Refund.state.in_(("due", "returned")), Refund.account_id == report.account_id
    )
    for refund in db.session.scalars(waiting.with_for_update(of=Refund)).all():
        membership = db.session.get_one(Membership, refund.membership_id)
        refund.account_id, refund.payee_sealed = membership.account_id, None
    db.session.flush()
