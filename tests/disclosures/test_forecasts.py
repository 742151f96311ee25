import datetime as dt

from flask import Flask

from app.db import db
from app.domain.shares import Case, Quote, settle_period
from app.models import Award, Period
from app.services import figures, forecasts, rulebook
from tests.disclosures import story


def by_hand(period: Period, *, left: int) -> Quote:
    """The sum from the period's own rows, one after the other; `left` settle days of the year are counted by hand."""
    pool, terms = period.pool, rulebook.rules_of(rulebook.version_on(period.plan_id, period.publication_day)).pool
    awards = db.session.scalars(db.select(Award).where(Award.period_id == period.id)).all()
    asked = [Case(award.number, award.amount_fen) for award in awards]
    assert asked, "a period without cases would prove nothing"
    year_left_fen = terms.cap_year_fen - pool.index_fen
    return settle_period(
        asked, members=period.members, terms=terms, surplus_in_fen=pool.surplus_fen, room_fen=year_left_fen // left
    )


def test_forecasts_of_many_periods_are_the_sums_of_their_own_rows(told: Flask):
    with told.app_context():
        story.enrol("accident")
        story.plan_months("accident", dt.date(2026, 10, 1))
        story.approve_claim("accident", 12_34, dt.date(2026, 10, 2), group="fall", benefit="death")
        story.lock("accident-2026-10-1")
        waiting = [story.period("accident-2026-10-1"), story.period("young-cancer-2026-10-1")]
        at = story.noon(dt.date(2026, 10, 8))
        found = forecasts.previews([*waiting, story.period("young-cancer-2026-09-2")], at=at)
        assert set(found) == {period.id for period in waiting}
        for period in waiting:
            assert found[period.id].quote == by_hand(period, left=6)


def test_a_preview_after_new_year_begins_with_the_index_of_new_year(told: Flask):
    with told.app_context():
        waiting = story.period("young-cancer-2026-10-1")
        at = story.noon(dt.date(2027, 1, 5))
        found = forecasts.previews([waiting], at=at)[waiting.id]
        assert found.index_at_new_year_fen == found.index_before_fen > 0


def test_the_figures_of_all_plans_come_from_what_was_settled(told: Flask):
    with told.app_context():
        plans = figures.plans_now(dt.date(2026, 10, 8))
        assert [now.plan.slug for now in plans] == [
            "child-health",
            "young-cancer",
            "senior-cancer",
            "accident",
            "lifelong-million",
        ]
        young = plans[1]
        assert young.members == story.MEMBERS - 2
        assert young.last is not None
        assert young.last.period.name == "young-cancer-2026-09-2"
        assert young.last.equation.share_fen == 266
        assert plans[0].last is None
        together = figures.together()
        assert (together.helped, together.shared_fen, together.settlements) == (3, 2660, 2)


def test_before_a_plan_begins_its_first_version_is_shown(told: Flask):
    with told.app_context():
        assert [now.rules.number for now in figures.plans_now(dt.date(2026, 1, 1))] == [1] * 5
