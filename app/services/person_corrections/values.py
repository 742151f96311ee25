"""What is kept of a person and can be corrected, and what is wrong when it cannot be."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.db import canonical_json, db
from app.domain.masking import document_masked
from app.domain.places import place_name
from app.models import Person, PersonCorrection
from app.services import vault

NEED_PROOF: Final = frozenset({"name", "birth", "document"})
_BEFORE, _AFTER, _REASON = "correction.before", "correction.after", "correction.reason"


class NothingDiffers(Exception):
    """What was asked for is what stands there."""


class ProofNeeded(Exception):
    """Name, birth date and document are corrected with a document that shows them."""


class CorrectionWaits(Exception):
    """A correction of this person waits for its answer already."""


class KnownHere(Exception):
    """Another person of the same account has this document."""


class CorrectionAnswered(Exception):
    """Somebody has answered it, or it was withdrawn; `state` says which."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the correction is {state}")
        self.state = state


class OwnCorrection(PermissionError):
    """The correction is about the caseworker's own account."""


class PapersUnopened(Exception):
    """This caseworker has not opened every document; `number` of them are left."""

    def __init__(self, number: int) -> None:
        super().__init__(f"{number} documents were not opened")
        self.number = number


class OnlyToRefuse(Exception):
    """A live membership of the same plan has this document, or the person has left the account."""


class ReasonNeeded(Exception):
    """A correction is refused with a reason that whoever asked can read."""


@dataclass(frozen=True, slots=True)
class Value:
    """What is kept of a person; `number` in its canonical form."""

    name: str
    birth_on: dt.date
    province: str
    document_type: str
    number: str


def present(person: Person) -> Value:
    """What stands there now."""
    return Value(
        name=vault.unseal(person.name_sealed, purpose="person.name"),
        birth_on=person.birth_on,
        province=person.province,
        document_type=person.document_type,
        number=vault.unseal(person.document_sealed, purpose="person.document"),
    )


def differing(before: Value, after: Value) -> tuple[str, ...]:
    """The fields that differ, of `name`, `birth`, `document` and `province`."""
    pairs = {
        "name": before.name != after.name,
        "birth": before.birth_on != after.birth_on,
        "document": (before.document_type, before.number) != (after.document_type, after.number),
        "province": before.province != after.province,
    }
    return tuple(field for field, differs in pairs.items() if differs)


def write(person: Person, after: Value) -> None:
    """Put it there, in the caller's transaction."""
    person.name_sealed = vault.seal(after.name, purpose="person.name")
    person.birth_on, person.province, person.document_type = after.birth_on, after.province, after.document_type
    person.document_sealed = vault.seal(after.number, purpose="person.document")
    person.identity_hash = hash_of(after)


def hash_of(value: Value) -> bytes:
    """The keyed hash of the document."""
    return vault.keyed_hash(value.document_type, value.number)


def sealed(before: Value, after: Value) -> tuple[bytes, bytes]:
    """Both, sealed for keeping."""
    return vault.seal(_written(before), purpose=_BEFORE), vault.seal(_written(after), purpose=_AFTER)


def before_of(row: PersonCorrection) -> Value | None:
    """What stood there; None once it was erased."""
    return _read(vault.unseal(row.before_sealed, purpose=_BEFORE)) if row.before_sealed else None


def after_of(row: PersonCorrection) -> Value | None:
    """What shall stand there; None once it was erased."""
    return _read(vault.unseal(row.after_sealed, purpose=_AFTER)) if row.after_sealed else None


def compared(row: PersonCorrection) -> list[tuple[str, object, object]]:
    """Field, what stood there, what shall stand there; a number with stars in its middle. Empty once it was erased."""
    before, after = before_of(row), after_of(row)
    if before is None or after is None:
        return []
    return [(field, _shown(before, field), _shown(after, field)) for field in row.fields.split(",")]


def sealed_reason(reason: str) -> bytes | None:
    """Why not, sealed; None for a reason that is not told."""
    return vault.seal(reason, purpose=_REASON) if reason else None


def reason_of(row: PersonCorrection) -> str:
    """Why not; empty for a reason that is not told."""
    return vault.unseal(row.reason_sealed, purpose=_REASON) if row.reason_sealed else ""


def is_in_account(person: Person, identity_hash: bytes) -> bool:
    """Whether another person of the same account has this document."""
    found = select(Person.id).where(
        Person.account_id == person.account_id, Person.identity_hash == identity_hash, Person.id != person.id
    )
    return db.session.scalar(found) is not None


def _shown(value: Value, field: str) -> object:
    shown: dict[str, object] = {
        "name": value.name,
        "birth": value.birth_on,
        "document": (value.document_type, document_masked(value.number)),
        "province": place_name(value.province),
    }
    return shown[field]


def _written(value: Value) -> str:
    return canonical_json(
        {
            "name": value.name,
            "birth_on": value.birth_on.isoformat(),
            "province": value.province,
            "document_type": value.document_type,
            "number": value.number,
        }
    )


def _read(text: str) -> Value:
    kept = json.loads(text)
    return Value(**{**kept, "birth_on": dt.date.fromisoformat(kept["birth_on"])})
