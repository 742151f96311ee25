"""Signals of a claim, found when somebody looks: each by one question over an index, and nothing of them is stored.

What is kept is only that a caseworker looked into one, with a note. What a signal is stands in app/domain/signals.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, literal, select

from app.db import db
from app.domain import signals
from app.domain.calendar import first_eligible_day
from app.domain.signals import Other, Signal
from app.models import Account, Claim, Evidence, Membership, RuleVersion, SignalNote
from app.services import audit, claim_file, evidence, hands, made_on
from app.services.days import day_of

_MOST_ROWS: Final = 200
"""So many rows of other claims are read for one question; what lies beyond is said to be more."""


class LookedIntoAlready(Exception):
    """The caseworker has a note beside this signal already."""


class SignalGone(Exception):
    """The signal does not stand any more, or not in this form: something else is noticed now."""


def of_claim(claim: Claim, *, by: Account | None = None) -> tuple[Signal, ...]:
    """What stands out in a claim that was handed in, in the order of their kinds; own claims of `by` are not named."""
    if claim.event_on is None or claim.submitted_at is None:
        return ()
    papers = [row for row in evidence.documents_of(claim) if row.kind != evidence.INVESTIGATION]
    found = (
        *_same_documents(claim, papers, by),
        _soon(claim, claim.event_on),
        signals.same_hospital(_same("hospital_hash", claim, signals.HOSPITAL_WINDOW_DAYS, by)),
        signals.same_payee(_same("payee_hash", claim, signals.WINDOW_DAYS, by)),
        *_document_dates(claim, claim.event_on, papers),
        signals.rule_change(claim.event_on, _changes(claim)),
    )
    return tuple(one for one in found if one is not None)


def notes_of(claim: Claim) -> Sequence[tuple[SignalNote, str]]:
    """What caseworkers wrote beside signals of a claim, each with the name of who did, in their order."""
    rows = db.session.execute(
        select(SignalNote, Account.name)
        .join(Account, SignalNote.by == Account.id)
        .where(SignalNote.claim_id == claim.id)
        .order_by(SignalNote.id)
    )
    return [(note, name) for note, name in rows]


def look_into(claim: Claim, key: str, note: str, *, by: Account, at: dt.datetime) -> Signal:
    """Write down that a signal was looked into. Raises `SignalGone`, and `LookedIntoAlready` the second time."""
    found = next((one for one in of_claim(claim, by=by) if one.key == key), None)
    if found is None:
        raise SignalGone
    mine = select(SignalNote.id).where(SignalNote.claim_id == claim.id, SignalNote.key == key, SignalNote.by == by.id)
    if db.session.scalar(mine) is not None:
        raise LookedIntoAlready
    db.session.add(SignalNote(claim_id=claim.id, kind=found.kind, key=key, by=by.id, at=at, note=note))
    audit.note("signal.looked_into", "claim", claim.ref, by=by.id, role="caseworker", at=at, detail=found.kind)
    db.session.flush()
    return found


def _soon(claim: Claim, event_on: dt.date) -> Signal | None:
    waiting_days = claim_file.terms_of(claim).waiting_days
    return signals.soon(event_on, first_eligible_day(claim.membership.waiting_since, waiting_days))


def _same_documents(claim: Claim, papers: Sequence[Evidence], by: Account | None) -> Iterator[Signal | None]:
    """Documents of this claim that stand in other claims which were handed in."""
    if not papers:
        return
    rows = db.session.execute(
        _others(claim, by)
        .add_columns(Evidence.original_hash)
        .join(Evidence, Evidence.claim_id == Claim.id)
        .where(Evidence.original_hash.in_({row.original_hash for row in papers}), Evidence.removed_at.is_(None))
        .order_by(Claim.id.desc())
        .limit(_MOST_ROWS)
    ).all()
    by_hash: dict[bytes, dict[str, Other]] = {}
    for row in rows:
        by_hash.setdefault(row.original_hash, {}).setdefault(row.ref, _other(row, claim))
    for paper in papers:
        yield signals.same_document(paper.ref, paper.kind, by_hash.get(paper.original_hash, {}).values())


def _same(column: str, claim: Claim, days: int, by: Account | None) -> Iterable[Other]:
    """Claims handed in within so many days of this one that have the same keyed hash in this column."""
    value, handed_in = getattr(claim, column, None), claim.submitted_at
    if value is None or handed_in is None:
        return []
    span = dt.timedelta(days=days)
    rows = db.session.execute(
        _others(claim, by)
        .where(getattr(Claim, column) == value, Claim.submitted_at.between(handed_in - span, handed_in + span))
        .order_by(Claim.id.desc())
        .limit(_MOST_ROWS)
    )
    return [_other(row, claim) for row in rows]


def _others(claim: Claim, by: Account | None) -> Any:
    """Other claims that were handed in, with the person they are about and whether `by` may see them."""
    may_see: ColumnElement[bool] = hands.of_others(by.id) if by is not None else literal(value=False)
    return (
        select(Claim.ref, Membership.identity_hash, may_see.label("may_see"))
        .join(Membership, Claim.membership_id == Membership.id)
        .where(Claim.id != claim.id, Claim.submitted_at.is_not(None))
    )


def _other(row: Row[Any], claim: Claim) -> Other:
    return Other(row.ref, row.identity_hash == claim.membership.identity_hash, bool(row.may_see))


def _document_dates(claim: Claim, event_on: dt.date, papers: Sequence[Evidence]) -> Iterator[Signal | None]:
    for paper in papers:
        said = made_on.opened(paper)
        if said is not None:
            yield signals.document_date(
                paper.ref,
                paper.kind,
                said,
                brought_on=day_of(paper.uploaded_at),
                joined_on=claim.membership.joined_on,
                event_on=event_on,
            )


def _changes(claim: Claim) -> Sequence[dt.date]:
    """The first days of newer rules of the plan; the first version is no change."""
    return db.session.scalars(
        select(RuleVersion.valid_from).where(RuleVersion.plan_id == claim.membership.plan_id, RuleVersion.number > 1)
    ).all()
