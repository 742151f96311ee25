"""Statements through HTTP: on any day, of a year, on paper, and as files; all of them say the same."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re

from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Period, Settlement
from bench.public_pages import questions
from tests.fixtures.pages import named, parse
from tests.memberships.test_own import SETTLED, settled
from tests.memberships.walk import TODAY, it_is, said
from tests.notices.paper import text_of
from tests.web.gate import open_account, signed_in

MOST = 7
WHO_ASKS = 2
"""Who is signed in, and in which roles: asked by every page behind the door."""


def test_a_past_day_shows_what_the_balance_was_at_its_end(app: Flask, client: FlaskClient):
    mine, _other = settled(app, client)
    with it_is(app, SETTLED):
        before = said(client.get(f"/me/{mine}/statement?day=2026-10-13&lang=en"))
        after = said(client.get(f"/me/{mine}/statement?lang=en"))
    assert "Balance at the end of 13 October 2026 ¥30.00 24:00 local time" in before
    assert "Share," not in before
    assert "Balance at the end of 14 October 2026 ¥27.50 as of now" in after
    assert "Share," in after


def test_a_day_that_cannot_be_shown_is_answered_with_what_to_do_and_stays_typed(app: Flask, client: FlaskClient):
    mine, _other = settled(app, client)
    with it_is(app, SETTLED):
        for day, sentence in (
            ("2026-09-30", "This membership began on 1 October 2026. Choose that day or a later one."),
            ("2026-10-15", "That day has not come yet. Choose today or an earlier day."),
            ("soon", "Write the day with year, month and day, for example 2026-10-28."),
        ):
            answer = client.get(f"/me/{mine}/statement?day={day}&lang=en")
            assert answer.status_code == 422
            assert sentence in said(answer).replace("\N{NO-BREAK SPACE}", " ")
            [typed] = [box.get("value") for box in named(parse(answer.text), "input") if box.get("name") == "day"]
            assert typed == day


def test_the_year_adds_up_and_is_the_same_on_paper(app: Flask, client: FlaskClient):
    mine, _other = settled(app, client)
    with it_is(app, SETTLED):
        page = said(client.get(f"/me/{mine}/statement/2026?lang=en"))
        paper = client.get(f"/me/{mine}/statement/2026.pdf?lang=en")
        strange = client.get(f"/me/{mine}/statement/2025")
    assert "Balance at the beginning of the year 0.00 Paid in +30.00 Shares −2.50" in page
    assert "With these shares you helped 1 person ." in page
    assert "( ¥5.00 ) ÷ 2 = ¥2.50" in page
    assert "27.50" in page
    assert paper.mimetype == "application/pdf"
    text = text_of(paper.data)
    assert "Paid in +30.00 Shares −2.50" in text
    assert "The sum behind each share" in text
    assert "27.50" in text
    assert strange.status_code == 404


def test_the_files_hold_every_line_and_end_with_the_balance(app: Flask, client: FlaskClient):
    mine, _other = settled(app, client)
    with it_is(app, SETTLED):
        rows = list(csv.DictReader(io.StringIO(client.get(f"/me/{mine}/statement.csv").text)))
        record = json.loads(client.get(f"/me/{mine}/statement.json").text)
    assert [(row["kind"], row["amount_fen"], row["balance_fen"]) for row in rows] == [
        ("topup", "3000", "3000"),
        ("share", "-250", "2750"),
    ]
    assert record["balance_fen"] == 27_50
    assert [{key: str(value) for key, value in line.items()} for line in record["lines"]] == rows
    assert dt.datetime.fromisoformat(rows[0]["at"]).utcoffset() == dt.timedelta(hours=8)


def _after(one: Period | Settlement, **changed: object) -> dict[str, object]:
    """The columns of a row, some of them changed: a row like it."""
    return {**{column.key: getattr(one, column.key) for column in one.__table__.columns}, **changed}


def test_a_statement_asks_no_more_for_24_periods(app: Flask, client: FlaskClient):
    mine, _other = settled(app, client)
    with app.app_context(), transaction():
        first = db.session.scalars(db.select(Settlement)).one()
        period = db.session.get_one(Period, first.period_id)
        nothing = dict.fromkeys((name for name in _after(first) if name.endswith("_fen")), 0)
        for seq in range(2, 25):
            name = {"name": f"young-cancer-2026-09-{seq}", "month": 9, "number": seq, "seq": seq, "id": None}
            like = Period(**_after(period, **name))
            db.session.add(like)
            db.session.flush()
            new = {"seq": seq, "period_id": like.id, "entry_id": None, "at": first.at + seq * dt.timedelta(minutes=1)}
            db.session.add(Settlement(**_after(first, **nothing, **new)))
    with it_is(app, SETTLED):
        for path, periods in ((f"/me/{mine}/statement?day=2026-10-14", 20), (f"/me/{mine}/statement/2026", 24)):
            client.get(path)
            with app.app_context(), questions() as asked:
                assert len(set(re.findall("/disclosures/young-cancer-2026-[0-9-]+", client.get(path).text))) == periods
            assert len(asked) - WHO_ASKS <= MOST, asked


def test_nobody_elses_statement_exists(app: Flask, client: FlaskClient):
    mine, _other = settled(app, client)
    open_account(app, email="stranger@example.org")
    with it_is(app, TODAY):
        stranger = signed_in(app, "stranger@example.org")
        for path in ("statement", "statement.csv", "statement.json", "statement/2026", "statement/2026.pdf"):
            assert stranger.get(f"/me/{mine}/{path}").status_code == 404
