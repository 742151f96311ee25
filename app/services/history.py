"""Everything that was done to an account, and who looked at what is its own: read from the audit trail.

About an account are its own row, and whatever belongs to it: memberships, people, applications, claims and their
documents and bills, reports, payments, refunds, corrections, complaints, exports. Who did it is given as a role.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, func, or_, select, union_all

from app.db import db
from app.models import (
    Account,
    Application,
    Audit,
    Bill,
    Claim,
    Complaint,
    CorrectionPaper,
    DataExport,
    Evidence,
    Investigation,
    Membership,
    Payment,
    Person,
    PersonCorrection,
    Refund,
    Report,
    Rescission,
)
from app.services import evidence

Which = Literal["all", "looks", "mine", "others"]
WHICH: Final[tuple[Which, ...]] = ("all", "looks", "mine", "others")
LOOKS: Final = (
    *evidence.OPENINGS,
    "investigation.read",
    "report.opened",
    "complaint.opened",
    "correction.opened",
    "member.looked_up",
)
"""The deeds that only look."""
_OWN: Final = "member"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: when, what, by which role, about what. `by_me` says that this account did it itself."""

    id: int
    at: dt.datetime
    deed: str
    role: str
    about_kind: str
    about_ref: str
    by_me: bool


def entries(
    account: Account, *, which: Which = "all", before: int | None = None, most: int = 50
) -> tuple[Sequence[Entry], int | None]:
    """The latest lines older than the key `before`, newest first, and the key of the next page if there is one."""
    narrowed = [*_narrowed(account, which)]
    if before is not None:
        narrowed.append(Audit.id < before)
    parts = [
        select(select(Audit.id).where(*about, *narrowed).order_by(Audit.id.desc()).limit(most + 1).subquery().c.id)
        for about in _about(account)
    ]
    found = db.session.scalars(
        select(Audit).where(Audit.id.in_(union_all(*parts))).order_by(Audit.id.desc()).limit(most + 1)
    ).all()
    lines = [
        Entry(
            row.id, row.at, row.deed, row.role, row.about_kind, row.about_ref,
            by_me=row.account_id == account.id and row.role == _OWN,
        )
        for row in found[:most]
    ]  # fmt: skip
    return lines, lines[-1].id if len(found) > most else None


def looks_of_staff(account: Account) -> int:
    """How many looks at what is this account's own the audit trail knows."""
    parts = [select(Audit.id).where(*about, Audit.deed.in_(LOOKS), Audit.role != _OWN) for about in _about(account)]
    return db.session.scalar(select(func.count()).select_from(union_all(*parts).subquery())) or 0


def _narrowed(account: Account, which: Which) -> tuple[ColumnElement[bool], ...]:
    mine = (Audit.account_id == account.id) & (Audit.role == _OWN)
    if which == "looks":
        return (Audit.deed.in_(LOOKS), Audit.role != _OWN)
    if which == "mine":
        return (mine,)
    if which == "others":
        return (or_(Audit.account_id.is_(None), Audit.account_id != account.id, Audit.role != _OWN),)
    return ()


def _about(account: Account) -> list[tuple[ColumnElement[bool], ...]]:
    """The conditions of what is about this account, one for each kind of thing, so that each reads its own index."""
    claims = select(Claim.id).where(Claim.account_id == account.id)
    corrections = select(PersonCorrection.id).where(PersonCorrection.account_id == account.id)
    memberships = select(Membership.id).where(Membership.account_id == account.id)
    owned: list[tuple[str, Select[Any]]] = [
        ("membership", select(Membership.ref).where(Membership.account_id == account.id)),
        ("person", select(Person.ref).where(Person.account_id == account.id)),
        ("application", select(Application.ref).where(Application.account_id == account.id)),
        ("claim", select(Claim.ref).where(Claim.account_id == account.id)),
        ("evidence", select(Evidence.ref).where(Evidence.claim_id.in_(claims))),
        (
            "evidence",
            select(Evidence.ref).join(Report, Evidence.report_id == Report.id).where(Report.account_id == account.id),
        ),
        ("evidence", select(CorrectionPaper.ref).where(CorrectionPaper.correction_id.in_(corrections))),
        ("bill", select(Bill.ref).where(Bill.claim_id.in_(claims))),
        ("investigation", select(Investigation.ref).where(Investigation.claim_id.in_(claims))),
        ("rescission", select(Rescission.ref).where(Rescission.membership_id.in_(memberships))),
        ("report", select(Report.ref).where(Report.account_id == account.id)),
        ("payment", select(Payment.ref).where(Payment.account_id == account.id)),
        ("refund", select(Refund.ref).where(Refund.account_id == account.id)),
        ("complaint", select(Complaint.ref).where(Complaint.account_id == account.id)),
        ("correction", select(PersonCorrection.ref).where(PersonCorrection.account_id == account.id)),
        ("export", select(DataExport.ref).where(DataExport.account_id == account.id)),
    ]
    mine = {"account", *(kind for kind, _refs in owned)}
    return [
        (Audit.about_kind == "account", Audit.about_ref == account.ref),
        *((Audit.about_kind == kind, Audit.about_ref.in_(refs)) for kind, refs in owned),
        (Audit.account_id == account.id, Audit.role == _OWN, Audit.about_kind.not_in(mine)),
    ]
