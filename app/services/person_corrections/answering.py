"""A correction is answered by a caseworker who has opened every document of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, update

from app.db import db
from app.domain.eligibility import joining_days
from app.models import Account, Audit, Membership, Person, PersonCorrection
from app.services import ages, audit, evidence, messages
from app.services.person_corrections.asking import answer
from app.services.person_corrections.values import (
    CorrectionAnswered,
    OnlyToRefuse,
    OwnCorrection,
    PapersUnopened,
    ReasonNeeded,
    Value,
    after_of,
    hash_of,
    is_in_account,
    write,
)

_LIVE: Final = ("pending", "sharing")


@dataclass(frozen=True, slots=True)
class Effect:
    """What another birth date changes for one live membership."""

    membership: Membership
    age_out_on: dt.date | None
    differs: bool
    """Another day than before."""
    outside_entry_age: bool
    """By this birth date the person could not have joined on the day it did."""


def accept(row: PersonCorrection, *, by: Account, at: dt.datetime) -> tuple[Effect, ...]:
    """The documents show it: the person is corrected; what that changed for the memberships.

    Raises `OwnCorrection`, `PapersUnopened`, `OnlyToRefuse` and `CorrectionAnswered`.
    """
    _check_may_answer(row, by)
    if row.state != "asked":
        raise CorrectionAnswered(row.state)
    left = unopened(row, by=by)
    if left:
        raise PapersUnopened(left)
    person = db.session.get_one(Person, row.person_id, with_for_update=True, populate_existing=True)
    if can_only_be_refused(row):
        raise OnlyToRefuse
    after = _after(row)
    changed = effects(row)
    answer(row, "accepted", by=by.id, reason="", at=at)
    write(person, after)
    _hash_of_memberships(person)
    for effect in changed:
        if effect.differs:
            effect.membership.age_out_on = effect.age_out_on
    db.session.flush()
    audit.note("accept-correction", "correction", row.ref, by=by.id, role="caseworker", at=at, detail=row.fields)
    days = [
        [effect.membership.ref, effect.age_out_on.isoformat() if effect.age_out_on else ""]
        for effect in changed
        if effect.differs
    ]
    messages.tell(
        row.account_id, "correction-accepted", key=f"correction:{row.ref}", at=at, correction=row.ref, days=days
    )
    return changed


def refuse(row: PersonCorrection, reason: str, *, by: Account, at: dt.datetime) -> None:
    """The documents do not show it. Whoever asked reads why, unless the reason would tell of somebody else.

    Raises `OwnCorrection`, `ReasonNeeded` and `CorrectionAnswered`.
    """
    _check_may_answer(row, by)
    kept = "" if row.state == "asked" and can_only_be_refused(row) else reason.strip()
    if not kept and not can_only_be_refused(row):
        raise ReasonNeeded
    answer(row, "refused", by=by.id, reason=kept, at=at)
    audit.note("refuse-correction", "correction", row.ref, by=by.id, role="caseworker", at=at)
    messages.tell(row.account_id, "correction-refused", key=f"correction:{row.ref}", at=at, correction=row.ref)


def effects(row: PersonCorrection) -> tuple[Effect, ...]:
    """What the birth date that is asked for changes for the live memberships of the person."""
    if "birth" not in row.fields.split(","):
        return ()
    birth_on = _after(row).birth_on
    found = []
    for membership in _memberships(row.person_id):
        terms = ages.terms_of(membership.member_terms_id)
        day, may_join = ages.age_out_day(birth_on, terms), joining_days(birth_on, terms)
        outside = membership.moved_from_id is None and not (
            may_join.from_day <= membership.joined_on <= may_join.until_day
        )
        found.append(Effect(membership, day, day != membership.age_out_on, outside))
    return tuple(found)


def can_only_be_refused(row: PersonCorrection) -> bool:
    """Whether a live membership of the same plan has the document, somebody of the account, or the person is gone."""
    if row.person.account_id != row.account_id:
        return True
    if "document" not in row.fields.split(",") or row.after_sealed is None:
        return False
    identity_hash = hash_of(_after(row))
    plans = [membership.plan_id for membership in _memberships(row.person_id)]
    taken = db.session.scalar(
        select(Membership.id)
        .where(
            Membership.identity_hash == identity_hash,
            Membership.plan_id.in_(plans),
            Membership.state.in_(_LIVE),
            Membership.person_id != row.person_id,
        )
        .limit(1)
    )
    return taken is not None or is_in_account(row.person, identity_hash)


def unopened(row: PersonCorrection, *, by: Account) -> int:
    """How many documents of it this caseworker has not opened; the audit trail knows every look."""
    refs = {paper.ref for paper in row.papers}
    opened = select(Audit.about_ref).where(
        Audit.about_kind == "evidence",
        Audit.about_ref.in_(refs),
        Audit.account_id == by.id,
        Audit.deed.in_(evidence.OPENINGS),
    )
    return len(refs - set(db.session.scalars(opened)))


def _check_may_answer(row: PersonCorrection, by: Account) -> None:
    if by.id in {row.account_id, row.person.account_id}:
        raise OwnCorrection


def _after(row: PersonCorrection) -> Value:
    found = after_of(row)
    if found is None:
        raise CorrectionAnswered(row.state)
    return found


def _memberships(person_id: int) -> Sequence[Membership]:
    """The live memberships of a person."""
    return db.session.scalars(
        select(Membership).where(Membership.person_id == person_id, Membership.state.in_(_LIVE)).order_by(Membership.id)
    ).all()


def _hash_of_memberships(person: Person) -> None:
    """Every membership of the person, ended ones too, is found by the same document again."""
    db.session.flush()
    db.session.execute(
        update(Membership)
        .where(Membership.person_id == person.id)
        .values(identity_hash=person.identity_hash)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
