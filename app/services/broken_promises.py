"""Promises to claimants that were not kept: each is told once, and stands on the desk until it is made good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, or_, select

from app.db import db
from app.models import Audit, Award, Claim, MemberTermsRow, Message, Period
from app.services import audit, claim_clock, messages, rulebook
from app.services.claim_clock import Promise
from app.services.days import day_of, midnight

_KIND: Final = "claim-promise-broken"
_LOOKED: Final = "promises.looked_at"


@dataclass(frozen=True, slots=True)
class Broken:
    """One promise that is not kept."""

    claim: Claim
    promise: Promise

    @property
    def key(self) -> str:
        """The key of the message that tells it, so that each is told once."""
        return f"promise:{self.claim.ref}:{self.promise.name}:{self.promise.round}"


def broken(at: dt.datetime) -> list[Broken]:
    """Every promise that is broken now, the longest first."""
    on = day_of(at)
    found = [Broken(claim, promise) for claim in _candidates(at) if (promise := claim_clock.broken(claim, on=on))]
    return sorted(found, key=lambda one: (one.promise.by, one.claim.id))


def told_on(found: Sequence[Broken]) -> dict[str, dt.datetime]:
    """When each of these was told to its claimant, by its key."""
    rows = db.session.execute(select(Message.key, Message.at).where(Message.key.in_([one.key for one in found])))
    return {row.key: row.at for row in rows}


def due(at: dt.datetime) -> list[Broken]:
    """What is broken and was not told yet. It changes with the day: one look a day is enough (`tell` notes it)."""
    if _is_looked_at(at):
        return []
    found = broken(at)
    told = told_on(found)
    return [one for one in found if one.key not in told]


def tell(at: dt.datetime) -> int:
    """Tell each claimant once of a promise that was not kept; returns how many were told."""
    untold = due(at)
    for one in untold:
        claim, promise = one.claim, one.promise
        values = {"claim": claim.ref, "promise": promise.name, "by": promise.by.isoformat()}
        messages.tell(claim.account_id, _KIND, key=one.key, at=at, **values)
    if not _is_looked_at(at):
        said = f"{len(untold)} told"
        audit.note(_LOOKED, "day", day_of(at).isoformat(), by=None, role="system", at=at, detail=said)
    return len(untold)


def _is_looked_at(at: dt.datetime) -> bool:
    looked = select(Audit.id).where(Audit.about_kind == "day", Audit.about_ref == day_of(at).isoformat())
    return db.session.scalar(looked.where(Audit.deed == _LOOKED).limit(1)) is not None


def _candidates(at: dt.datetime) -> Sequence[Claim]:
    """Claims old enough to have a broken promise: a few, however many claims there are."""
    terms = [rulebook.member_terms(row) for row in db.session.scalars(select(MemberTermsRow))]
    if not terms:
        return []
    look = midnight(day_of(at) - dt.timedelta(days=min(one.first_look_days for one in terms)))
    decision = midnight(day_of(at) - dt.timedelta(days=min(one.decision_days for one in terms)))
    unpaid = (
        select(Award.claim_id)
        .join(Period, Award.period_id == Period.id)
        .where(Award.claim_id == Claim.id, Period.pay_by_day < day_of(at))
    )
    asked = select(Claim).where(
        or_(
            and_(Claim.state == "submitted", Claim.submitted_at < look),
            and_(Claim.state.in_(claim_clock.WAITING), Claim.submitted_at < decision),
            and_(Claim.state == "settled", unpaid.exists()),
        )
    )
    return db.session.scalars(asked.order_by(Claim.id)).all()
