"""Who is ill and who files, on the pages: asked where it is not known, and what a relative meets."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Account, Claim, Membership, PayeeChange, Report
from app.services import filing, refunds, vault
from tests.claims.builders import NOW, membership
from tests.claims.builders import claim as built
from tests.claims.walk import BANK, EVENT, bring, picture, today
from tests.web.gate import enter, open_account, send, signed_in, token, words

__all__ = ["today"]

pytestmark = pytest.mark.usefixtures("today")


def confirmed(app: Flask, relative: int, *, desk: int) -> None:
    """A report of the relative about the only person, confirmed; and what follows from it."""
    with app.app_context(), transaction():
        held = db.session.scalars(db.select(Membership)).one()
        report = Report(
            account_id=relative, kind="death", relation="spouse", name_sealed=vault.seal("林岚", purpose="report.name"),
            document_type="resident", identity_hash=held.identity_hash, happened_on=dt.date(2026, 11, 1),
            document_sealed=vault.seal("110105199805020026", purpose="report.document"),
            payee_sealed=vault.seal('{"bank":"b","holder":"h","number":"12345678"}', purpose=refunds.PAYEE),
            state="confirmed", reported_at=NOW, decided_at=NOW,
            decided_by=desk,
        )  # fmt: skip
        db.session.add(report)
        held.person.died_on = report.happened_on
        db.session.flush()
        filing.go_on_with(report, [held], at=NOW)


@pytest.fixture
def bereaved(app: Flask) -> tuple[int, int]:
    """A member, a relative and somebody of the desk; the numbers of the last two."""
    owner = open_account(app)
    relative = open_account(app, "relative@example.org", name="周宁")
    desk = open_account(app, "desk@example.org", name="方宁", roles=("caseworker",))
    with app.app_context(), transaction():
        membership(owner)
    return relative, desk


def test_who_files_is_asked_of_somebody_who_pays_for_a_grown_up(app: Flask, client: FlaskClient) -> None:
    owner = open_account(app)
    with app.app_context(), transaction():
        membership(owner).person.relation = "spouse"
    enter(client)
    ref = re.search(r'value="([0-9A-Z]{12})"', client.get("/claims/new").text)
    assert ref
    draft = str(send(client, "/claims/new", {"membership": ref.group(1)}).location)
    assert "5 个部分已完成 0 个" in words(client.get(draft))
    assert "谁患病，谁来申请" in words(client.get(f"{draft}/submission"))
    nothing = send(client, f"{draft}/filer")
    assert (nothing.status_code, "请说明您以什么身份申请。" in words(nothing)) == (422, True)
    assert send(client, f"{draft}/filer", {"capacity": "self"}).status_code == 422
    assert send(client, f"{draft}/filer", {"capacity": "guardian"}).status_code == 303
    assert "5 个部分已完成 1 个" in words(client.get(draft))
    with app.app_context():
        assert db.session.scalars(db.select(Claim.filer)).one() == "guardian"


def test_without_a_proof_a_relative_reads_how_to_become_one_who_may(app: Flask, bereaved: tuple[int, int]) -> None:
    relative = signed_in(app, "relative@example.org")
    for page in ("/claims/new", "/claims/may-i-apply"):
        assert "请亲属先提交报告，附上证明和亲属关系证明" in words(relative.get(page))
    assert bereaved


def test_a_draft_of_the_dead_is_handed_in_by_the_relative(
    app: Flask, client: FlaskClient, bereaved: tuple[int, int]
) -> None:
    relative_id, desk = bereaved
    enter(client)
    with app.app_context():
        ref = db.session.scalars(db.select(Membership.ref)).one()
    draft = str(send(client, "/claims/new", {"membership": ref}).location)
    assert send(client, f"{draft}/event", {**EVENT, "hospital": "浙大一院"}).status_code == 303
    confirmed(app, relative_id, desk=desk)
    assert client.get(draft).status_code == 404
    with app.app_context(), transaction():
        db.session.scalars(db.select(Claim)).one()
    refused = client.post("/claims/new", data={"csrf_token": token(client, "/account"), "membership": ref})
    assert refused.status_code == 422, "the own membership of the dead is not offered any more"
    relative = signed_in(app, "relative@example.org")
    page = words(relative.get(draft))
    assert "亲属（互助成员已身故或无法自理）" in page
    assert "由您接着办理" in words(relative.get("/me/messages"))
    assert "浙大一院" in words(relative.get(f"{draft}/submission"))
    for line in (1, 2, 3, 4, 6):
        assert bring(relative, draft, line, (picture(shade=line), "a.jpg")).status_code == 303
    assert send(relative, f"{draft}/bank-account", BANK).status_code == 303
    assert send(relative, f"{draft}/consents", {"claim_file": "y", "publication_level": "1"}).status_code == 303
    handed_in = send(relative, f"{draft}/submission", {"is_true": "y"})
    assert handed_in.location == f"{draft}/handed-in"
    assert draft.rpartition("/")[2] in words(relative.get(handed_in.location))
    with app.app_context():
        assert db.session.scalars(db.select(Claim.filer)).one() == "relative"
    assert relative.get(f"{draft}/filer").status_code == 409
    desk_page = words(signed_in(app, "desk@example.org").get(f"/review/{draft.rpartition('/')[2]}"))
    assert "亲属（互助成员已身故或无法自理）" in desk_page
    assert "互助成员已于" in desk_page


def test_a_second_relative_is_told_that_somebody_else_has_begun(app: Flask, bereaved: tuple[int, int]) -> None:
    relative_id, desk = bereaved
    nearer = open_account(app, "nearer@example.org", name="林海")
    confirmed(app, relative_id, desk=desk)
    with app.app_context(), transaction():
        first = db.session.scalars(db.select(Report)).one()
        db.session.add(Report(
            account_id=nearer, kind="incapacity", relation="child", name_sealed=first.name_sealed,
            document_type="resident", document_sealed=first.document_sealed, identity_hash=first.identity_hash,
            happened_on=first.happened_on, takes_over=True, state="confirmed", reported_at=NOW, decided_at=NOW,
            decided_by=desk, proposed_at=NOW, proposed_by=relative_id,
        ))  # fmt: skip
        ref = db.session.scalars(db.select(Membership.ref)).one()
    for email, status in (("relative@example.org", 303), ("nearer@example.org", 409)):
        answer = send(signed_in(app, email), "/claims/new", {"membership": ref})
        assert answer.status_code == status
    assert "另一位有权为此人申请的人已经在这份会员资格下开始申请" in words(answer)


def test_an_account_for_money_that_was_awarded_is_named_by_one_and_confirmed_by_another(
    app: Flask, bereaved: tuple[int, int]
) -> None:
    relative_id, desk = bereaved
    with app.app_context(), transaction():
        made = built(db.session.scalars(db.select(Membership)).one(), state="approved")
        ref = made.ref
    confirmed(app, relative_id, desk=desk)
    relative, caseworker = signed_in(app, "relative@example.org"), signed_in(app, "desk@example.org")
    page = f"/claims/{ref}/payout-account"
    assert page in relative.get(f"/claims/{ref}").text
    assert send(relative, page, {**BANK, "number": "12"}).status_code == 422
    assert send(relative, page, {**BANK, "holder": "周宁"}).status_code == 303
    waiting = relative.post(page, data={"csrf_token": token(relative, "/account"), **BANK})
    assert (waiting.status_code, "有一个账户正在等待审核员确认" in words(waiting)) == (409, True)
    with app.app_context():
        named = db.session.scalars(db.select(PayeeChange.ref)).one()
    answer = f"/review/claims/{ref}/account/{named}"
    assert answer in caseworker.get(f"/review/{ref}").text
    assert send(caseworker, answer).status_code == 422, "a no needs its reason"
    assert send(caseworker, answer, action=f"{answer}/confirmation").status_code == 303
    late = caseworker.post(answer, data={"csrf_token": token(caseworker, "/account"), "reason": "晚了"})
    assert (late.status_code, "已有人先处理了这个账户" in words(late)) == (409, True)
    assert "账户已获确认" in words(relative.get("/me/messages"))
    assert "尾号 8903" in words(relative.get(f"/claims/{ref}"))
    with app.app_context(), transaction():
        db.session.scalars(db.select(Claim)).one().state = "paid"
    gone = relative.get(page)
    assert (gone.status_code, "现在不能更换账户" in words(gone)) == (409, True)


def test_a_confirmation_is_taken_back_by_another_caseworker_and_the_claim_waits(
    app: Flask, bereaved: tuple[int, int]
) -> None:
    relative_id, desk = bereaved
    with app.app_context(), transaction():
        ref = built(db.session.scalars(db.select(Membership)).one(), state="submitted").ref
    confirmed(app, relative_id, desk=desk)
    open_account(app, "second@example.org", name="许梅", roles=("caseworker",))
    first, second = signed_in(app, "desk@example.org"), signed_in(app, "second@example.org")
    relative = signed_in(app, "relative@example.org")
    with app.app_context():
        address = f"/review/reports/{db.session.scalars(db.select(Report.ref)).one()}"
    page = f"{address}/taking-back"
    assert page in second.get(address).text
    own = send(first, page, {"reason": "证明不实。"})
    assert (own.status_code, "请由另一名审核员撤销" in words(own)) == (403, True)
    assert send(second, page).status_code == 422
    assert send(second, page, {"reason": "证明不实。"}).location == address
    again = second.post(page, data={"csrf_token": token(second, "/account"), "reason": "x"})
    assert (again.status_code, "未曾获确认，或已被撤销" in words(again)) == (409, True)
    assert "当事人健在" in words(second.get(address))
    assert "已终止的按相同条款重新开始" in words(second.get(page))
    assert 'name="lives"' in second.get(page).text
    assert relative.get(f"/claims/{ref}").status_code == 404
    assert "证明不实。" in words(relative.get("/me/reports"))
    assert "还没有亲属接手这次申请" in words(second.get(f"/review/{ref}"))
    assert send(second, page, {"reason": "本人到场。", "lives": "y"}).location == address
    assert 'name="lives"' not in second.get(page).text
    with app.app_context():
        assert db.session.scalars(db.select(Membership)).one().person.died_on is None
        assert db.session.scalars(db.select(Account.id).where(Account.id == relative_id)).one()
