"""What the desk asks about promises that were not kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.domain.terms import Words
from app.models import Account, Claim
from app.services import broken_promises, hands, rulebook
from app.services.broken_promises import Broken
from app.services.days import day_of


@dataclass(frozen=True, slots=True)
class Late:
    """One broken promise as the desk reads it."""

    one: Broken
    plan: Words
    days: int
    told_at: dt.datetime | None
    """When the claimant was told; None until the clock has done so."""


def late(*, by: Account, at: dt.datetime) -> list[Late]:
    """Every promise that is broken now, the longest first, but none of own claims."""
    every = broken_promises.broken(at)
    numbers = [one.claim.id for one in every]
    of_others = set(db.session.scalars(select(Claim.id).where(Claim.id.in_(numbers), hands.of_others(by.id))))
    found = [one for one in every if one.claim.id in of_others]
    told = broken_promises.told_on(found)
    return [
        Late(
            one=one,
            plan=rulebook.rules_of(one.claim.member_terms.version).name,
            days=one.promise.late_days(day_of(at)),
            told_at=told.get(one.key),
        )
        for one in found
    ]
