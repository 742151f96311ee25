"""The pages of figures: in words before there is anything to count, afterwards with every sum as the ledger has it."""

from __future__ import annotations

import csv
import re

from flask import Flask
from flask.testing import FlaskClient

from app.db import db
from app.jobs import figures as job
from app.models import Pool, Settlement
from app.services.days import midnight
from tests.disclosures import story
from tests.disclosures.test_periods import words
from tests.fixtures.pages import parse
from tests.services import pool_story

PLAN = "/figures/young-cancer"


def make() -> None:
    for pool_id in db.session.scalars(db.select(Pool.id)).all():
        job.do(pool_id, midnight(story.TODAY.date()))


def test_before_a_lock_and_before_a_settlement_the_pages_say_so(changer: FlaskClient, told: Flask) -> None:
    said = words(changer.get(PLAN).text)
    assert "There are no figures of this plan yet. The first ones are counted with its first lock." in said
    assert "No period has been settled yet" in words(changer.get("/figures").text)
    assert changer.get(f"{PLAN}/members.csv").text == "plan,period,locked_on,band,standing,members\n"
    assert changer.get("/figures/no-such-plan").status_code == 404
    assert changer.get("/figures/no-such-plan/members.csv").status_code == 404
    with told.app_context():
        make()
    page = changer.get(PLAN)
    said = words(page.text)
    for part in (
        "Members by age",
        "Who came and who went",
        "Of each yuan shared",
        "Who carried whom",
        "not told apart",
    ):
        assert part in said, part
    charts = [one for one in parse(page.text).iter() if str(one.tag).endswith("svg") and one.get("aria-labelledby")]
    assert len(charts) >= 5
    for chart in charts:
        title, description = list(chart)[:2]
        assert chart.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        assert title.text
        assert description.text
    assert not re.search(r"\sstyle=", page.text)
    with told.app_context():
        slug_pool = pool_story.pool()
        shared = db.session.scalar(
            db.select(db.func.sum(Settlement.shared_payouts_fen)).where(Settlement.pool_id == slug_pool.id)
        )
    rows = list(csv.DictReader(changer.get(f"{PLAN}/yuan.csv").text.splitlines()))
    assert [int(row["to_cases_fen"]) for row in rows] == [shared]
    bands = list(csv.DictReader(changer.get(f"{PLAN}/cross-subsidy.csv").text.splitlines()))
    assert sum(int(row["paid_fen"]) for row in bands) == int(rows[0]["charged_fen"])
    assert {row["received_fen"] for row in bands if row["band"] != "untold"} == {""}, "too few to be told by age"
    assert sum(int(row["received_fen"] or 0) for row in bands) == shared
    places = list(csv.DictReader(changer.get("/figures/places.csv").text.splitlines()))
    assert [row["place"] for row in places] == ["not-told-apart"]


def test_a_plan_that_has_locked_and_not_settled_tells_its_members_alone(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        pool_story.open_plan()
        pool_story.enrol(9)
        pool_story.lock()
        make()
    said = words(client.get(PLAN, headers={"Accept-Language": "en"}).text)
    assert "This plan has not settled a period yet. Figures of money are made with its first settlement." in said
    assert "any standing 9" in said or "in good standing 9" in said
    assert client.get(f"{PLAN}/cross-subsidy.csv").text == "plan,band,paid_fen,cases,received_fen,difference_fen\n"
