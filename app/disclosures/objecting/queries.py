"""What the form of an objection asks."""

from __future__ import annotations

from app.db import db
from app.models import Case, Objection
from app.services.visibility import SEEN


def case_to_object_to(ref: str) -> Case | None:
    """The case of this reference, whatever became of it since the public has seen it."""
    return db.session.scalar(db.select(Case).where(Case.ref == ref, Case.period.has(SEEN)))


def filed_by(sender_hash: bytes) -> int:
    """How many objections were filed under this hash of an address and a day."""
    counted = db.select(db.func.count(Objection.id)).where(Objection.sender_hash == sender_hash)
    return db.session.scalar(counted) or 0


def objection_of(ref: str) -> Objection | None:
    """The objection of this reference, whatever its case."""
    return db.session.scalar(db.select(Objection).where(Objection.ref == ref))


def objection(ref: str, *, case: str) -> Objection | None:
    """The objection of this reference to this case."""
    return db.session.scalar(db.select(Objection).where(Objection.ref == ref, Objection.case.has(Case.ref == case)))


def is_open(ref: str, *, case: str) -> bool:
    """Whether there is an objection of this reference to this case that nobody has answered yet."""
    found = objection(ref, case=case)
    return found is not None and found.state == "open"
