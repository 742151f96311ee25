import datetime as dt

from flask import Flask

from app.services import figures, forecasts, settling
from tests.disclosures import story


def test_forecasts_of_many_periods_are_the_previews_of_each(told: Flask):
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
            assert found[period.id] == settling.preview(period, at=at)


def test_a_preview_after_new_year_begins_with_the_index_of_new_year(told: Flask):
    with told.app_context():
        waiting = story.period("young-cancer-2026-10-1")
        at = story.noon(dt.date(2027, 1, 5))
        found = forecasts.previews([waiting], at=at)[waiting.id]
        assert found == settling.preview(waiting, at=at)
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
