"""The catalogue is narrowed and ordered by addresses; what fits nothing says what to loosen."""

import datetime as dt
from collections.abc import Sequence

import pytest
from flask.testing import FlaskClient

from app.models import Plan, RuleVersion
from app.plans.choosing import queries
from app.plans.choosing.forms import Wanted
from app.plans.choosing.queries import Listed
from app.plans.queries import Charged, paid_in_a_year
from app.services.figures import PlanNow
from tests.disclosures import story
from tests.domain.plan_files import plan as rules_of
from tests.fixtures.pages import named, parse
from tests.plans.test_pages import ACCIDENT, CHILD, LIFELONG, SENIOR, YOUNG, shown, words

TODAY = dt.date(2026, 10, 8)


def charged(share_fen: int, *, settlements: int, last: dt.date = TODAY) -> list[Charged]:
    """Settlements a fortnight apart, the last on a day, oldest first."""
    days = [last - dt.timedelta(days=14 * back) for back in reversed(range(settlements))]
    return [Charged(f"p-{day}", day.year, day.month, (day.day - 1) // 14 + 1, day, day, share_fen) for day in days]


def listed(past: dict[str, Sequence[Charged]], closing: tuple[str, ...] = ()) -> list[Listed]:
    plans = [
        PlanNow(plan=Plan(id=number, slug=slug), version=RuleVersion(), rules=rules_of(slug), members=0, last=None)
        for number, slug in enumerate(story.CATALOGUE)
    ]
    by_id = {number: past.get(slug, []) for number, slug in enumerate(story.CATALOGUE)}
    return queries.listed(plans, by_id, closing=closing, on=TODAY)


def slugs(every: list[Listed], wanted: Wanted, language: str = "en") -> list[str]:
    return [one.now.plan.slug for one in queries.chosen(every, wanted, language=language, on=TODAY)]


def test_the_price_of_twelve_months_narrows_and_orders_and_a_plan_without_one_comes_last():
    every = listed(
        {
            "child-health": charged(300, settlements=30),
            "accident": charged(100, settlements=4),
            "senior-cancer": charged(900, settlements=3, last=TODAY - dt.timedelta(days=400)),
        }
    )
    assert [one.year.sum_fen for one in every] == [8_100, None, None, 400, None]
    assert every[0].year.settlements == 27  # those of the last 365 days, not all thirty
    assert slugs(every, Wanted(sort="price"))[:2] == ["accident", "child-health"]
    assert slugs(every, Wanted(price_fen=8_099)) == ["accident"]
    assert slugs(every, Wanted(price_fen=8_100)) == ["child-health", "accident"]


def test_a_plan_that_closes_is_listed_but_takes_no_age():
    every = listed({}, closing=("accident",))
    assert "accident" in slugs(every, Wanted())
    assert "accident" not in slugs(every, Wanted(age=35))
    assert "accident" not in slugs(every, Wanted(birth_on=dt.date(1991, 3, 8)))


def test_a_year_ends_on_its_day():
    one = charged(100, settlements=1, last=TODAY - dt.timedelta(days=365))
    assert paid_in_a_year(one, on=TODAY).sum_fen is None
    assert paid_in_a_year(one, on=TODAY - dt.timedelta(days=1)).sum_fen == 100


def test_orders():
    every = listed({})
    assert slugs(every, Wanted(sort="payout"))[0] == "lifelong-million"
    assert slugs(every, Wanted(sort="waiting"))[0] == "accident"
    assert slugs(every, Wanted(sort="name"))[0] == "accident"
    # 百万, 少儿, 中老年, 中青年, 综合: by sound
    assert slugs(every, Wanted(sort="name"), "zh") == [
        "lifelong-million", "child-health", "senior-cancer", "young-cancer", "accident",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=binet", [CHILD, YOUNG, SENIOR, LIFELONG]),
        ("q=BINET+Ａ&born=35", [YOUNG, LIFELONG]),
        ("q=猝死", [ACCIDENT]),
        ("q=child+health", [CHILD]),
        ("q=no-such-word-anywhere", []),
        ("waiting=30", [ACCIDENT]),
        ("sort=waiting&event=illness&born=60", [SENIOR]),
        ("sort=name", [ACCIDENT, CHILD, LIFELONG, SENIOR, YOUNG]),
        ("price=5000", []),
    ],
)
def test_each_state_has_an_address(visitor: FlaskClient, query: str, expected: list[str]):
    page = visitor.get(f"/plans?{query}")
    assert page.status_code == 200
    assert [name for name in shown(page.text) if name.endswith("Aid")] == expected


def test_a_search_shows_the_sentence_it_found_with_its_clause(visitor: FlaskClient):
    page = visitor.get("/plans?q=binet")
    assert "Found in clause 5.2 : Chronic lymphocytic leukaemia at Binet stage A." in words(page.text)
    assert 'href="/plans/young-cancer/rules/1#c-5.2"' in page.text


def test_what_fits_nothing_says_what_to_loosen(visitor: FlaskClient):
    page = visitor.get("/plans?born=8&event=accident&waiting=30&q=binet")
    said = words(page.text)
    assert "No plan fits all of this." in said
    assert "Without the search words : 1 plan" in said
    assert "For any event" not in said
    link = next(a.get("href", "") for a in named(parse(page.text), "a") if "Without" in "".join(a.itertext()))
    assert [name for name in shown(visitor.get(link).text) if name.endswith("Aid")] == [ACCIDENT]
    hopeless = words(visitor.get("/plans?born=8&event=accident&q=binet&price=1").text)
    assert "Loosening one of them is not enough." in hopeless
    assert "Show all plans" in hopeless


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("waiting=7", "This is not in the list."),
        ("sort=colour", "This is not in the list."),
        ("price=cheap", "This is no amount."),
        ("price=-3", "This is no amount."),
        ("q=" + "x" * 101, "Please search for fewer words"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_kept(visitor: FlaskClient, query: str, sentence: str):
    page = visitor.get(f"/plans?{query}")
    assert page.status_code == 422
    assert sentence in words(page.text)
    name, _equals, value = query.partition("=")
    fields = {field.get("name"): field.get("value") for field in named(parse(page.text), "input")}
    assert name not in fields or fields[name] == value


def test_an_answer_to_a_date_of_birth_is_kept_by_nobody(visitor: FlaskClient):
    assert visitor.get("/plans?born=1991-03-08").headers["Cache-Control"] == "no-store"
    assert visitor.get("/plans/young-cancer?year=1991&month=3&day=8").headers["Cache-Control"] == "no-store"
    assert visitor.get("/plans?event=illness").headers["Cache-Control"] == "private, no-cache"
