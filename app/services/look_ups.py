"""Looking a member up: by an exact address, reference or document, for a reason; and whoever is found can see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, Literal

from sqlalchemy import Select, or_, select

from app.db import db
from app.domain.references import as_written
from app.models import Account, Claim, LookUp, Membership, Payment, Person
from app.services import audit, vault

Kind = Literal["e-mail", "reference", "document"]
KINDS: Final[tuple[Kind, ...]] = ("e-mail", "reference", "document")
LEAST_REASON: Final = 10
"""A reason is a sentence, not a word."""
_REASON: Final = "look-up.reason"
_LATELY: Final = 50


def look_up(  # noqa: PLR0913 -- what is sought how, why, by whom in which role, when
    kind: Kind, sought: str, reason: str, *, by: Account, role: str, at: dt.datetime, document_type: str = ""
) -> Sequence[Account]:
    """Find accounts, and write down that somebody looked: also when nobody was found.

    `sought` is a whole address, a reference of a membership, claim or payment, or a document number in its canonical
    form; what was sought is not kept.
    """
    found = db.session.scalars(
        select(Account)
        .where(Account.id.in_(_accounts(kind, sought, document_type)), Account.closed_at.is_(None))
        .order_by(Account.id)
    ).all()
    row = LookUp(
        kind=kind, by=by.id, role=role, at=at, reason_sealed=vault.seal(reason, purpose=_REASON), hits=len(found)
    )
    db.session.add(row)
    db.session.flush()
    audit.note("look-up", "look-up", row.ref, by=by.id, role=role, at=at, detail=f"{kind}, {len(found)} found")
    for account in found:
        audit.note(
            "member.looked_up", "account", account.ref, by=by.id, role=role, at=at, detail=f"look-up {row.ref}, {kind}"
        )
    return found


def _accounts(kind: Kind, sought: str, document_type: str) -> Select[int]:
    if kind == "e-mail":
        return select(Account.id).where(Account.email == sought.lower(), Account.email_confirmed_at.is_not(None))
    if kind == "document":
        return select(Person.account_id).where(Person.identity_hash == vault.keyed_hash(document_type, sought))
    ref = as_written(sought)
    return select(Account.id).where(
        or_(
            Account.id.in_(select(Membership.account_id).where(Membership.ref == ref)),
            Account.id.in_(select(Claim.account_id).where(Claim.ref == ref)),
            Account.id.in_(
                select(Payment.account_id).where(or_(Payment.ref == ref, Payment.reference == sought.strip()))
            ),
        )
    )


def lately(*, by: Account | None) -> Sequence[tuple[LookUp, str, str]]:
    """The last look-ups of one of the staff, or of everybody: each with its reason and the name of who looked."""
    wanted = select(LookUp, Account.name).join(Account, LookUp.by == Account.id).order_by(LookUp.id.desc())
    if by is not None:
        wanted = wanted.where(LookUp.by == by.id)
    rows = db.session.execute(wanted.limit(_LATELY)).all()
    return [(row, vault.unseal(row.reason_sealed, purpose=_REASON), name) for row, name in rows]
