"""Two versions held against each other, and what can be taken along: the PDF, the data and the shares."""

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.domain.rule_changes import changes_between
from app.domain.terms import Words
from app.services import rulebook
from app.web import clock
from tests.disclosures import story
from tests.domain.plan_files import plan as rules_of
from tests.fixtures.application import make_app, release
from tests.fixtures.pages import CheckingClient, named, parse
from tests.plans.test_pages import words

HOLDS = dt.date(2026, 10, 20)


@pytest.fixture(scope="session")
def with_two(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A story with two settled periods, and a second version of every plan; changed by no test."""
    application = make_app(new_database(), tmp_path_factory.mktemp("two") / "instance")
    application.test_client_class = CheckingClient
    with application.app_context():
        story.tell()
        with transaction():
            for slug in story.CATALOGUE:
                rulebook.publish(rules_of(slug, 2), valid_from=HOLDS, by=None, at=story.noon(dt.date(2026, 9, 15)))
    yield application
    release(application)


@pytest.fixture
def visitor(with_two: Flask) -> Iterator[FlaskClient]:
    client = with_two.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    with clock.at_instant(story.TODAY):
        yield client


def test_any_two_versions_are_held_against_each_other_word_by_word(visitor: FlaskClient):
    page = visitor.get("/plans/young-cancer/rules/changes?from=1&to=2")
    said = words(page.text)
    assert page.status_code == 200
    assert "raised from 0 % to 8 %" in said
    assert "raised from 30 days to 60 days" in said
    assert "New: A tumour that only images or markers suggest" in said
    marks = [("".join(node.itertext()), node.tag) for node in named(parse(page.text), "del", "ins")]
    assert ("[gone: 30]", "del") in marks
    assert ("[new: 60]", "ins") in marks
    assert visitor.get("/plans/young-cancer/rules/changes?from=2&to=1").text == page.text.replace(
        "from=1&amp;to=2", "from=2&amp;to=1"
    )
    chinese = words(visitor.get("/plans/young-cancer/rules/changes?from=1&to=2&lang=zh").text)
    assert "从 0 % 提高到 8 %" in chinese.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("query", ["from=1&to=1", "from=1", "from=1&to=9", "from=x&to=2", "to=01&from=1"])
def test_two_versions_are_two_different_ones(visitor: FlaskClient, query: str):
    page = visitor.get(f"/plans/young-cancer/rules/changes?{query}")
    assert page.status_code == 422
    assert "Choose two different versions of the list." in words(page.text)


def test_a_version_on_paper_carries_its_fingerprint_and_its_data_give_it(visitor: FlaskClient):
    data = visitor.get("/plans/accident/rules/2.json")
    wanted = hashlib.sha256(data.data).hexdigest()
    page = visitor.get("/plans/accident/rules/2")
    code = "".join(named(parse(page.text), "code")[0].itertext())
    assert code.replace(" ", "") == wanted
    paper = visitor.get("/plans/accident/rules/2.pdf")
    assert (paper.status_code, paper.mimetype) == (200, "application/pdf")
    with pikepdf.open(io.BytesIO(paper.data)) as document:
        assert len(document.pages) > 1
    assert visitor.get("/plans/accident/rules/2.pdf").data == paper.data
    for address in ("/plans/accident/rules/2.pdf", "/plans/accident/rules/2.json"):
        assert address in page.text


@pytest.mark.parametrize(
    "address", ["/plans/nothing/rules/1.pdf", "/plans/accident/rules/9.pdf", "/plans/accident/rules/9.json",
                "/plans/nothing/shares.csv", "/plans/nothing/rules/changes"],
)  # fmt: skip
def test_what_is_not_there_is_no_file(visitor: FlaskClient, address: str):
    assert visitor.get(address).status_code == 404


def test_the_page_of_a_plan_lists_each_version_with_day_and_author(visitor: FlaskClient):
    page = visitor.get("/plans/young-cancer")
    said = words(page.text)
    assert re.search(r"Version 2 20 October 2026 15 September 2026, by the operator", said)
    assert 'action="/plans/young-cancer/rules/changes"' in page.text
    assert re.search(r"Version 1 holds now 1 March 2026 1 March 2026, by the operator", said)
    assert said.index("What it does not help with") < said.index("May I join?")

    assert "Members in the last settlement 10 as many as in the first of them" in said
    assert "Cases 3 30,000 for every 100,000 members" in said
    assert "Paid of what was asked 100 % ¥26.55 of ¥26.55" in said


def test_every_settlement_is_a_line_of_the_table(visitor: FlaskClient):
    table = list(csv.DictReader(io.StringIO(visitor.get("/plans/young-cancer/shares.csv").text)))
    assert [line["period"] for line in table] == ["young-cancer-2026-09-1", "young-cancer-2026-09-2"]
    assert table[0]["share_fen"] == "0"
    assert table[1] | {"surplus_in_fen": "0"} == {
        "period": "young-cancer-2026-09-2", "settled_on": "2026-09-28", "members": "10", "cases": "3",
        "asked_fen": "2655", "paid_fen": "2655", "fee_fen": "0", "surplus_in_fen": "0", "share_fen": "266",
    }  # fmt: skip
    assert visitor.get("/plans/accident/shares.csv").text.count("\n") == 1


def test_what_somebody_would_have_paid_adds_up_and_leads_to_its_periods(visitor: FlaskClient):
    page = visitor.get("/plans/for-me?year=1991&month=3&day=8")
    said = words(page.text)
    assert "September 2026, period 2 2.66 September 2026, period 1 0.00 Sum 2.66" in said
    assert 'href="/disclosures/young-cancer-2026-09-2"' in page.text
    assert "too little history to say: only 2 settled periods, less than a year" in said
    assert "at most ¥147.34 more in 2026, then ¥150.00 a year" in said


def test_changes_of_every_kind_are_told_in_words(with_two: Flask):
    young = rules_of("young-cancer")
    first, *others = young.member.benefits
    paper, question = young.member.checklist[0], young.member.declaration[0]
    other = replace(
        young,
        member=replace(
            young.member,
            benefits=(replace(first, amount_fen=first.amount_fen + 100, age_to=29), *others[1:]),
            checklist=(replace(paper, required=not paper.required), *young.member.checklist[1:]),
            declaration=(
                replace(question, question=Words("新问题？", "Another question?")),
                *young.member.declaration[1:],
            ),
            prerequisite="accident",
            moves_to=None,
        ),
        pool=replace(
            young.pool,
            cap_year_fen=None,
            reserve_target_fen=1_00,
            closing=replace(young.pool.closing, remainder_to=Words("别处", "elsewhere")),
        ),
    )
    changes = changes_between(young, other)
    with with_two.test_request_context("/?lang=en"):
        macro = with_two.jinja_env.get_template("ui/rule_diff.html").module.marked
        told = words(str(macro([*changes.pool, *changes.member], "/a", "/b")))
    for said in (
        "taken away; it was ¥150.00", "lowered from ¥300,000.00 to ¥1.00", "set to accident; there was none before",
        "Amount: raised from ¥300,000.00 to ¥300,001.00", "Ages: changed from", "Gone: 31 – 40 years, ¥200,000.00",
        "[new: elsewhere ]", "[new: optional ]", "Another question?",
    ):  # fmt: skip
        assert said in told.replace("\N{NO-BREAK SPACE}", " "), said
