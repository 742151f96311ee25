"""What the plans would mean for somebody: worked out on the page, following the age through the plans."""

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import Plan, RuleVersion
from app.plans.meaning.queries import ForMe, for_me
from app.plans.queries import Charged
from app.services.figures import PlanNow
from bench.public_pages import questions
from tests.disclosures import story
from tests.domain.plan_files import plan as rules_of
from tests.plans.test_choosing import TODAY, charged
from tests.plans.test_pages import words


def asked(
    born: dt.date, past: dict[str, list[Charged]] | None = None, on: dt.date = TODAY, closing: tuple[str, ...] = ()
) -> ForMe:
    plans = [
        PlanNow(plan=Plan(id=number, slug=slug), version=RuleVersion(), rules=rules_of(slug), members=0, last=None)
        for number, slug in enumerate(story.CATALOGUE)
    ]
    return for_me(
        born, plans, {story.CATALOGUE.index(slug): rows for slug, rows in (past or {}).items()}, closing=closing, on=on
    )


def plan_in(found: ForMe, slug: str):
    return next(one for one in found.plans if one.now.plan.slug == slug)


def whens(found: ForMe) -> list[str]:
    return [one.when for one in found.plans]


def test_every_plan_says_from_when_until_when():
    found = asked(dt.date(1975, 5, 3))
    assert whens(found) == ["over", "over", "now", "now", "over"]
    senior = plan_in(asked(dt.date(1976, 5, 3)), "senior-cancer")
    assert (senior.when, senior.days.from_day, senior.days.until_day) == (
        "later", dt.date(2027, 5, 3), dt.date(2042, 5, 2),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        (dt.date(2026, 9, 8), dt.date(2026, 10, 7), "later"),  # 29 days old
        (dt.date(2026, 9, 8), dt.date(2026, 10, 8), "now"),  # 30 days old
        (dt.date(2008, 10, 8), dt.date(2026, 10, 7), "now"),  # the eve of the eighteenth birthday
        (dt.date(2008, 10, 8), dt.date(2026, 10, 8), "over"),  # the birthday itself
        (dt.date(2008, 2, 29), dt.date(2026, 2, 28), "now"),  # a leap-day child completes on 1 March
        (dt.date(2008, 2, 29), dt.date(2026, 3, 1), "over"),
    ],
)
def test_the_days_at_which_an_age_turns(born: dt.date, on: dt.date, expected: str):
    assert plan_in(asked(born, on=on), "child-health").when == expected


def test_ten_years_later_follows_the_moves_of_the_plans():
    found = asked(dt.date(2010, 5, 2))  # 16
    child = plan_in(found, "child-health")
    assert max(one.amount_fen for one in child.benefits) == 30_000_000
    assert child.later is not None
    assert (child.later.slug, child.later.from_day) == ("young-cancer", dt.date(2028, 5, 2))
    assert [one.amount_fen for one in child.later.benefits] == [30_000_000, 5_000_000]  # at 26
    young = plan_in(found, "young-cancer")
    assert (young.when, young.benefits) == ("later", ())
    assert young.later is not None
    assert young.later.slug == "young-cancer"
    assert plan_in(found, "senior-cancer").later is None
    old = plan_in(asked(dt.date(1962, 1, 1)), "accident")
    assert old.later is not None
    assert (old.later.slug, old.later.from_day, old.later.benefits) == (None, dt.date(2028, 1, 1), ())


def test_a_plan_that_closes_takes_nobody_and_nobody_moves_there():
    found = asked(dt.date(1980, 5, 2), closing=("senior-cancer", "accident"))
    assert whens(found) == ["over", "now", "closing", "closing", "now"]
    assert (plan_in(found, "accident").later, plan_in(found, "accident").ahead) == (None, None)
    young = plan_in(found, "young-cancer")
    assert young.later is not None
    assert (young.later.slug, young.later.from_day) == (None, dt.date(2031, 5, 2))


def test_past_periods_count_only_where_the_age_fitted_and_the_last_24_at_most():
    past = {"young-cancer": charged(200, settlements=40), "child-health": charged(50, settlements=10)}
    grown = asked(dt.date(1991, 3, 8), past)
    assert (len(plan_in(grown, "young-cancer").past), plan_in(grown, "young-cancer").paid_fen) == (24, 4_800)
    assert plan_in(grown, "child-health").past == {}
    turned = asked(TODAY.replace(year=2008) - dt.timedelta(days=30), past)  # eighteen for a month
    assert len(plan_in(turned, "young-cancer").past) == 3
    assert len(plan_in(turned, "child-health").past) == 7
    days = [one.publication_day for one in turned.periods]
    assert (len(days), days) == (10, sorted(days, reverse=True))


def test_the_range_stands_beside_the_room_under_the_cap_and_never_beyond_it():
    young = plan_in(asked(dt.date(1991, 3, 8), {"young-cancer": charged(200, settlements=30)}), "young-cancer")
    assert young.ahead is not None
    assert (young.ahead.low_fen, young.ahead.high_fen, young.ahead.periods) == (4_800, 4_800, 30)
    assert young.room is not None
    assert (young.room.left_fen, young.room.a_year_fen) == (15_000 - 21 * 200, 15_000)
    dear = plan_in(asked(dt.date(1991, 3, 8), {"young-cancer": charged(2_000, settlements=30)}), "young-cancer")
    assert dear.ahead is not None
    assert dear.ahead.high_fen == 15_000  # nothing is left of this year, and the next has its own cap
    few = plan_in(asked(dt.date(1991, 3, 8), {"young-cancer": charged(200, settlements=23)}), "young-cancer")
    assert (few.ahead, few.settled) == (None, 23)


def test_the_page_answers_all_plans_at_once_and_keeps_nothing(visitor: FlaskClient):
    page = visitor.get("/plans/for-me?year=1976&month=5&day=3")
    said = words(page.text)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "May join from 3 May 2027 to 2 May 2042." in said
    assert "Only members of Young Adult Cancer Mutual Aid may join." in said
    assert "too little history to say: only 0 settled periods" in said
    assert "Nothing has been settled yet" in said
    nobody = words(visitor.get("/plans/for-me?year=1950&month=1&day=1").text)
    assert "No plan takes this age today" in nobody


@pytest.mark.parametrize(
    "born", ["year=1991&month=2&day=30", "year=2030&month=1&day=1", "year=1850&month=1&day=1", "day=3"]
)
def test_a_day_nobody_was_born_on_is_refused(visitor: FlaskClient, born: str):
    page = visitor.get(f"/plans/for-me?{born}")
    assert page.status_code == 422
    assert "There is a problem" in words(page.text)
    fragment = visitor.get(f"/plans/for-me?{born}", headers={"HX-Request": "true", "HX-Target": "for-me"})
    assert fragment.status_code == 422
    assert fragment.text.lstrip().startswith('<div id="for-me"')


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/plans?born=1991-03-08", 5),
        ("/plans/for-me?year=1991&month=3&day=8", 5),
        ("/plans/compare?plan=accident&plan=child-health", 5),
    ],
)
def test_the_number_of_questions_is_fixed(catalogue: Flask, visitor: FlaskClient, address: str, most: int):
    visitor.get(address)  # rules are read once a process
    with catalogue.app_context(), questions() as sent:
        assert visitor.get(address, headers={"Cache-Control": "no-cache"}).status_code == 200
    assert len(sent) <= most
