"""An organiser names a group, hands in its list, invites; each person answers in person and goes the whole way."""

from __future__ import annotations

import io

from flask import Flask
from flask.testing import FlaskClient

import app.jobs.work  # noqa: F401 -- what the worker knows
from app.db import db
from app.models import Application, Group, Invitation, MemberList, Membership, Person
from app.services import limits, outbox
from app.services.invitations import codes
from tests.memberships.walk import TODAY, agree, declare, draft_of, it_is, noon, publish_plans, resident_number
from tests.web.gate import enter, open_account, send, signed_in, words

ZHAO, QIAN = resident_number(TODAY.replace(year=1996), 21), resident_number(TODAY.replace(year=1990), 22)
LINES = (
    "姓名,出生日期,省份,证件类型,证件号码,邮箱",
    f"㛃䶮·阿不都,1996-10-01,浙江,居民身份证,{ZHAO},",
    f"钱二,1990-10-01,浙江,居民身份证,{QIAN},qian@example.org",
    "孙三,2019-10-01,浙江,护照,K1234567,",
)


def work(app: Flask) -> None:
    """The worker does what is due, and the clock stands still."""
    with app.app_context():
        outbox.sweep(noon(TODAY))


def of(app: Flask, model: type, column: str = "ref") -> str:
    with app.app_context():
        found = db.session.scalar(db.select(getattr(model, column)).order_by(model.id.desc()).limit(1))
        assert found is not None
        return str(found)


def upload(client: FlaskClient, group: str, content: bytes):
    page = f"/groups/{group}/lists/new"
    file = (io.BytesIO(content), "list.csv")
    return send(client, page, {"plan": "young-cancer", "file": file})


def admitted(app: Flask, organiser: FlaskClient) -> str:
    """A group that a caseworker has admitted."""
    send(organiser, "/groups/new", {"kind": "village", "name": "青山村", "contact": "村委会 13800000000"})
    group = of(app, Group)
    assert organiser.get(f"/groups/{group}/lists/new").status_code == 404, "not before it is admitted"
    open_account(app, "desk@example.org", name="审核", roles=("caseworker",))
    desk = signed_in(app, "desk@example.org")
    assert group in desk.get("/review/groups").text
    assert "青山村" in desk.get(f"/review/groups/{group}").text
    assert send(desk, f"/review/groups/{group}", action=f"/review/groups/{group}/refusal").status_code == 422
    deed = f"/review/groups/{group}/admission"
    page = desk.get(f"/review/groups/{group}").text
    assert send(desk, f"/review/groups/{group}", action=deed).status_code == 303
    late = desk.post(deed, data={"csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0]})
    assert late.status_code == 409, "decided once"
    return group


def sent(app: Flask, organiser: FlaskClient) -> tuple[str, list[str]]:
    """A list whose invitations are out: its address, and the codes in the order of the file."""
    group = admitted(app, organiser)
    wrong = upload(organiser, group, b"name,born\n")
    assert wrong.status_code == 422
    assert "province, document, number" in words(wrong)
    answer = upload(organiser, group, "\n".join(LINES).encode("gb18030"))
    assert answer.status_code == 303, words(answer)
    page = answer.location
    assert upload(organiser, group, "\n".join(LINES).encode("gb18030")).location == page, "the same file is one list"
    assert "0 / 3" in words(organiser.get(page)), "progress without JavaScript"
    work(app)
    said = words(organiser.get(page)).replace("\N{NO-BREAK SPACE}", " ")
    assert "2 行没有问题" in said
    assert "2037 年 10 月 1 日" in said
    assert "K1234567" not in said
    assert send(organiser, page, action=f"{page}/sending").status_code == 303
    work(app)
    with app.app_context():
        refs = db.session.scalars(db.select(Invitation.ref).order_by(Invitation.line))
        return page, [codes.code_of(ref) for ref in refs]


def in_person(app: Flask, organiser: FlaskClient, page: str, zhao: str) -> tuple[FlaskClient, str]:
    """The code opens it, the number proves it, and the organiser counts one more; the browser, and where it goes on."""
    member = app.test_client()
    assert send(member, "/invited", {"code": "nothing"}).status_code == 422
    assert send(member, "/invited", {"code": "0" * 12}).status_code == 404
    landing = send(member, "/invited", {"code": f" {zhao[:6].lower()}-{zhao[6:]}"})
    assert landing.location == f"/invited/{zhao}"
    shown = member.get(landing.location).text
    assert "青山村" in shown
    assert "阿不都" not in shown, "a code alone names nobody"
    assert member.get(f"/invited/{zhao}/answer").location.startswith("/sign-in?next="), "with an own account"
    enter(member, "zhao@example.org")
    wrong = send(member, f"/invited/{zhao}/answer", {"relation": "self", "number": QIAN})
    assert wrong.status_code == 422
    assert "阿不都" not in wrong.text
    right = {"relation": "self", "number": ZHAO}
    onward = send(member, f"/invited/{zhao}/answer", right)
    base = f"/join/young-cancer/{draft_of(app)}"
    assert onward.location == base
    assert member.get(f"/invited/{zhao}/answer").location == base, "whoever comes back goes on there"
    assert app.test_client().get(f"/invited/{zhao}").status_code == 404, "answered once"
    assert "已受邀" in words(member.get("/me"))
    counted = words(organiser.get(page))
    assert "已邀请 2 本人已确认 1 已谢绝 0" in counted
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(Membership.id))) == 0
        assert db.session.scalars(db.select(Application.state)).all() == ["invited"]
    return member, base


