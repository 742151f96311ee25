"""A plan brought to its end through the engine: announced by two, then carried from day to day by the clock."""

from __future__ import annotations

import datetime as dt

from app.db import db, transaction
from app.jobs.tick import tick
from app.models import Closing, Period, Remainder
from app.services import closing, closing_money, closings, joining, payouts, refunds, reserves
from app.services.days import midnight
from tests.services import pool_story as story

__all__ = ["Remainder"]

CLOSING_DAY = dt.date(2026, 10, 5)
LAST_CLAIMS = dt.date(2027, 4, 3)
RUN_OFF = "young-cancer-2027-04-1"


def one() -> int:
    return story.treasurer("treasurer-1").id


def two() -> int:
    return story.treasurer("treasurer-2").id


def propose(*, at: dt.datetime | None = None, day: dt.date = CLOSING_DAY) -> Closing:
    with transaction():
        return closing.propose(
            story.plan(), day, "Too few members are left.", by=one(), role="treasurer", at=at or story.september(2)
        )


def announced(*, at: dt.datetime | None = None, day: dt.date = CLOSING_DAY) -> Closing:
    found = propose(at=at, day=day)
    by = two()
    with transaction():
        closing.announce(found, by=by, role="treasurer", at=at or story.september(2, 13))
    return found


def current() -> Closing:
    found = closings.last_of(story.plan().id)
    assert found is not None
    db.session.refresh(found)
    return found


def midnights(*days: dt.date) -> list[str]:
    """What the clock does for the plan just after these midnights."""
    done = [line for day in days for line in tick(story.just_after_midnight(day))]
    return [line for line in done if line.startswith(story.SLUG)]


def settled(name: str) -> None:
    """Lock a period at its midnight, let treasurers approve it, settle it, release its payouts and let them arrive."""
    period = story.period(name)
    days = period.publication_day, period.objections_last_day, period.settle_day
    midnights(days[0])
    story.approve(name, at=story.noon(days[1] + dt.timedelta(days=1)))
    midnights(days[2])
    by = one()
    with transaction():
        payouts.release(story.period(name), by=by, at=story.noon(days[2]))
    tick(story.noon(days[2]) + dt.timedelta(hours=1))


def funded(amount_fen: int, *, at: dt.datetime, reference: str = "GIFT-1") -> None:
    """A gift for the reserve, recorded and confirmed."""
    first, second = one(), two()
    with transaction():
        found = reserves.record(
            story.plan(), "donation", amount_fen, source="a foundation", reference=reference, by=first, at=at
        )
        reserves.answer(found, "confirmed", by=second, at=at)


def paid_back(*, at: dt.datetime) -> int:
    """A treasurer releases every refund that is due, and the bank confirms."""
    by = one()
    with transaction():
        released = refunds.release_due(by=by, at=at)
    tick(at + dt.timedelta(hours=1))
    return released


def to_the_run_off() -> None:
    """The two periods of September are settled without cases, and memberships end on the closing day."""
    for name in (story.FIRST, story.SECOND):
        settled(name)
    midnights(CLOSING_DAY)
    assert current().stage == "run_off"


def given(*, at: dt.datetime, reference: str = "CHARITY-1") -> None:
    """Everything that is left goes to the charity: recorded by one, confirmed by the other."""
    first, second = one(), two()
    with transaction():
        found = closing_money.record(current(), "Red Cross Children's Fund", reference, by=first, at=at)
    with transaction():
        closing_money.answer(db.session.merge(found), "confirmed", by=second, at=at)


def states() -> dict[str, int]:
    """How many periods of the plan are in which state."""
    rows = db.session.execute(
        db.select(Period.state, db.func.count()).where(Period.pool_id == joining.pool_of(story.plan().id).id)
        .group_by(Period.state)
    )  # fmt: skip
    return {state: number for state, number in rows}  # noqa: C416 -- rows are not pairs to a reader of types


def day(month: int, number: int, year: int = 2026) -> dt.date:
    return dt.date(year, month, number)


def midnight_of(month: int, number: int, year: int = 2026) -> dt.datetime:
    return midnight(dt.date(year, month, number))
