import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web import clock
from tests.disclosures import story
from tests.fixtures.pages import named, parse

EXPLAINING = ("/how-it-works", "/not-insurance", "/privacy", "/accessibility")


@pytest.fixture
def visitor(app: Flask) -> Iterator[FlaskClient]:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    with clock.at_instant(story.TODAY):
        yield client


def words(html: str) -> str:
    return re.sub(r"\s+", " ", " ".join(parse(html).itertext()))


def test_an_empty_house_says_that_nothing_has_happened_yet(app: Flask, visitor: FlaskClient):
    said = words(visitor.get("/").text)
    assert "No plan has been opened yet." in said
    assert "No period has been settled yet." in said
    assert "No plan has been opened yet." in words(visitor.get("/plans").text)
    assert "No period has been published yet." in words(visitor.get("/disclosures").text)
    with app.app_context():
        story.publish_plans()
    page = visitor.get("/")
    assert "Young Adult Cancer Mutual Aid" in words(page.text)
    assert "no settlement yet" in words(page.text)
    assert not [figure for figure in named(parse(page.text), "figure") if figure.get("class") == "equation"]


def test_the_home_page_shows_the_last_share_with_cases_as_the_sum_it_is(app: Flask, visitor: FlaskClient):
    with app.app_context():
        story.tell()
    page = visitor.get("/")
    said = words(page.text)
    assert "settled on 28 September 2026" in said
    assert "¥2.655 is rounded up to ¥2.66" in said
    assert 'href="/disclosures/young-cancer-2026-09-2#cases"' in page.text
    assert "objections until 9 Oct" in said
    assert re.search(r"People helped 3\b", said)
    there = {node.get("id") for node in parse(visitor.get("/disclosures/young-cancer-2026-09-2").text).iter()}
    assert set(re.findall(r'href="/disclosures/young-cancer-2026-09-2#([^"]+)"', page.text)) <= there


@pytest.mark.parametrize("address", EXPLAINING)
def test_the_pages_that_explain_the_house_are_linked_from_every_foot(visitor: FlaskClient, address: str):
    page = visitor.get(address)
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    foot = named(parse(page.text), "footer")[0]
    links = {link.get("href") for link in named(foot, "a")}
    assert set(EXPLAINING) <= links
    for link in links - {"/demo"}:
        assert visitor.get(link).status_code == 200


def test_the_explaining_pages_are_there_in_chinese(visitor: FlaskClient):
    for address in EXPLAINING:
        said = words(visitor.get(address, headers={"Accept-Language": "zh"}).text)
        assert not re.search(r"[A-Za-z]{4,} [a-z]{3,} [a-z]{3,}", said)
