"""Complaints through HTTP: received with a day, answered in time or late, asked again of somebody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db
from app.domain.complaints import is_late, working_days_after
from app.jobs.tick import sweep
from app.models import Audit, Complaint, Outbox
from app.services import complaints
from app.web import mails
from tests.memberships.walk import TODAY, it_is, noon, said
from tests.web.gate import open_account, send, signed_in, token

WHAT = "我的互助申请已经等了两个月，没有人回复。"


@pytest.fixture(autouse=True)
def house(app: Flask) -> Iterator[None]:
    open_account(app)
    for number, name in enumerate(("方宁", "何川"), 1):
        open_account(app, f"desk-{number}@example.org", name=name, roles=("caseworker",))
    with it_is(app, TODAY):
        yield


def refs(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(db.select(Complaint.ref).order_by(Complaint.id)))


def answered(app: Flask, desk: FlaskClient, ref: str, words: str) -> None:
    address = f"/review/complaints/{ref}"
    assert send(desk, address, action=f"{address}/take").location == address
    assert send(desk, address, {"answer": words}, action=f"{address}/answer").location == address


def test_the_day_of_the_answer_counts_working_days_only():
    friday = dt.date(2026, 9, 25)
    assert working_days_after(friday, 1) == dt.date(2026, 9, 28)
    assert working_days_after(friday, 15) == dt.date(2026, 10, 16)
    holidays = frozenset(dt.date(2026, 10, day) for day in range(1, 8))
    assert working_days_after(friday, 15, holidays) == dt.date(2026, 10, 23)
    assert [is_late(friday, day, TODAY) for day in (friday, friday + dt.timedelta(days=1), None)] == [False, True, True]


def test_a_member_complains_reads_the_answer_asks_again_and_another_one_answers(app: Flask):
    member, one, two = (signed_in(app, f"{name}@example.org") for name in ("lin", "desk-1", "desk-2"))
    assert member.post("/help/complaints/new", data={"csrf_token": token(member, "/account")}).status_code == 422
    own = send(member, "/help/complaints/new", {"text": WHAT, "about": "7K2M"}).location
    (ref,) = refs(app)
    assert own == f"/account/complaints/{ref}"
    assert "2026 年 10 月 22 日" in said(member.get(own))
    assert ref in said(member.get("/account/complaints"))
    address = f"/review/complaints/{ref}"
    assert WHAT in said(one.get(address))
    early = one.post(f"{address}/answer", data={"csrf_token": token(one, address), "answer": "已查。"})
    assert (early.status_code, "请先接手" in said(early)) == (409, True)
    assert send(one, address, action=f"{address}/take").location == address
    late = two.post(f"{address}/take", data={"csrf_token": token(two, "/account")})
    assert (late.status_code, "另一位同事" in said(late)) == (409, True)
    assert send(one, address, {"answer": "已经催办。"}, action=f"{address}/answer").location == address
    assert "已经催办。" in said(member.get(own))
    assert send(member, own, {"why": "仍然没有人联系我。"}, action=f"{own}/again").location == own
    again = one.post(f"{address}/take", data={"csrf_token": token(one, "/account")})
    assert (again.status_code, "由别人答复" in said(again)) == (403, True)
    answered(app, two, ref, "审核员今天致电。")
    page = said(member.get(own))
    assert ("审核员今天致电。" in page, "两位工作人员" in page) == (True, True)
    twice = member.post(f"{own}/again", data={"csrf_token": token(member, "/account"), "why": "还是不行。"})
    assert twice.status_code == 409
    assert signed_in(app, "desk-1@example.org").get(own).status_code == 404
    with app.app_context():
        trail = " ".join(f"{row.deed} {row.detail}" for row in db.session.scalars(db.select(Audit)))
        assert WHAT not in trail + " ".join(str(work.payload) for work in db.session.scalars(db.select(Outbox)))


def test_whoever_is_not_signed_in_reads_by_reference_and_secret_and_a_late_answer_stays_late(
    app: Flask, client: FlaskClient
):
    received = send(client, "/help/complaints/new", {"text": WHAT, "contact": "Zhou@example.org"})
    (ref,) = refs(app)
    with app.app_context():
        secret = complaints.secret_of(ref)
        letter = mails.of_complaint(db.session.scalars(db.select(Complaint)).one(), "complaint-received")
        sweep(noon(TODAY))
        assert db.session.scalars(db.select(Outbox.done_at).where(Outbox.kind == complaints.RECEIVED)).one()
    assert (received.status_code, secret in received.text) == (200, True)
    assert letter is not None
    assert (letter.to, secret in letter.text, WHAT in letter.text) == ("zhou@example.org", True, False)
    desk = signed_in(app, "desk-1@example.org")
    with it_is(app, dt.date(2026, 11, 2)):
        assert "逾期" in said(desk.get("/review/complaints"))
        answered(app, desk, ref, "抱歉，答复晚了。")
        assert "逾期：承诺期限为2026 年 10 月 22 日" in said(desk.get("/review/complaints"))
        wrong = send(client, "/help/complaints", {"ref": ref, "secret": "AAAAAAAAAAAA"})
        assert (wrong.status_code, "对不上" in said(wrong)) == (404, True)
        page = send(client, "/help/complaints", {"ref": ref.lower(), "secret": secret.lower()})
        assert (page.status_code, "抱歉，答复晚了。" in said(page), "逾期" in said(page)) == (200, True, True)
        asked = {"csrf_token": token(client, "/help/complaints"), "ref": ref, "secret": secret, "why": "请说明原因。"}
        assert "再次提出" in said(client.post("/help/complaints/again", data=asked))


def test_the_page_of_help_claims_no_telephone_that_is_not_there(app: Flask, client: FlaskClient):
    assert "我们没有电话" in said(client.get("/help"))
