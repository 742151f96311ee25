"""All cases by what they publish themselves; every view has its feeds and its table."""

import csv
import datetime as dt
import io
import json
from typing import Any
from urllib.parse import quote

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.disclosures.searching import queries
from app.disclosures.searching.forms import Wanted
from app.models import Case
from app.services import taking_away
from app.web import clock
from tests.disclosures import story
from tests.disclosures.test_periods import case_refs, words

CASES = "/disclosures/cases"
NINETY = dt.timedelta(days=90)


def table(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text)))


def feed(answer: Any) -> Any:
    read = feedparser.parse(answer.data)
    assert not read.bozo
    return read


def test_all_cases_newest_period_first_with_feeds_and_table_of_the_same_view(told_once: Flask, visitor: FlaskClient):
    page = visitor.get(CASES)
    said = words(page.text)
    assert "4 cases" in said
    assert said.index("October 2026, period 1") < said.index("September 2026, period 2")
    assert 'href="/disclosures/cases.csv"' in page.text
    with told_once.app_context():
        refs = case_refs()
    order = [refs[3], *refs[:3]]
    rows = table(visitor.get(f"{CASES}.csv"))
    assert [row["case"] for row in rows] == order
    assert (rows[0]["state"], rows[0]["received_fen"], rows[0]["amount_fen"]) == ("waiting", "", "30000000")
    assert [row["state"] for row in rows[1:]] == ["paid", "settled", "settled"]
    assert (rows[3]["place"], rows[3]["disease_group"]) == ("withheld", "withheld")
    read = feed(visitor.get(f"{CASES}.atom"))
    assert [one.link.rpartition("/")[2] for one in read.entries] == order
    items = json.loads(visitor.get(f"{CASES}.json").text)["items"]
    assert [item["url"] for item in items] == [one.link for one in read.entries]
    assert "asks for ¥300,000.00" in items[0]["content_text"]
    assert "country" not in visitor.get(f"{CASES}.atom").text, "what expires stands in no feed"


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("plan=young-cancer&since=2026-10", [4]),
        ("until=2026%E5%B9%B49%E6%9C%88", [1, 2, 3]),
        ("state=open", [4]),
        ("least=5.55&most=20", [1, 2]),
        ("place=country&least=6", [4, 1]),
        ("group=all", [4, 1, 2]),
        ("group=lung", []),
        ("place=33", []),
        ("plan=accident", []),
    ],
)
def test_a_search_asks_what_is_published_and_never_what_is_true(
    told_once: Flask, visitor: FlaskClient, query: str, numbers: list[int]
):
    with told_once.app_context():
        refs = case_refs()
    assert [row["case"] for row in table(visitor.get(f"{CASES}.csv?{query}"))] == [refs[one - 1] for one in numbers]
    assert len(feed(visitor.get(f"{CASES}.atom?{query}")).entries) == len(numbers)
    said = words(visitor.get(f"{CASES}?{query}").text)
    assert ("No case is like that." in said) == (not numbers)


def test_what_has_expired_or_was_taken_down_is_found_by_its_detail_no_more(told: Flask, changer: FlaskClient):
    with told.app_context():
        refs = case_refs()
        with transaction():
            case = db.session.scalars(db.select(Case).where(Case.ref == refs[1])).one()
            taking_away.take_down(case, only_story=False, reason="Asked for.", by=story.organiser(), at=story.TODAY)
    assert [row["case"] for row in table(changer.get(f"{CASES}.csv?group=all"))] == [refs[3], refs[0]]
    with clock.at_instant(story.TODAY + NINETY):
        assert table(changer.get(f"{CASES}.csv?place=country")) == []
        rows = table(changer.get(f"{CASES}.csv?least=1"))
    assert [row["disease_group"] for row in rows] == ["expired", "expired", "withheld", "withheld"]


