"""What somebody asks about the people of the own account, and about corrections of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.db import db
from app.domain.masking import document_masked
from app.domain.places import place_name
from app.domain.terms import Words
from app.models import Account, Person, PersonCorrection
from app.services.person_corrections import finding, values
from app.services.person_corrections.values import Value

A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a person: what stood there and what shall stand there; a number with stars in its middle."""

    field: str
    before: object
    after: object


def people(account: Account) -> Sequence[tuple[Person, Value, str, Words, PersonCorrection | None]]:
    """The people of the account, each with what is kept, the number masked, and what waits for an answer."""
    rows = db.session.scalars(
        select(Person).where(Person.account_id == account.id).order_by(Person.id).limit(A_PAGE)
    ).all()
    return [
        (row, now, document_masked(now.number), place_name(now.province), finding.waiting_of(row))
        for row in rows
        for now in (values.present(row),)
    ]


def person(account: Account, ref: str) -> Person | None:
    """A person of this account."""
    return db.session.scalar(select(Person).where(Person.account_id == account.id, Person.ref == ref))


def corrections(account: Account) -> Sequence[PersonCorrection]:
    """The corrections of this account, newest first."""
    return finding.of_account(account.id)


def correction(account: Account, ref: str) -> PersonCorrection | None:
    """One of them."""
    found = finding.by_ref(ref)
    return found if found is not None and found.account_id == account.id else None


def reason(row: PersonCorrection) -> str:
    """Why not; empty for a reason that is not told."""
    return values.reason_of(row)


def lines(row: PersonCorrection) -> list[Line]:
    """What it corrects; nothing once it was erased."""
    return [Line(*line) for line in values.compared(row)]
