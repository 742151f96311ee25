"""Which corrections there are, and for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select, update

from app.db import db
from app.models import CorrectionPaper, Person, PersonCorrection

_LATELY: Final = 20


def by_ref(ref: str) -> PersonCorrection | None:
    """The correction of this reference."""
    return db.session.scalar(select(PersonCorrection).where(PersonCorrection.ref == ref))


def waiting_of(person: Person) -> PersonCorrection | None:
    """What waits for an answer about this person."""
    return db.session.scalar(
        select(PersonCorrection).where(PersonCorrection.person_id == person.id, PersonCorrection.state == "asked")
    )


def waiting(*, but_not_of: int) -> Sequence[PersonCorrection]:
    """What waits, longest first; nothing of the own account."""
    return db.session.scalars(
        select(PersonCorrection)
        .where(PersonCorrection.state == "asked", PersonCorrection.account_id != but_not_of)
        .order_by(PersonCorrection.asked_at, PersonCorrection.id)
    ).all()


def answered_lately(*, but_not_of: int) -> Sequence[PersonCorrection]:
    """What caseworkers answered last."""
    return db.session.scalars(
        select(PersonCorrection)
        .where(PersonCorrection.decided_by.is_not(None), PersonCorrection.account_id != but_not_of)
        .order_by(PersonCorrection.id.desc())
        .limit(_LATELY)
    ).all()


def of_account(account_id: int) -> Sequence[PersonCorrection]:
    """The corrections of an account, newest first."""
    return db.session.scalars(
        select(PersonCorrection).where(PersonCorrection.account_id == account_id).order_by(PersonCorrection.id.desc())
    ).all()


def paper_of(row: PersonCorrection, ref: str) -> CorrectionPaper | None:
    """A document of it."""
    return next((paper for paper in row.papers if paper.ref == ref), None)


def erase(account_id: int, *, at: dt.datetime) -> None:
    """The account is closed: both values, reasons and documents go; that there were corrections stays."""
    mine = select(PersonCorrection.id).where(PersonCorrection.account_id == account_id)
    options = {"synchronize_session": False}
    db.session.execute(
        update(CorrectionPaper)
        .where(CorrectionPaper.correction_id.in_(mine), CorrectionPaper.removed_at.is_(None))
        .values(wrapped_key=b"", removed_at=at)
        .execution_options(**options)
    )
    db.session.execute(
        update(PersonCorrection)
        .where(PersonCorrection.account_id == account_id)
        .values(before_sealed=None, after_sealed=None, reason_sealed=None)
        .execution_options(**options)
    )