def test_pages_go_on_from_a_place_and_a_table_comes_in_pieces(
    told_once: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queries, "PIECE_ROWS", 2)
    monkeypatch.setattr(queries, "MOST_COUNTED", 3)
    with told_once.app_context():
        refs, seen, after = case_refs(), [], None
        while True:
            found = queries.cases(Wanted(), after=after, on=story.TODAY.date(), limit=1)
            seen += [one.case.ref for one in found.rows]
            assert found.more_than == 3
            if found.next_after is None:
                break
            after = queries.place(found.next_after)
        assert seen == [refs[3], *refs[:3]]
    assert len(table(visitor.get(f"{CASES}.csv"))) == 4
    answer = visitor.get(f"{CASES}?after=young-cancer-2026-09-2.1")
    assert "Newest cases" in words(answer.text)
    assert "October 2026, period 1" not in words(answer.text)


def test_periods_have_their_feeds_and_table(visitor: FlaskClient):
    for query, number in (("", 3), ("?state=open", 1), ("?plan=accident", 0)):
        assert len(table(visitor.get(f"/disclosures/periods.csv{query}"))) == number
        read = feed(visitor.get(f"/disclosures/periods.atom{query}"))
        assert len(read.entries) == number
        assert len(json.loads(visitor.get(f"/disclosures/periods.json{query}").text)["items"]) == number
    first = table(visitor.get("/disclosures/periods.csv"))[1]
    assert (first["period"], first["members"], first["cases"], first["share_fen"]) == (
        "young-cancer-2026-09-2", "10", "3", "266",
    )  # fmt: skip
    page = visitor.get("/disclosures?state=open").text
    assert 'href="/disclosures/periods.csv?state=open"' in page
    assert 'rel="alternate" type="application/atom+xml"' in page


LONG = "x" * 10_000
FRAGMENTS = "'; DROP TABLE period; -- {{ 7*7 }} <script>alert(1)</script> a\x00b \u202e"
FIELDS = ("plan", "since", "until", "group", "place", "least", "most", "state")


@pytest.mark.parametrize("field", FIELDS)
def test_nonsense_is_refused_with_a_sentence_and_kept(visitor: FlaskClient, field: str):
    for typed in (LONG, FRAGMENTS):
        answer = visitor.get(f"{CASES}?{field}={quote(typed)}")
        assert answer.status_code == 422
        assert "There is a problem" in answer.text
        assert "<script>alert" not in answer.text
    if field in {"since", "until", "least", "most"}:
        assert "{{ 7*7 }} &lt;script&gt;" in answer.text
    for kind in ("csv", "atom", "json"):
        assert visitor.get(f"{CASES}.{kind}?{field}={quote(FRAGMENTS)}").status_code == 422


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("since=2026-10&until=2026-09", 422, "The last month lies before the first one."),
        ("least=20&most=5", 422, "The highest amount is below the lowest one."),
        ("least=-1", 422, "This is no amount."),
        ("most=1e99", 422, "This is no amount."),
        ("after=nowhere", 404, "There is no such page of this list."),
        ("after=young-cancer-2026-09-2.99999999999999999999", 404, "There is no such page of this list."),
        (f"after={LONG}", 404, "There is no such page of this list."),
    ],
)
def test_absurd_ranges_and_places_are_answered_with_a_sentence(
    visitor: FlaskClient, query: str, status: int, sentence: str
):
    answer = visitor.get(f"{CASES}?{query}")
    assert answer.status_code == status
    assert sentence in words(answer.text)


def test_htmx_narrows_the_list_and_says_how_many(visitor: FlaskClient):
    headers = {"HX-Request": "true", "HX-Target": "found"}
    part = visitor.get(f"{CASES}?least=6", headers=headers).text
    assert part.lstrip().startswith('<div id="found"')
    assert 'role="status">2 cases' in part
    refused = visitor.get(f"{CASES}?least=x", headers=headers)
    assert refused.status_code == 422
    assert "This is no amount." in refused.text
