import datetime as dt
import re

import pytest
from flask.testing import FlaskClient

from app.plans import queries
from tests.disclosures import story
from tests.domain.plan_files import plan as rules_of
from tests.fixtures.pages import named, parse


def words(html: str) -> str:
    return re.sub(r"\s+", " ", " ".join(parse(html).itertext()))


def shown(html: str) -> list[str]:
    """The names of the plans in the list."""
    return [" ".join(heading.itertext()).strip() for heading in named(parse(html), "h3")]


CHILD, YOUNG, SENIOR = "Child Health Mutual Aid", "Young Adult Cancer Mutual Aid", "Senior Cancer Mutual Aid"
ACCIDENT, LIFELONG = "Accident Mutual Aid", "Lifelong Million Cancer Mutual Aid"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [CHILD, YOUNG, SENIOR, ACCIDENT, LIFELONG]),
        ("born=35", [YOUNG, ACCIDENT, LIFELONG]),
        ("born=35+岁&event=illness", [YOUNG, LIFELONG]),
        ("born=66", []),
        ("born=0", [CHILD]),
        ("born=2026-09-20", []),
        ("born=2026-09-08", [CHILD]),
        ("born=２０１６年５月２日", [CHILD, ACCIDENT]),
        ("born=19601008", []),
        ("born=1960/10/9", [SENIOR, ACCIDENT]),
        ("event=accident", [ACCIDENT]),
    ],
)
def test_plans_are_found_by_age_or_birth_date_and_event(visitor: FlaskClient, query: str, expected: list[str]):
    page = visitor.get(f"/plans?{query}")
    assert page.status_code == 200
    assert [name for name in shown(page.text) if name.endswith("Aid")] == expected


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("200", "Write an age from 0 to 120"),
        ("nonsense", "Write an age from 0 to 120"),
        ("-5", "Write an age from 0 to 120"),
        ("2026-02-30", "There is no such day."),
        ("2027-01-01", "This date of birth lies in the future."),
        ("1850-01-01", "more than 120 years ago"),
        ("9" * 5000, "Write an age from 0 to 120"),
    ],
)
def test_an_impossible_age_is_refused_with_a_sentence_and_kept(visitor: FlaskClient, typed: str, sentence: str):
    page = visitor.get("/plans", query_string={"born": typed})
    assert page.status_code == 422
    assert sentence in words(page.text)
    field = next(field for field in named(parse(page.text), "input") if field.get("name") == "born")
    assert (field.get("value"), field.get("aria-invalid")) == (typed, "true")


def test_an_event_that_is_not_in_the_list_is_refused(visitor: FlaskClient):
    page = visitor.get("/plans?event=flood")
    assert page.status_code == 422
    assert "This is not in the list. Choose one of it." in words(page.text)


def test_htmx_gets_the_list_alone_with_the_sentence_in_it(visitor: FlaskClient):
    headers = {"HX-Request": "true", "HX-Target": "plan-list"}
    found = visitor.get("/plans?born=35", headers=headers)
    assert found.text.lstrip().startswith('<div id="plan-list"')
    assert "3 of 5 plans" in words(found.text)
    refused = visitor.get("/plans?born=200", headers=headers)
    assert refused.status_code == 422
    assert "Write an age from 0 to 120" in words(refused.text)


@pytest.mark.parametrize("slug", story.CATALOGUE)
def test_every_plan_says_what_it_does_and_does_not_before_anybody_joins(visitor: FlaskClient, slug: str):
    page = visitor.get(f"/plans/{slug}")
    said, rules = words(page.text), rules_of(slug)
    assert page.status_code == 200
    for clause in rules.member.exclusions:
        assert clause.text.en in said
    for item in rules.member.declaration:
        assert item.question.en in said
    assert "This is not insurance" in said
    assert "This plan has not settled a period yet." in said
    assert f'href="/join/{slug}"' in page.text
    anchors = set(re.findall(rf'href="/plans/{slug}/rules/1#([^"]+)"', page.text))
    there = {node.get("id") for node in parse(visitor.get(f"/plans/{slug}/rules/1").text).iter()}
    assert anchors
    assert anchors <= there


