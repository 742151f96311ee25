"""What a treasurer approved, in figures: kept, so that a void approval shows what changed beside what was approved."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

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
        "room_fen": quote.room_fen,
        "reserve_fen": quote.reserve_fen,
        "from_reserve_fen": quote.from_reserve_fen,
        "received_fen": sum(case.received_fen for case in quote.cases),
        "share_fen": quote.share_fen,
        "surplus_after_fen": quote.surplus_after_fen,
    }


def remember(period: Period, seen: Preview, *, by: int, at: dt.datetime) -> None:
    """Keep what was approved."""
    db.session.add(
        PeriodApproval(period_id=period.id, at=at, by=by, digest=seen.digest, figures=dict(figures_of(seen)))
    )


def last_of(period: Period) -> PeriodApproval | None:
    """The last approval a period was given, whether it holds or is void."""
    return db.session.scalar(
        select(PeriodApproval).where(PeriodApproval.period_id == period.id).order_by(PeriodApproval.id.desc()).limit(1)
    )


def differences(approval: PeriodApproval, seen: Preview) -> list[Difference]:
    """What of an approved sum is different now, in the order of the terms; empty when nothing is."""
    now = figures_of(seen)
    was = approval.figures
    return [Difference(term, was.get(term), now[term]) for term in now if was.get(term) != now[term]]
