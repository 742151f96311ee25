"""The claims room, through HTTP: from an empty list to a claim that was handed in, answered, appealed and withdrawn."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Audit, Consent, Evidence, Membership, Message
from app.services import claim_file
from app.web.clock import at_instant
from tests.claims.builders import JOINED, NOW, membership, paper
from tests.claims.walk import (
    BANK,
    EVENT,
    begin,
    bring,
    claimant,
    fill_in,
    hand_in,
    refuse,
    staff_moves,
    the_claim,
    today,
)
from tests.web.gate import enter, open_account, send, token, words

__all__ = ["claimant", "today"]

pytestmark = pytest.mark.usefixtures("today")


def test_strangers_are_sent_to_sign_in(client: FlaskClient) -> None:
    answer = client.get("/claims")
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")


def test_without_a_membership_there_is_nothing_to_claim_on(app: Flask, client: FlaskClient) -> None:
    open_account(app)
    enter(client)
    assert "这个账户还没有会员资格" in words(client.get("/claims"))
    assert client.get("/claims/new").status_code == 200


def test_from_an_empty_list_to_a_claim_that_was_handed_in(app: Flask, claimant: FlaskClient) -> None:
    claim = hand_in(app, claimant)
    row = the_claim(app)
    assert (row.state, row.submitted_at, row.event_on) == ("submitted", NOW, dt.date(2026, 10, 20))
    assert [(step.move, step.role) for step in row.steps] == [("submit", "member")]
    with app.app_context():
        kept = claim_file.bank_account_of(row)
        assert kept == claim_file.BankAccount("林岚", "中国农业银行西湖支行", "6228480012345678903")
        assert b"6228480012345678903" not in (row.account_sealed or b"")
        assert {consent.kind: consent.text_version for consent in db.session.scalars(db.select(Consent))} == {
            "claim_file": "claim-file-1-zh",
            "publication": "publication-2-level-1-zh",
        }
        deeds = set(db.session.scalars(db.select(Audit.deed).where(Audit.about_ref == row.ref)))
        assert deeds >= {"claim.opened", "claim.event_told", "claim.bank_account_named", "claim.submit"}
        message = db.session.scalars(db.select(Message)).one()
        promised = {"first_look_by": "2026-11-25", "decision_by": "2026-12-22"}
        assert message.kind == "claim-submit"
        assert message.values == {"claim": row.ref, "notice": message.values["notice"], **promised}
    page = words(claimant.get(claim))
    assert "最迟 2026 年 11 月 25 日 有人初看" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "6228" not in page
    assert "尾号 8903" in page
    assert "已经提交" in words(claimant.get("/claims")) or row.ref in words(claimant.get("/claims"))


def test_a_draft_is_kept_and_gone_on_with(app: Flask, claimant: FlaskClient) -> None:
    claim = begin(app, claimant)
    assert send(claimant, f"{claim}/event", EVENT).status_code == 303
    assert begin(app, claimant) == claim
    assert 'value="2026-10-20"' in claimant.get(f"{claim}/event").text
    assert "体检发现结节。" in claimant.get(f"{claim}/event").text
    assert "5 个部分已完成 2 个" in words(claimant.get(claim))


def test_what_is_missing_is_named_and_the_claim_is_not_handed_in(app: Flask, claimant: FlaskClient) -> None:
    claim = begin(app, claimant)
    page = claimant.get(f"{claim}/submission")
    for part in ("事件", "病理报告", "收款账户", "同意事项"):
        assert part in words(page)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    refused = claimant.post(f"{claim}/submission", data={"csrf_token": token.group(1), "is_true": "y"})
    assert refused.status_code == 422
    assert the_claim(app).state == "draft"


def test_without_the_claimants_word_it_is_not_handed_in(app: Flask, claimant: FlaskClient) -> None:
    claim = fill_in(app, claimant)
    answer = send(claimant, f"{claim}/submission")
    assert answer.status_code == 422
    assert "提交之前请先确认这一句" in words(answer)


@pytest.mark.parametrize(
    ("page", "wrong", "said"),
    [
        ("event", {"event_on": "2026-11-30"}, "这个日期还没有到"),
        ("event", {"event_on": "1990-01-01"}, "早于互助成员的出生日期"),
        ("event", {"event_on": "2010-01-01"}, "当天年龄为 11 周岁"),
        ("event", {"event_on": ""}, "请填写日期"),
        ("event", {"disease_group": ""}, "请选择是什么情况"),
        ("event", {"story": "字" * 4001}, "请不要超过 4000 个字"),
        ("bank-account", {"number": "6228480012345678901"}, "校验位不符"),
        ("bank-account", {"number": "abc"}, "8 至 30 位数字"),
        ("bank-account", {"holder": " "}, "请填写户名"),
        ("consents", {"publication_level": "1"}, "没有这项同意"),
        ("consents", {"claim_file": "y"}, "请选择可以公开的内容"),
        ("consents", {"claim_file": "y", "publication_level": "4"}, "请选择可以公开的内容"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    app: Flask, claimant: FlaskClient, page: str, wrong: dict[str, str], said: str
) -> None:
    claim = begin(app, claimant)
    right = {"event": EVENT, "bank-account": BANK, "consents": {}}[page]
    answer = send(claimant, f"{claim}/{page}", {**right, **wrong})
    assert answer.status_code == 422
    assert said in words(answer).replace("\N{NO-BREAK SPACE}", " ")


def test_an_event_in_the_waiting_period_is_said_early_with_its_clause_and_blocks_nothing(
    app: Flask, claimant: FlaskClient
) -> None:
    claim = fill_in(app, claimant)
    assert send(claimant, f"{claim}/event", {**EVENT, "event_on": "2026-03-01"}).status_code == 303
    for page in (claim, f"{claim}/submission"):
        said = words(claimant.get(page)).replace("\N{NO-BREAK SPACE}", " ")
        assert "具有受助资格的第一天是 2026 年 7 月 9 日" in said
        assert "第 3.1 条" in said
    assert send(claimant, f"{claim}/submission", {"is_true": "y"}).status_code == 303
    assert the_claim(app).state == "submitted"


def test_a_late_report_is_a_note_and_no_refusal(app: Flask, client: FlaskClient) -> None:
    owner = open_account(app)
    with app.app_context(), transaction():
        membership(owner, joined=JOINED.replace(year=2025))
    enter(client)
    claim = begin(app, client)
    send(client, f"{claim}/event", {**EVENT, "event_on": "2026-01-20"})
    page = words(client.get(claim))
    assert "会标记为逾期" in page
    assert "不能得到互助" not in page


def test_publication_can_be_refused_and_the_consent_is_then_withdrawn(app: Flask, claimant: FlaskClient) -> None:
    claim = fill_in(app, claimant)
    with at_instant(NOW + dt.timedelta(hours=1)):
        assert send(claimant, f"{claim}/consents", {"claim_file": "y", "publication_level": "0"}).status_code == 303
    with app.app_context():
        kept = {row.kind: row.withdrawn_at for row in db.session.scalars(db.select(Consent))}
    assert kept["claim_file"] is None
    assert kept["publication"] is not None
    assert the_claim(app).publication_level == 0


def test_what_belongs_to_somebody_else_does_not_exist(app: Flask, claimant: FlaskClient) -> None:
    claim = fill_in(app, claimant)
    with app.app_context():
        document = db.session.scalars(db.select(Evidence.ref)).first()
    open_account(app, "other@example.org", name="别人")
    stranger = app.test_client()
    enter(stranger, "other@example.org")
    forms = ("", "/event", "/bank-account", "/consents", "/submission", "/withdrawal")
    for page in (*forms, "/documents/1", f"/files/{document}"):
        assert stranger.get(claim + page).status_code == 404
    with app.app_context():
        theirs = db.session.scalars(db.select(Membership.ref)).one()
    assert theirs not in stranger.get("/claims/new").text


def test_a_claim_that_was_handed_in_is_not_changed_any_more(app: Flask, claimant: FlaskClient) -> None:
    claim = hand_in(app, claimant)
    for page in ("event", "bank-account", "consents", "submission"):
        assert claimant.get(f"{claim}/{page}").status_code == 409
    assert claimant.get(f"{claim}/answer").status_code == 409
    assert claimant.get(f"{claim}/appeal").status_code == 409


def test_more_is_asked_for_brought_and_given_back(app: Flask, claimant: FlaskClient) -> None:
    claim = hand_in(app, claimant)
    staff_moves(app, "ask_evidence", note="请补充病理报告第 2 页。")
    page = words(claimant.get(claim))
    assert "审核员需要您补充材料" in page
    assert "请补充病理报告第 2 页。" in page
    with at_instant(NOW + dt.timedelta(days=4)):
        assert bring(claimant, claim, 3, (paper(1), "page-2.pdf")).status_code == 303
        assert send(claimant, f"{claim}/answer", {"words": "第 2 页在这里。"}).status_code == 303
        assert "2026 年 12 月 26 日" in claimant.get(claim).text.replace("\N{NO-BREAK SPACE}", " ")
    row = the_claim(app)
    assert [step.move for step in row.steps] == ["submit", "ask_evidence", "answer"]
    with app.app_context():
        assert claim_file.story_of(row) == "体检发现结节。\n\n[2026-11-26]\n第 2 页在这里。"


def test_a_refusal_shows_all_it_must_and_is_appealed_once(app: Flask, claimant: FlaskClient) -> None:
    claim = hand_in(app, claimant)
    refuse(app)
    page = words(claimant.get(claim)).replace("\N{NO-BREAK SPACE}", " ")
    for part in (
        "第 5.1 条",
        "病理报告",
        "属于原位癌",
        "显示浸润的病理报告",
        "申诉截止到 2026 年 12 月 22 日（含当日）",
    ):
        assert part in page
    assert send(claimant, f"{claim}/appeal").status_code == 422
    assert bring(claimant, claim, 3, (paper(1), "new.pdf")).status_code == 303
    assert send(claimant, f"{claim}/appeal", {"words": "新的病理报告显示浸润。"}).status_code == 303
    assert the_claim(app).state == "appealed"
    assert send(claimant, f"{claim}/withdrawal").status_code == 303
    assert the_claim(app).state == "refused_finally"
    assert claimant.get(f"{claim}/appeal").status_code == 409


def test_an_appeal_that_comes_too_late_is_refused_with_the_day(app: Flask, claimant: FlaskClient) -> None:
    claim = hand_in(app, claimant)
    refuse(app)
    with at_instant(NOW + dt.timedelta(days=31)):
        page = claimant.get(claim)
        assert "申诉的最后一天是" in words(page)
        assert f"{claim}/appeal" not in page.text
        assert claimant.get(f"{claim}/appeal").status_code == 409
        late = {"csrf_token": token(claimant, "/account"), "words": "晚了"}
        answer = claimant.post(f"{claim}/appeal", data=late)
    assert answer.status_code == 409
    assert "2026 年 12 月 22 日" in words(answer).replace("\N{NO-BREAK SPACE}", " ")
    assert the_claim(app).state == "refused"


@pytest.mark.parametrize("moves", [(), ("begin_review",), ("begin_review", "recommend", "approve")])
def test_a_claim_can_be_withdrawn_until_it_is_settled(
    app: Flask, claimant: FlaskClient, moves: tuple[str, ...]
) -> None:
    claim = hand_in(app, claimant)
    staff_moves(app, *moves)
    assert send(claimant, f"{claim}/withdrawal").status_code == 303
    assert the_claim(app).state == "withdrawn"
    assert claimant.get(f"{claim}/withdrawal").status_code == 409
    assert "已撤回这次申请" in words(claimant.get(claim))


def test_whoever_comes_second_is_told_that_the_claim_has_moved(app: Flask, claimant: FlaskClient) -> None:
    claim = fill_in(app, claimant)
    opened = claimant.get(f"{claim}/submission").text
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', opened)
    assert token
    data = {"csrf_token": token.group(1), "is_true": "y"}
    assert claimant.post(f"{claim}/submission", data=data).status_code == 303
    assert claimant.post(f"{claim}/submission", data=data).status_code == 409
    assert len(the_claim(app).steps) == 1


def test_every_page_is_kept_by_nobody(app: Flask, claimant: FlaskClient) -> None:
    claim = hand_in(app, claimant)
    for page in ("/claims", claim, f"{claim}/documents/1", f"{claim}/withdrawal"):
        assert claimant.get(page).headers["Cache-Control"] == "no-store"
        assert claimant.get(f"{page}?lang=en").status_code == 200
