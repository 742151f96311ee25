"""The open data of the demonstration: sound, whole, and for every period the same as the books and the pages."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from flask import Flask
from frictionless import Package

from app.db import db
from app.models import Case, Dataset, Period, PostingRow, Settlement, SettlementAward
from app.services.open_data import keeping
from app.services.public_log import files
from app.web.filters import amount
from tests.fixtures.application import release
from tests.fixtures.story import Told

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(told: Told) -> Iterator[Flask]:
    """The story, which is only read."""
    found = told.site()
    with found.app_context():
        yield found
    release(found)


def table(name: str) -> list[dict[str, str]]:
    text = (folder() / "latest" / name).read_bytes().decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def folder() -> Path:
    return files.root() / keeping.FOLDER


def sums(rows: list[dict[str, str]], key: str = "amount_fen") -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows:
        found[row["period"]] += int(row[key])
    return found


def test_every_period_of_the_story_adds_up_in_the_tables_the_ledger_the_books_and_on_its_page(site: Flask):
    settled = {row["period"]: row for row in table("settlements.csv")}
    kept = db.session.execute(db.select(Period.name, Settlement).join(Settlement)).all()
    assert set(settled) == {name for name, _row in kept}
    paid, cases = sums(table("payouts.csv")), defaultdict(list)
    for row in table("cases.csv"):
        cases[row["period"]].append(row)
    booked = sums([one for one in table("ledger.csv") if one["kind"] == "settlement" and "payable" in one["credit"]])
    client = site.test_client()
    for name, row in kept:
        told = settled[name]
        for column in ("members", "cases", "approved_fen", "need_fen", "share_fen", "surplus_after_fen", "fee_fen"):
            assert int(told[column]) == getattr(row, column), (name, column)
        received = row.shared_payouts_fen + row.from_reserve_fen + row.from_operator_fen
        assert paid[name] == received, name
        assert booked[name] == received + row.fee_fen, name
        assert sum(one["verdict"] == "settled" for one in cases[name]) == row.cases, name
        assert sum(int(one["amount_fen"]) for one in cases[name] if one["verdict"] == "settled") == row.approved_fen
        if row.cases:
            assert amount(row.share_fen) in client.get(f"/disclosures/{name}").text, name
    refused = sums(table("refusals.csv"), "count")
    for period in table("periods.csv"):
        if period["received"]:
            parts = sum(int(period[key]) for key in ("approved", "refused", "withdrawn", "open"))
            assert int(period["received"]) == parts, period["period"]
            assert refused[period["period"]] == int(period["refused"]), period["period"]
    heads = sums(table("members_by_band.csv"), "members")
    members = {one["period"]: int(one["members"]) for one in table("periods.csv") if one["members"]}
    assert all(heads[name] == members[name] for name in heads if heads[name])
    charged = sum(int(one["charged_fen"]) for one in table("statements.csv"))
    assert charged == sum(row.share_fen * row.members for _name, row in kept)
    left = sum(int(one["amount_fen"]) for one in table("ledger.csv") if one["kind"] == "payout")
    back = sum(int(one["amount_fen"]) for one in table("ledger.csv") if one["kind"] == "payout-returned")
    assert left - back == sum(int(one["amount_fen"]) for one in table("payouts.csv") if one["state"] == "paid")
    assert db.session.scalar(db.select(db.func.count(SettlementAward.award_id))) == sum(row.cases for _n, row in kept)
    assert db.session.scalar(db.select(db.func.count(PostingRow.id)))
    assert Counter(one["case"] for one in table("cases.csv")).keys() == set(db.session.scalars(db.select(Case.ref)))


def test_the_files_of_the_story_are_sound_to_strangers_programs(site: Flask):
    rows = db.session.scalars(db.select(Dataset).where(Dataset.sha256 != "")).all()
    for one in rows:
        assert hashlib.sha256((folder() / one.path).read_bytes()).hexdigest() == one.sha256, one.path
    newest = max(one.part for one in rows if re.fullmatch(r"young-cancer-[0-9-]+", one.part))
    for part in ("latest", newest, "young-cancer"):
        report = Package(str(folder() / part / "datapackage.json")).validate()
        assert report.valid, (part, report.flatten(["rowNumber", "fieldName", "type", "note"])[:5])
    client = site.test_client()
    feed = feedparser.parse(client.get("/open-data/latest/feed.atom", buffered=True).data)
    items = json.loads(client.get("/open-data/latest/feed.json", buffered=True).data)["items"]
    assert not feed.bozo
    assert [one.title for one in feed.entries] == [one["title"] for one in items]
    assert len(items) == 50
