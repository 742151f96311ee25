"""What treasurers checked and approved, in figures: kept, so that what is void shows what changed beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from app.db import db
from app.models import Period, PeriodApproval
from app.services.forecasts import Preview


@dataclass(frozen=True, slots=True)
class Difference:
    """One term of the sum that is not what was approved any more."""

    term: str
    """Its name in `figures_of`; amounts end in `_fen`."""
    approved: int | None
    now: int | None


def figures_of(seen: Preview) -> dict[str, int | None]:
    """The terms of a sum by name, inputs first. A room of None: the plan has no yearly cap."""
    quote = seen.quote
    return {
        "cases": len(quote.cases),
        "members": quote.members,
        "asked_fen": quote.approved_fen,
        "payouts_fen": quote.shared_payouts_fen,
        "fee_fen": quote.fee_fen,
        "unpaid_fen": quote.unpaid_fen,
        "surplus_before_fen": quote.surplus_before_fen,
        "credits_fen": quote.credits_fen,
        "room_fen": quote.room_fen,
        "reserve_fen": quote.reserve_fen,
        "from_reserve_fen": quote.from_reserve_fen,
        "received_fen": sum(case.received_fen for case in quote.cases),
        "share_fen": quote.share_fen,
        "surplus_after_fen": quote.surplus_after_fen,
    }


def remember(period: Period, seen: Preview, kind: Literal["checked", "approved"], *, by: int, at: dt.datetime) -> None:
    """Keep what was checked or approved."""
    figures = dict(figures_of(seen))
    db.session.add(PeriodApproval(period_id=period.id, at=at, by=by, kind=kind, digest=seen.digest, figures=figures))


def forget(period: Period) -> None:
    """Nobody vouches for the sum of a period any more; what was vouched for stays kept."""
    period.checked_digest = period.checked_by = period.checked_at = None
    period.approved_digest = period.approved_by = period.approved_at = None


def last_of(period: Period) -> PeriodApproval | None:
    """The last check or approval a period was given, whether it holds or is void."""
    return db.session.scalar(
        select(PeriodApproval).where(PeriodApproval.period_id == period.id).order_by(PeriodApproval.id.desc()).limit(1)
    )


def differences(approval: PeriodApproval, seen: Preview) -> list[Difference]:
    """What of an approved sum is different now, in the order of the terms; empty when nothing is."""
    now = figures_of(seen)
    was = approval.figures
    return [Difference(term, was.get(term), now[term]) for term in now if was.get(term) != now[term]]