def test_a_rule_version_stands_there_word_for_word_with_its_fingerprint(visitor: FlaskClient):
    page = visitor.get("/plans/accident/rules/1")
    said, rules = words(page.text), rules_of("accident")
    positions = [said.index(clause.text.en) for clause in queries.clauses_in_order(rules)]
    assert positions == sorted(positions)
    assert len(positions) == len(rules.member.clauses) + len(rules.member.exclusions)
    code = named(parse(page.text), "code")[0]
    assert re.fullmatch(r"[0-9a-f]{64}", "".join(code.itertext()).replace(" ", ""))


@pytest.mark.parametrize(
    ("slug", "born", "sentence"),
    [
        ("young-cancer", (1991, 3, 8), "Age 35: joining is possible , until 7 March 2042."),
        ("young-cancer", (1976, 10, 8), "Age 50: joining is possible , until 7 October 2027."),
        ("young-cancer", (1975, 10, 8), "joining is not possible. It was possible until 7 October 2026."),
        ("young-cancer", (2010, 2, 28), "joining is not possible. It is possible from 28 February 2028 on."),
        ("lifelong-million", (1991, 3, 8), "This plan is for members of Young Adult Cancer Mutual Aid."),
        ("child-health", (2026, 9, 20), "joining is not possible. It is possible from 20 October 2026 on."),
    ],
)
def test_a_birth_date_says_whether_joining_is_possible(visitor: FlaskClient, slug, born, sentence):
    page = visitor.get(f"/plans/{slug}", query_string=dict(zip(("year", "month", "day"), born, strict=True)))
    assert page.status_code == 200
    assert sentence in words(page.text)


def test_the_amount_of_ones_own_age_is_marked(visitor: FlaskClient):
    page = visitor.get("/plans/young-cancer?year=1991&month=3&day=8")
    marked = [row for row in named(parse(page.text), "tr") if row.get("aria-current")]
    assert len(marked) == 1
    assert "200,000.00" in words_of(marked[0])
    assert "for events from 6 April 2027 on" in words(page.text)


def words_of(element) -> str:
    return " ".join(element.itertext())


@pytest.mark.parametrize("born", [("1991", "13", "8"), ("1991", "", "8"), ("2030", "1", "1"), ("x", "y", "z")])
def test_a_day_that_nobody_was_born_on_is_refused_and_kept(visitor: FlaskClient, born):
    page = visitor.get("/plans/young-cancer", query_string=dict(zip(("year", "month", "day"), born, strict=True)))
    assert page.status_code == 422
    fields = {field.get("name"): field.get("value") for field in named(parse(page.text), "input")}
    assert (fields["year"], fields["month"], fields["day"]) == born
    fragment = visitor.get(
        "/plans/young-cancer",
        query_string=dict(zip(("year", "month", "day"), born, strict=True)),
        headers={"HX-Request": "true", "HX-Target": "mine"},
    )
    assert fragment.status_code == 422
    assert fragment.text.lstrip().startswith('<section id="mine"')


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/plans/nothing", "There is no plan of this name."),
        ("/plans/nothing/rules/1", "There is no plan of this name."),
        ("/plans/accident/rules/9", "This plan has no rule version 9."),
        ("/plans/accident/rules/0", "There is nothing at this address"),
    ],
)
def test_what_is_not_there_is_refused_with_a_sentence(visitor: FlaskClient, address: str, sentence: str):
    page = visitor.get(address)
    assert page.status_code == 404
    assert sentence in words(page.text)


def test_every_line_of_the_payout_table_says_all_about_its_ages():
    columns, rows = queries.payout_table(rules_of("young-cancer"))
    assert columns == ["malignant_tumour", "low_grade_tumour"]
    assert [(row.age_from, row.age_to, [one.amount_fen for one in row.benefits]) for row in rows] == [
        (18, 30, [30_000_000, 5_000_000]),
        (31, 40, [20_000_000, 5_000_000]),
        (41, 51, [10_000_000, 5_000_000]),
    ]


def test_both_languages_have_every_sentence(visitor: FlaskClient):
    page = visitor.get("/plans/young-cancer?lang=zh")
    assert "条款，用平常话说" in page.text
    assert not re.search(r"[A-Za-z]{4,} [a-z]{3,} [a-z]{3,}", words(page.text))


def test_the_first_share_of_somebody_who_joins_is_the_next_period_to_be_locked():
    assert queries.first_share_day(rules_of("young-cancer"), on=dt.date(2026, 10, 8)) == dt.date(2026, 10, 28)