def goes_the_whole_way(app: Flask, member: FlaskClient, base: str) -> None:
    """Declaration, consents and first amount, like anybody who joins."""
    declare(member, base, "young-cancer")
    agree(member, base)
    send(member, f"{base}/top-up", {"choice": "3000"})
    assert send(member, f"{base}/check").location == f"{base}/done"
    with app.app_context():
        held = db.session.scalars(db.select(Membership)).one()
        assert held.account_id == db.session.scalar(db.select(Person.account_id))
        assert db.session.scalars(db.select(Application.state)).all() == ["accepted"]


def test_a_list_becomes_invitations_and_each_person_joins_by_themselves(app: Flask, client: FlaskClient) -> None:
    publish_plans(app)
    open_account(app, "village@example.org", name="村长")
    open_account(app, "zhao@example.org", name="赵")
    with it_is(app, TODAY):
        enter(client, "village@example.org")
        assert "证件号码" in client.get("/groups/template.csv", headers={"Accept-Language": "zh"}).get_data(True)
        page, (zhao, qian) = sent(app, client)
        sheet = client.get(f"{page}/sheet").text
        assert "㛃䶮·阿不都" in sheet
        assert f"{zhao[:4]} {zhao[4:8]} {zhao[8:]}" in sheet
        assert f",{qian}," in client.get(f"{page}/codes.csv").get_data(True)
        member, base = in_person(app, client, page, zhao)
        goes_the_whole_way(app, member, base)
        # The other one declines, in one tap and without an account.
        stranger = app.test_client()
        assert send(stranger, f"/invited/{qian}").status_code == 200
        assert stranger.get(f"/invited/{qian}").status_code == 404
        assert "本人已确认 1 已谢绝 1" in words(client.get(page))
        assert app.test_client().get(page).status_code == 303
        assert member.get(page).status_code == 404, "somebody else's list"


def test_the_organiser_answers_for_nobody_and_numbers_are_not_guessed(app: Flask, client: FlaskClient) -> None:
    publish_plans(app)
    open_account(app, "village@example.org", name="村长")
    with it_is(app, TODAY):
        enter(client, "village@example.org")
        page, (zhao, _qian) = sent(app, client)
        answer = f"/invited/{zhao}/answer"
        refused = send(client, answer, {"relation": "child", "number": ZHAO})
        assert refused.status_code == 422
        assert "您是这个集体的组织者" in words(refused)
        tries = [send(client, answer, {"relation": "self", "number": QIAN}) for _try in range(5)]
        assert [one.status_code for one in tries] == [422] * 4 + [429]
        assert send(client, answer, {"relation": "self", "number": ZHAO}).status_code == 429, "also the right one"
        guesses = limits.KINDS["invitation-code-network"].at_once
        stranger = app.test_client()
        statuses = [stranger.get(f"/invited/{number:012}").status_code for number in range(guesses + 1)]
        assert statuses == [404] * guesses + [429]
        assert send(client, page, action=f"{page}/taking-back").status_code == 303
        assert app.test_client().get(f"/invited/{zhao}").status_code in (404, 429)
        assert "已结束" in words(client.get("/groups/" + of(app, Group)))
        with app.app_context():
            assert db.session.scalars(db.select(MemberList.state)).all() == ["over"]
