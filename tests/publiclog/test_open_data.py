"""Open data as visitors and their programs meet it: pages, files, feeds, and what does not exist."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db
from app.jobs import publishing
from app.models import Dataset, Notice, Settlement
from app.services.days import midnight
from app.services.open_data import schema
from app.web import clock
from app.web.filters import amount
from tests.disclosures import story
from tests.notices.paper import characters

MONTH = "young-cancer-2026-09"
NAME = f"{MONTH}-2"


@pytest.fixture
def visitor(app: Flask) -> Iterator[FlaskClient]:
    """Somebody who reads English, after the small story was told and its files were written."""
    with app.app_context():
        story.tell()
        publishing.publish(story.TODAY)
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    with clock.at_instant(story.TODAY):
        yield client


def ask(client: FlaskClient, address: str, **more: Any) -> TestResponse:
    """The whole answer, its file closed."""
    return client.get(address, buffered=True, **more)


def table(client: FlaskClient, path: str) -> list[dict[str, str]]:
    answer = ask(client, f"/open-data/{path}")
    assert answer.status_code == 200, path
    return list(csv.DictReader(io.StringIO(answer.data.decode(), newline="")))


def test_every_total_is_the_same_on_the_page_in_the_tables_the_feeds_the_bulletin_and_the_books(
    app: Flask, visitor: FlaskClient
):
    settlements = {row["period"]: row for row in table(visitor, "latest/settlements.csv")}
    feed = {one.title: one for one in feedparser.parse(ask(visitor, "/open-data/latest/feed.atom").data).entries}
    items = {one["title"]: one for one in ask(visitor, "/open-data/latest/feed.json").json["items"]}
    live = {one.link: one for one in feedparser.parse(ask(visitor, "/disclosures/periods.atom").data).entries}
    with app.app_context():
        kept = db.session.scalars(db.select(Settlement).order_by(Settlement.seq)).all()
        sums = {
            f"young-cancer-2026-09-{one.seq}": (one.share_fen, one.shared_payouts_fen, one.period_id) for one in kept
        }
        bulletins = dict(db.session.execute(db.select(Notice.about, Notice.ref).where(Notice.kind == "bulletin")).all())
    assert set(sums) == set(settlements)
    for name, (share_fen, payouts_fen, period_id) in sums.items():
        row, share, paid = settlements[name], amount(share_fen), amount(payouts_fen)
        assert (int(row["share_fen"]), int(row["shared_payouts_fen"])) == (share_fen, payouts_fen)
        assert f"¥{share} each" in feed[name].summary == items[name]["content_text"]
        assert f"payouts ¥{paid}" in feed[name].summary
        page = ask(visitor, f"/disclosures/{name}").text
        letter = characters(ask(visitor, f"/notices/{bulletins[period_id]}.pdf?lang=en").data)
        assert share in page
        assert share in letter
        assert paid in page
        assert paid in letter
        assert any(name in link and share in one.summary for link, one in live.items())
        payouts = [one for one in table(visitor, "latest/payouts.csv") if one["period"] == name]
        booked = [one for one in table(visitor, f"{name}/ledger.csv") if one["kind"] == "settlement"]
        assert sum(int(one["amount_fen"]) for one in payouts) == payouts_fen
        payable = (one for one in booked if one["credit"].startswith("claims_payable"))
        assert sum(int(one["amount_fen"]) for one in payable) == payouts_fen
    (september,) = (row for row in table(visitor, "latest/statements.csv") if row["month"] == "2026-09")
    statements = ask(visitor, "/open-data/statements?year=2026").text
    assert amount(int(september["charged_fen"])) in statements
    assert amount(sum(paid for _share, paid, _id in sums.values())) in statements


def test_the_pages_name_every_file_and_column_and_the_files_say_what_they_are(visitor: FlaskClient):
    page = ask(visitor, "/open-data").text
    for link in re.findall(r'href="(/open-data[^"#]*)"', page):
        assert ask(visitor, link.replace("&amp;", "&")).status_code == 200, link
    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])
    assert (told["@type"], told["license"]) == ("Dataset", "https://creativecommons.org/licenses/by/4.0/")
    cases = next(one for one in told["distribution"] if one["contentUrl"].endswith("/latest/cases.csv"))
    answer = ask(visitor, "/open-data/latest/cases.csv")
    assert cases["sha256"] == hashlib.sha256(answer.data).hexdigest()
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    again = ask(visitor, "/open-data/latest/cases.csv", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert "immutable" in ask(visitor, "/open-data/latest/rules/young-cancer-1.json").headers["Cache-Control"]
    assert ask(visitor, "/open-data/juntan-open-data.zip").headers["Content-Type"] == "application/zip"
    for language, folder in (("zh", "公开数据"), ("en", "Open data")):
        dictionary = ask(visitor, f"/open-data/dictionary?lang={language}").text
        assert folder in ask(visitor, f"/open-data/{NAME}?lang={language}").text
        for one in schema.tables().values():
            assert all(getattr(column.meaning, language).split("'")[0] in dictionary for column in one.columns), (
                one.name
            )
    assert "/sitemap.xml" in ask(visitor, "/robots.txt").text
    (part, *_rest) = re.findall(r"<loc>[^<]*?(/site-map/[^<]*)</loc>", ask(visitor, "/sitemap.xml").text)
    assert f"/disclosures/{NAME}</loc>" in ask(visitor, part).text
    assert "/cases/" in ask(visitor, "/site-map/2.xml").text


@pytest.mark.parametrize(
    "path",
    [
        "/open-data/young-cancer-2026-12-9",
        "/open-data/young-cancer-2026-12-9/cases.csv",
        "/open-data/unknown-plan",
        "/open-data/latest/secrets.json",
        "/open-data/latest/../../secrets.json",
        "/open-data/latest/..%2f..%2fsecrets.json",
        "/open-data//etc/passwd",
        "/open-data/latest/rules/young-cancer-99.json",
        "/open-data/.cases.csv-0000",
        "/open-data/latest/cases.csv%00",
        "/open-data?plan=' OR 1=1 --",
        "/open-data?page=99",
        "/open-data/statements?year=1999",
        "/site-map/99.xml",
    ],
)
def test_what_has_no_row_does_not_exist_whatever_is_typed(client: FlaskClient, path: str):
    assert client.get(path).status_code == 404


def test_a_file_with_details_that_are_over_is_not_given_out_before_it_is_written_anew(app: Flask, visitor: FlaskClient):
    with app.app_context():
        ends_on = db.session.get_one(Dataset, "latest/case_details.csv").ends_on
        assert ends_on
        then = midnight(ends_on)
    with clock.at_instant(then):
        for path in ("latest/case_details.csv", "juntan-open-data.zip"):
            answer = ask(visitor, f"/open-data/{path}")
            assert answer.status_code == 503
            assert "This file is being written anew." in answer.text
        assert ask(visitor, "/open-data/latest/cases.csv").status_code == 200


def test_before_the_first_period_the_pages_say_so(client: FlaskClient):
    assert "还没有写入任何文件" in client.get("/open-data").text
    assert "还没有锁定过任何一期" in client.get("/open-data/statements").text
