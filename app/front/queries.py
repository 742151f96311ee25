"""What the home page asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.domain.period_states import PUBLIC_STATES
from app.models import Award, Claim, Period, Settlement
from app.services.figures import LastShare, PlanNow
from app.services.visibility import SEEN

_LATEST = 8


@dataclass(frozen=True, slots=True)
class Latest:
    """One of the newest disclosures."""

    period: Period
    cases: int
    share_fen: int | None
    """None before the settlement."""


def latest_share(plans: Sequence[PlanNow]) -> LastShare | None:
    """The newest settlement with cases; without any, the newest one; None before the first settlement."""
    settled = [plan.last for plan in plans if plan.last is not None]
    return max(settled, key=lambda one: (one.settlement.cases > 0, one.settlement.at), default=None)


def latest_disclosures() -> list[Latest]:
    """The newest published periods of all plans."""
    published = (
        select(func.count(Award.id))
        .join(Claim, Award.claim_id == Claim.id)
        .where(Award.period_id == Period.id, Claim.state == "published")
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Period, Settlement.share_fen, func.coalesce(Settlement.cases, published))
        .outerjoin(Settlement, Settlement.period_id == Period.id)
        .where(Period.state.in_(PUBLIC_STATES), SEEN)
        .order_by(Period.publication_day.desc(), Period.id.desc())
        .limit(_LATEST)
    ).all()
    return [Latest(row[0], int(row[2]), row[1]) for row in rows]
