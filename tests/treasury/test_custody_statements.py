"""Statements of custody accounts: taken in, compared to the fen, and explained by two treasurers."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from app.db import db, transaction
from app.domain.bank_tables import STATEMENT_COLUMNS
from app.models import CustodyExplanation, CustodyLine, CustodyMatch, CustodyStatement, Fact
from app.services import selfcheck, transfers_by_hand
from app.services.bank_statements import differing, explaining, play, reading
from app.services.transfers_by_hand import Seen
from tests.services import pool_story as story
from tests.web.gate import token, words

Clock = Callable[[int], None]
DESK = "/treasury/statements"
OPENING = 1_000_00


def statement(*rows: str) -> bytes:
    return "\n".join((",".join(STATEMENT_COLUMNS), *rows)).encode()


def take_in(client: FlaskClient, content: bytes, first: str, last: str) -> TestResponse:
    data = {
        "csrf_token": token(client, f"{DESK}?lang=en"),
        "account": "main",
        "first_day": first,
        "last_day": last,
        "statement": (io.BytesIO(content), "statement.csv"),
    }
    return client.post(DESK, data=data, content_type="multipart/form-data")


@pytest.fixture
def paid_in(app: Flask, day: Clock) -> str:
    """Ten members, 1,000.00 in custody since August; one topped up 5.00 on the 2nd; it is the 6th. Its reference."""
    with app.app_context():
        story.open_plan()
        story.enrol(10)
        ref = story.top_up(story.members()[0], 5_00, at=story.september(2)).reference
    day(6)
    return ref


def explain(client: FlaskClient, page: str, part: str, kind: str) -> TestResponse:
    values = {f"{part}-kind": kind, f"{part}-plan": story.SLUG, f"{part}-note": "as the bank's letter says"}
    return send_part(client, page, part, values)


def send_part(client: FlaskClient, page: str, part: str, values: dict[str, str]) -> TestResponse:
    data = {"csrf_token": token(client, page), "part": part, **values}
    return client.post(f"{page}/explanations", data=data)


def answer(client: FlaskClient, page: str, ref: str, verdict: str) -> TestResponse:
    data = {"csrf_token": token(client, page), "answer": verdict}
    return client.post(f"{page}/explanations/{ref}/answer", data=data)


def said(app: Flask) -> CustodyExplanation:
    with app.app_context():
        return db.session.scalars(db.select(CustodyExplanation).order_by(CustodyExplanation.id.desc())).first()  # type: ignore[return-value]


def line(app: Flask, reference: str) -> int:
    with app.app_context():
        return db.session.scalars(db.select(CustodyLine.id).where(CustodyLine.bank_reference == reference)).one()


def differs(client: FlaskClient, paid_in: str) -> str:
    """Take in a statement with a charge, interest and money of nobody; its page."""
    content = statement(
        f"2026-09-02,{paid_in},5.00,,1005.00,top-up of a member",
        "2026-09-03,FEE,,0.70,1004.30,charge",
        "2026-09-04,INT,1.20,,1005.50,interest",
        "2026-09-05,WHO,9.00,,1014.50,张三",
    )
    taken = take_in(client, content, "2026-09-01", "2026-09-05")
    assert taken.status_code == 303
    return taken.headers["Location"]


def all_explained(app: Flask, one: FlaskClient, other: FlaskClient, page: str, **kinds: str) -> None:
    """One treasurer says what the lines with these references are, another confirms it."""
    for name, kind in kinds.items():
        assert explain(one, page, f"line-{line(app, name)}", kind).status_code == 303
        assert answer(other, page, said(app).ref, "confirmed").status_code == 303


def test_a_difference_is_a_list_and_two_treasurers_explain_it_to_the_fen(
    app: Flask, treasurer: FlaskClient, second: FlaskClient, paid_in: str
) -> None:
    page = differs(treasurer, paid_in)
    shown = words(treasurer.get(f"{page}?lang=en"))
    assert "3 lines are not explained." in shown
    assert "The list makes exactly the difference: ¥9.50." in shown
    public = words(treasurer.get("/money?lang=en"))
    assert "At the end of 5 September 2026 the bank said ¥1,014.50 and the books ¥1,005.00." in public
    assert "The difference of ¥9.50 is not explained yet." in public
    assert "张三" not in public
    fee, interest, who = (f"line-{line(app, name)}" for name in ("FEE", "INT", "WHO"))
    wrong = explain(treasurer, page, fee, "interest")
    assert wrong.status_code == 422
    assert "Choose what it is." in words(wrong)
    nothing_there = explain(treasurer, page, fee, "deposit_returned")
    assert nothing_there.status_code == 422
    assert "No unknown deposit of this amount waits in this account" in words(nothing_there)
    for part, kind in ((fee, "bank_charge"), (interest, "interest"), (who, "unknown_deposit")):
        assert explain(treasurer, page, part, kind).status_code == 303
        own = answer(treasurer, page, said(app).ref, "confirmed")
        assert own.status_code == 403
        assert "You said this yourself." in words(own)
        assert answer(second, page, said(app).ref, "confirmed").status_code == 303
        assert answer(second, page, said(app).ref, "refused").status_code == 409
    shown = words(treasurer.get(f"{page}?lang=en"))
    assert "Explained to the fen." in shown
    assert "is explained to the fen, each line by two treasurers" in words(treasurer.get("/money?lang=en"))
    with app.app_context():
        assert (story.held("operator_subsidy"), story.held("reserve")) == (70, 1_20)
        assert explaining.in_suspense_fen() == 9_00
        story.sound()
        stated = db.session.scalars(db.select(Fact.type).where(Fact.type.like("custody%")).order_by(Fact.id)).all()
        assert stated == ["custody-statement", "custody-explained"]
    assert "interest of the bank came in" in words(treasurer.get(f"/money/reserves/{story.SLUG}?lang=en"))


def test_an_unknown_deposit_goes_back_and_the_operator_hands_over_what_it_owes(
    app: Flask, treasurer: FlaskClient, second: FlaskClient, day: Clock, paid_in: str
) -> None:
    page = differs(treasurer, paid_in)
    all_explained(app, treasurer, second, page, FEE="bank_charge", INT="interest", WHO="unknown_deposit")
    day(9)
    back = statement("2026-09-07,BACK,,9.00,1005.50,sent back", "2026-09-08,PAYS,0.70,,1006.20,from the operator")
    page = take_in(treasurer, back, "2026-09-06", "2026-09-08").headers["Location"]
    all_explained(app, treasurer, second, page, BACK="deposit_returned", PAYS="operator_pays")
    with app.app_context():
        assert (explaining.in_suspense_fen(), story.held("operator_subsidy"), explaining.borne_fen("main")) == (0, 0, 0)
        story.sound()
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(db.update(CustodyLine).values(amount_fen=1))
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(db.update(CustodyStatement).values(explained_at=story.september(30)))
    assert "explained to the fen" in words(second.get(f"{DESK}?lang=en"))


def test_what_is_on_its_way_is_explained_for_one_statement_and_found_when_it_comes(
    app: Flask, treasurer: FlaskClient, second: FlaskClient, day: Clock, paid_in: str
) -> None:
    page = take_in(treasurer, statement("2026-09-01,X,1.00,,1001.00,", "2026-09-01,Y,,1.00,1000.00,"), "2026-09-01",
                   "2026-09-05").headers["Location"]  # fmt: skip
    with app.app_context():
        entry = db.session.scalars(db.select(db.func.max(CustodyMatch.entry_id))).one()
        assert entry is None
    shown = words(treasurer.get(f"{page}?lang=en"))
    assert "We booked it on 2 September 2026" in shown
    with app.app_context():
        found = reading.last_of("main")
        assert found is not None
        parts = differing.compare(found)
        assert parts.adds_up
        booking = next(part for part in parts.parts if part.entry is not None)
    assert explain(treasurer, page, booking.key, "in_transit").status_code == 303
    assert answer(second, page, said(app).ref, "refused").status_code == 303
    assert explain(treasurer, page, booking.key, "in_transit").status_code == 303
    assert explain(second, page, booking.key, "in_transit").status_code == 409
    assert answer(second, page, said(app).ref, "confirmed").status_code == 303
    day(9)
    later = statement(f"2026-09-06,{paid_in},5.00,,1005.00,")
    assert take_in(treasurer, later, "2026-09-06", "2026-09-08").status_code == 303
    shown = words(treasurer.get(f"{page}?lang=en"))
    assert "at the bank on 6 September 2026" in shown
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(CustodyMatch.entry_id))) == 1


def test_a_statement_that_does_not_follow_or_add_up_is_refused_in_words(
    app: Flask, treasurer: FlaskClient, day: Clock, paid_in: str
) -> None:
    good = statement(f"2026-09-02,{paid_in},5.00,,1005.00,")
    assert take_in(treasurer, good, "2026-09-01", "2026-09-03").status_code == 303
    for content, first, last, sentence in (
        (b"day;amount", "2026-09-04", "2026-09-05", "day, bank_reference, amount_in, amount_out, balance_after, text"),
        (good, "2026-09-01", "2026-09-03", "This very file was taken in before."),
        (good, "2026-09-02", "2026-09-05", "These days are taken in already"),
        (statement(), "2026-09-05", "2026-09-05", "this statement has to begin on 2026-09-04"),
        (statement(), "2026-09-04", "2026-09-06", "its last day has to be over"),
        (statement(), "2026-09-04", "2026-09-02", "The last day lies before the first one."),
        (statement("2026-09-04,A,1.00,,1007.00,"), "2026-09-04", "2026-09-05", "A line is missing before it."),
        (
            statement("2026-09-04,A,1.00,,1006.00,", "2026-09-04,B,1.00,,1006.00,"),
            "2026-09-04",
            "2026-09-05",
            "Line 3 does not add up: the balance after it would be 1007.00, the file says 1006.00.",
        ),
    ):
        refused = take_in(treasurer, content, first, last)
        assert refused.status_code in (409, 422), sentence
        assert sentence in words(refused)
    assert take_in(treasurer, statement(), "2026-09-04", "2026-09-05").status_code == 303
    with app.app_context():
        story.sound()
        assert db.session.scalar(db.select(db.func.count(CustodyStatement.id))) == 2
        overdue = {one.name: one.rows for one in selfcheck.check()}["differences-are-explained"]
        assert not overdue


def test_the_demonstrations_bank_says_what_we_booked_and_a_charge(
    app: Flask, treasurer: FlaskClient, day: Clock, paid_in: str
) -> None:
    assert "A made-up one of main to try" in words(treasurer.get(f"{DESK}?lang=en"))
    made_up = treasurer.get(f"{DESK}/made-up?account=main")
    assert made_up.headers["Content-Disposition"].startswith("attachment")
    assert treasurer.get(f"{DESK}/made-up?account=none").status_code == 404
    with app.app_context():
        first, last = play.next_days("main", today=dt.date(2026, 9, 6))
    page = take_in(treasurer, made_up.data, first.isoformat(), last.isoformat()).headers["Location"]
    shown = words(treasurer.get(f"{page}?lang=en"))
    assert "1 line is not explained." in shown
    assert "−¥15.00" in shown
    assert treasurer.get(f"{DESK}/made-up?account=main").status_code == 409
    assert treasurer.get(f"{DESK}/template").data.decode("utf-8-sig").strip() == ",".join(STATEMENT_COLUMNS)


def test_a_transfer_whose_owner_is_found_later_is_one_line_of_the_bank(
    app: Flask, treasurer: FlaskClient, day: Clock, paid_in: str
) -> None:
    with app.app_context():
        one, two, three = (story.treasurer(f"treasurer-{number}").id for number in (1, 2, 3))
        member = story.members()[1].ref
        seen = Seen("BANK-9", "main", "", 7_00, dt.date(2026, 9, 3))
        with transaction():
            transfer = transfers_by_hand.record(seen, by=one, at=story.september(3))
            transfers_by_hand.confirm(transfer, by=two, at=story.september(3))
        with transaction():
            transfers_by_hand.place(transfer, member, by=three, at=story.september(4))
    content = statement(f"2026-09-02,{paid_in},5.00,,1005.00,", "2026-09-03,BANK-9,7.00,,1012.00,")
    page = take_in(treasurer, content, "2026-09-01", "2026-09-05").headers["Location"]
    assert "Explained to the fen." in words(treasurer.get(f"{page}?lang=en"))
    with app.app_context():
        story.sound()
