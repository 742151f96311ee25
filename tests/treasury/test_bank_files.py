"""Money that goes out by people: gathered, batched, checked by a second treasurer, answered by the bank."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from app.db import db, transaction
from app.domain import bank_tables
from app.jobs.tick import tick
from app.models import Audit, BankAnswer, BankBatch, BankBatchLine, BankImport, Claim, Payout
from app.services import claim_file, sandbox
from app.services.claim_file import BankAccount
from tests.services import pool_story as story
from tests.web.gate import enter, open_account, send, token, words

Clock = Callable[[int], None]
DESK = "/treasury/bank-files"


@pytest.fixture
def waiting(app: Flask, day: Clock) -> list[str]:
    """Two payouts, 20.00 and 10.00, released by file on the 14th; it is the 15th. Their references."""
    with app.app_context():
        story.open_plan(fee_bp=0)
        story.enrol(10)
        for amount_fen in (20_00, 10_00):
            story.approve_claim(amount_fen, benefit="low_grade_tumour")
        with transaction():
            for number, claim in enumerate(db.session.scalars(db.select(Claim).order_by(Claim.id))):
                account = BankAccount("=欧阳若曦", "农业银行", f"622848000000000{number:04}")
                claim_file.keep_bank_account(claim, account)
            sandbox.order("out", "by_file", 0, at=story.september(1))
        story.settled()
        story.release()
        tick(story.september(14, 13))
        refs = [payout.ref for payout in story.payouts_of()]
    day(15)
    return refs


@pytest.fixture
def auditor(app: Flask, day: Clock) -> FlaskClient:
    """An auditor at a desk of their own."""
    day(1)
    open_account(app, "ye@example.org", roles=("auditor",))
    client = app.test_client()
    enter(client, "ye@example.org")
    return client


def made(client: FlaskClient) -> str:
    """Make a batch of everything; its address."""
    answer = send(client, f"{DESK}?lang=en", action=DESK)
    assert answer.status_code == 303
    return answer.headers["Location"]


def gone(treasurer: FlaskClient, second: FlaskClient) -> str:
    """A batch that was made by one and let go by another; its address."""
    page = made(treasurer)
    assert send(second, page, action=f"{page}/release").status_code == 303
    return page


def answer(*rows: str) -> bytes:
    return "\n".join((",".join(bank_tables.ANSWER_COLUMNS), *rows)).encode()


def upload(client: FlaskClient, page: str, content: bytes) -> TestResponse:
    data = {"csrf_token": token(client, page), "answer": (io.BytesIO(content), "answer.csv")}
    return client.post(f"{page}/answers", data=data, content_type="multipart/form-data")


def states(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(db.select(Payout.state).order_by(Payout.id)))


def test_a_batch_goes_by_two_treasurers_and_its_file_is_taken_away_by_name(
    app: Flask, treasurer: FlaskClient, second: FlaskClient, waiting: list[str]
) -> None:
    assert "2 transfers of ¥30.00 together wait." in words(treasurer.get(f"{DESK}?lang=en"))
    page = made(treasurer)
    said = words(treasurer.get(page))
    assert "You made it, so another treasurer checks it and lets it go." in said
    assert page in treasurer.get(f"/treasury/payouts/{waiting[0]}").text
    assert "account ending in 0000" in said
    assert "欧阳若曦" not in said
    assert treasurer.get(f"{page}/file").status_code == 409
    own = treasurer.post(f"{page}/release", data={"csrf_token": token(treasurer, page)})
    assert own.status_code == 403
    assert "You made this batch yourself." in words(own)
    assert send(second, page, action=f"{page}/release").status_code == 303
    taken = second.get(f"{page}/file")
    assert taken.headers["Cache-Control"] == "no-store"
    assert taken.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(taken.data.decode("utf-8-sig"))))
    assert [row["our_reference"] for row in rows] == waiting
    assert [row["amount_fen"] for row in rows] == ["2000", "1000"]
    assert rows[0]["recipient_name"] == "'=欧阳若曦"
    with app.app_context():
        batch = db.session.scalars(db.select(BankBatch)).one()
        assert (batch.sum_fen, batch.digest) == (30_00, bank_tables.digest(taken.data))
        looks = db.session.scalars(db.select(Audit.about_ref).where(Audit.deed == "take-batch-file")).all()
        assert looks == [batch.ref]


def test_the_banks_answer_is_shown_line_by_line_and_books_what_is_right_once(
    app: Flask, treasurer: FlaskClient, second: FlaskClient, waiting: list[str]
) -> None:
    first, other = waiting
    page = gone(treasurer, second)
    bank = answer(
        f"{first},20.00,paid,B-1,2026-09-15,",
        f"{other},10.00,paid,B-2,2026-09-15,",
        f"{other},10.00,returned,B-2,2026/09/15,account_closed",
        "0123456789AB,5.00,paid,B-3,2026-09-15,",
    )
    preview = upload(treasurer, page, bank)
    assert preview.status_code == 303
    shown = preview.headers["Location"]
    said = words(treasurer.get(f"{shown}?lang=en"))
    assert "3 lines would be booked." in said
    assert "we know no such reference: ask the bank what it paid" in said
    assert states(app) == ["released", "released"]
    assert send(treasurer, shown, action=f"{shown}/confirmation").status_code == 303
    assert states(app) == ["paid", "returned"]
    said = words(treasurer.get(f"{shown}?lang=en"))
    assert "3 lines were booked." in said
    assert "we know no such reference" in said
    again = upload(treasurer, page, bank)
    assert again.headers["Location"] == shown
    assert treasurer.post(f"{shown}/confirmation", data={"csrf_token": token(treasurer, page)}).status_code == 409
    once_more = upload(treasurer, page, bank + b"\n")
    said = words(treasurer.get(f"{once_more.headers['Location']}?lang=en"))
    assert "Nothing of it can be booked" in said
    assert "booked already: nothing to do" in said
    with app.app_context():
        story.sound()
        results = db.session.scalars(db.select(BankAnswer.result).order_by(BankAnswer.id)).all()
        assert results == ["paid", "paid", "returned"]
    assert "account" in words(treasurer.get(f"/treasury/payouts/{other}?lang=en"))


def test_a_batch_is_chosen_cancelled_and_made_again_and_a_transfer_is_in_one(
    app: Flask, treasurer: FlaskClient, second: FlaskClient, waiting: list[str]
) -> None:
    values = {"main-transfers": waiting[0]}
    one = send(treasurer, DESK, values, action=DESK).headers["Location"]
    assert "1 transfer of ¥10.00 waits." in words(second.get(f"{DESK}?lang=en"))
    taken = {"csrf_token": token(second, DESK), "account": "main", "main-transfers": waiting[0]}
    late = second.post(DESK, data=taken)
    assert late.status_code == 409
    assert "None of it waits any more" in words(late)
    assert send(treasurer, one, action=f"{one}/cancellation").status_code == 303
    gone_by = {"csrf_token": token(second, DESK)}
    assert second.post(f"{one}/release", data=gone_by).status_code == 409
    assert "2 transfers of ¥30.00 together wait." in words(second.get(f"{DESK}?lang=en"))
    page = made(second)
    with app.app_context():
        story.sound()
        lines = db.session.scalars(db.select(BankBatchLine).where(BankBatchLine.dropped_at.is_(None))).all()
        assert len(lines) == 2
        twice = {"batch_id": lines[0].batch_id, "number": 9, "transfer_id": lines[0].transfer_id}
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(db.insert(BankBatchLine).values(**twice))
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(
                db.update(BankBatch)
                .where(BankBatch.state == "made")
                .values(state="released", released_by=BankBatch.made_by, released_at=story.september(15))
            )
    assert "The bank has not answered yet." not in words(treasurer.get(f"{page}?lang=en"))


def test_a_file_that_would_be_another_one_is_not_written(
    app: Flask, treasurer: FlaskClient, second: FlaskClient, waiting: list[str]
) -> None:
    page, later = made(treasurer), BankAccount("许梅", "工商银行", "6222020000000000042")
    with app.app_context(), transaction():
        claim_file.keep_bank_account(db.session.scalars(db.select(Claim).order_by(Claim.id)).first(), later)
    refused = send(second, f"{page}?lang=en", action=f"{page}/release")
    assert refused.status_code == 409
    assert "so its file would be another one." in words(refused)
    assert states(app) == ["released"] * len(waiting)


def test_an_answer_that_is_no_answer_is_refused_with_what_is_wanted(
    app: Flask, treasurer: FlaskClient, second: FlaskClient, waiting: list[str]
) -> None:
    page = gone(treasurer, second)
    treasurer.get(f"{page}?lang=en")
    for content, sentence in (
        (b"a,b\n1,2", "our_reference, amount_yuan, result, bank_reference, day, reason"),
        (b"\x00\x01\x02\xff", "This file is no table of text."),
        (answer(), "This file has a heading and no line."),
        (b"", "This file is empty."),
    ):
        refused = upload(treasurer, page, content)
        assert refused.status_code == 422, sentence
        assert sentence in words(refused)
    empty = treasurer.get(f"{DESK}/template")
    assert empty.data.decode("utf-8-sig").strip() == ",".join(bank_tables.ANSWER_COLUMNS)
    big = upload(treasurer, page, b"x" * (bank_tables.MOST_BYTES + 1))
    assert big.status_code == 413
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(BankImport.id))) == 0
    assert len(waiting) == 2


def test_a_bank_may_write_chinese_semicolons_and_only_that_it_came_back(
    app: Flask, treasurer: FlaskClient, second: FlaskClient, waiting: list[str]
) -> None:
    page = gone(treasurer, second)
    heading = ";".join(bank_tables.ANSWER_COLUMNS)
    content = f"{heading}\n{waiting[0]};20,00;failed;;20260915;户名不符\n{waiting[0]};20.00;failed;;20260915;户名不符\n"
    content += f"{waiting[1]};10.00;returned;流水-7;20260915;account_closed\n"
    shown = upload(treasurer, page, content.encode("gb18030")).headers["Location"]
    assert "2 lines would be booked." in words(treasurer.get(f"{shown}?lang=en"))
    assert send(treasurer, shown, action=f"{shown}/confirmation").status_code == 303
    assert states(app) == ["failed", "returned"]
    with app.app_context():
        story.sound()


def test_an_auditor_reads_and_takes_no_names_away(
    auditor: FlaskClient, treasurer: FlaskClient, waiting: list[str]
) -> None:
    page = made(treasurer)
    assert auditor.get(page).status_code == 200
    assert auditor.get(f"{page}/file").status_code == 403
    assert waiting
