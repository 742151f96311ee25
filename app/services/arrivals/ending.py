"""How an arrival ends: dropped, refused, or not finished in time. Its key goes first, its pieces after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from app.adapters import store
from app.db import db, transaction
from app.domain.arrival_states import ARRIVALS, UNDER_WAY
from app.models import Arrival, ArrivalPiece, Claim


class BeingChecked(Exception):
    """A file of the claimant is here as a whole and is being checked: it will be a document in a moment."""


class NotFinished(Exception):
    """The last byte of the file was waited for in vain; `hours` says how long."""

    def __init__(self, hours: int) -> None:
        super().__init__(f"not finished within {hours} hours")
        self.hours = hours


def drop(row: Arrival, *, by: str, at: dt.datetime) -> None:
    """Whoever sent it does not want it any more, or has read why it was refused. Dropped before, it stays so."""
    db.session.refresh(row, with_for_update=True)
    if row.state in ARRIVALS.final_states:
        return
    row.state = ARRIVALS.after(row.state, "drop", by=by)
    row.wrapped_key = row.name_sealed = row.problem = row.expires_at = None
    row.ended_at = row.ended_at or at
    db.session.flush()


def drop_all(claim: Claim, *, at: dt.datetime) -> None:
    """The claim was withdrawn: nothing more is waited for."""
    _drop_where(Arrival.claim_id == claim.id, at=at)


def let_go(claim: Claim, *, at: dt.datetime) -> None:
    """The desk goes on: what is only beginning to arrive is waited for no more. Raises `BeingChecked`."""
    checked = select(Arrival.id).where(Arrival.claim_id == claim.id, Arrival.state == "checking")
    if db.session.scalar(checked.limit(1)) is not None:
        raise BeingChecked
    drop_all(claim, at=at)


def erase(account_id: int, *, at: dt.datetime) -> None:
    """The account is closed: what was on its way goes, and the names of what was refused."""
    _drop_where(Arrival.account_id == account_id, at=at)


def _drop_where(whose: ColumnElement[bool], *, at: dt.datetime) -> None:
    wanted = select(Arrival).where(whose, Arrival.state.in_((*UNDER_WAY, "refused")))
    for row in db.session.scalars(wanted).all():
        drop(row, by="system", at=at)


def refuse(row: Arrival, why: Exception, *, move: str = "refuse", at: dt.datetime) -> None:
    """Keep the reason and nothing else: the name of the error, and its values."""
    row.state = ARRIVALS.after(row.state, move, by="system")
    row.problem = {"error": type(why).__name__, **_values(why)}
    row.wrapped_key = row.expires_at = None
    row.ended_at = at
    db.session.flush()


def _values(why: Exception) -> dict[str, Any]:
    return {name: value for name, value in vars(why).items() if isinstance(value, (int, str))}


def is_due(*, at: dt.datetime) -> bool:
    """Whether an arrival was waited for long enough, or pieces are left of one that has ended."""
    late = select(Arrival.id).where(Arrival.state == "arriving", Arrival.expires_at <= at)
    return db.session.scalar(late.limit(1)) is not None or db.session.scalar(_left().limit(1)) is not None


def sweep(*, at: dt.datetime) -> int:
    """End what was waited for in vain, and remove the pieces of whatever has ended; returns how many arrivals ended."""
    with transaction():
        late = _late(at)
        for row in late:
            hours = round((at - row.created_at).total_seconds() / 3600)
            refuse(row, NotFinished(hours), move="expire", at=at)
        ended = len(late)
    clear()
    return ended


def clear() -> None:
    """Remove the pieces of every arrival that has ended; what the store does not give up stays for the next time."""
    for name in db.session.scalars(_left()).all():
        try:
            store.delete(name)
        except store.NotKept:
            continue
        with transaction():
            db.session.execute(delete(ArrivalPiece).where(ArrivalPiece.object == name))


def _late(at: dt.datetime) -> Sequence[Arrival]:
    return db.session.scalars(
        select(Arrival)
        .where(Arrival.state == "arriving", Arrival.expires_at <= at)
        .order_by(Arrival.id)
        .with_for_update()
    ).all()


def _left() -> Any:
    return (
        select(ArrivalPiece.object)
        .join(Arrival, ArrivalPiece.arrival_id == Arrival.id)
        .where(Arrival.state.not_in(UNDER_WAY))
        .order_by(ArrivalPiece.arrival_id, ArrivalPiece.number)
    )
