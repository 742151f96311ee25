"""What the public reads of one's own case: chosen, previewed word for word, told in a story, and taken back."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.disclosures.objecting import actions as objecting
from app.disclosures.objecting.actions import Said
from app.models import Account, Case, Claim, Consent, Objection, Person, PublicStory
from app.services import public_stories
from app.web.clock import at_instant, now
from tests.claims.builders import NOW
from tests.claims.walk import claimant, fill_in, hand_in, the_claim, today
from tests.disclosures import story as told_story
from tests.memberships.walk import said
from tests.web.gate import enter, open_account, send, token

__all__ = ["claimant", "today"]

WORDS = "确诊那天我正在上班。手术之后化疗六次，谢谢大家的帮助。"


def test_every_level_is_shown_word_for_word_before_it_is_chosen_and_the_wording_is_kept(
    app: Flask, claimant: FlaskClient
) -> None:
    claim = fill_in(app, claimant)
    assert send(claimant, f"{claim}/public-story", {"story": WORDS}).status_code == 303
    page = said(claimant.get(f"{claim}/consents"))
    assert page.count(WORDS) == 2, "once for everybody, once for members"
    assert "林**写道" in page
    assert "公开时的小组检查可能写得更笼统，绝不会更细。" in page
    assert "细节公开 90 天，之后连同我写的故事一起删除" in page
    given = {"claim_file": "y", "publication_level": "3"}
    assert send(claimant, f"{claim}/consents", given).status_code == 303
    checked = said(claimant.get(f"{claim}/submission"))
    assert "公众将会读到" in checked
    assert WORDS in checked
    with app.app_context():
        version = db.select(Consent.text_version).where(Consent.kind == "publication", Consent.withdrawn_at.is_(None))
        assert db.session.scalars(version).one() == "publication-2-level-3-zh"
    assert the_claim(app).previewed_step == 4


def test_a_story_says_that_it_is_public_and_refuses_what_somebody_could_be_found_by(
    app: Flask, claimant: FlaskClient
) -> None:
    page = f"{hand_in(app, claimant)}/public-story"
    assert "这段文字会公开，其他人会读到。" in said(claimant.get(page))
    refused = send(claimant, page, {"story": "我的电话 138 0013 8000，a@example.org"})
    assert refused.status_code == 422
    assert "其中含有电子邮箱、电话号码。请删去" in said(refused)
    assert "138 0013 8000" in refused.text
    assert send(claimant, page, {"story": "长" * 601}).status_code == 422
    assert send(claimant, page, {"story": WORDS}).status_code == 303
    assert "等待审读" in said(claimant.get(page))
    with app.app_context(), transaction():
        found = db.session.scalars(db.select(PublicStory)).one()
        public_stories.give_back(found, "请去掉“上班”", by=found.claim.account_id, at=NOW)
    back = said(claimant.get(page))
    assert "您的故事已退回" in back
    assert "请去掉“上班”" in back
    assert send(claimant, page, {"story": ""}).status_code == 303
    stranger = app.test_client()
    open_account(app, "other@example.org", name="别人")
    enter(stranger, "other@example.org")
    assert stranger.get(page).status_code == 404


def published_for_members(app: Flask) -> tuple[str, str, int]:
    """A public case with a story for members: its claim, its own reference, and the account of its claimant."""
    with app.app_context():
        told_story.publish_plans()
        told_story.enrol("young-cancer")
        told_story.plan_months("young-cancer", dt.date(2026, 9, 1))
        ref = told_story.approve_claim("young-cancer", 20_00, dt.date(2026, 9, 5), level=3)
        number = open_account(app, "lan2@example.org")
        with transaction():
            claim = db.session.scalars(db.select(Claim).where(Claim.ref == ref)).one()
            owner = db.session.get_one(Account, number)
            claim.account_id = claim.membership.account_id = owner.id
            db.session.flush()
            at = told_story.noon(dt.date(2026, 9, 5))
            db.session.add(
                Consent(account_id=owner.id, claim_id=claim.id, kind="publication", text_version="x", given_at=at)
            )
            public_stories.write(claim, WORDS, by=owner.id, at=at)
            reader = told_story.first_treasurer().id
            public_stories.accept(public_stories.current(claim), by=reader, at=at)
        told_story.lock("young-cancer-2026-09-1")
        case = db.session.scalars(db.select(Case)).one().ref
    return ref, case, number


def test_a_public_case_is_shown_less_of_at_once_and_never_more(app: Flask, client: FlaskClient) -> None:
    ref, case, number = published_for_members(app)
    page = f"/claims/{ref}/publication"
    with at_instant(dt.datetime(2026, 9, 8, 4, 0, tzinfo=dt.UTC)):
        visitor = app.test_client()
        public = visitor.get(f"/cases/{case}")
        assert WORDS not in public.text
        assert f'href="/cases/{case}/story"' in public.text
        assert visitor.get(f"/cases/{case}/story").status_code == 303
        enter(client, "lan2@example.org")
        assert WORDS in client.get(f"/claims/{ref}/public-story").text
        inside = client.get(f"/cases/{case}/story")
        assert (inside.status_code, WORDS in inside.text, inside.headers["Cache-Control"]) == (200, True, "no-store")
        outsider = app.test_client()
        open_account(app, "other@example.org", name="别人")
        enter(outsider, "other@example.org")
        assert outsider.get(f"/cases/{case}/story").status_code == 403, "whose account is in no plan"
        with app.app_context(), transaction():
            objecting.file(db.session.scalars(db.select(Case)).one(), Said("日期不对", "", ""), sender="v", at=now())
        assert "对这个案例的异议正在处理。" in said(client.get(page))
        refused = send(client, page, {"publication_level": "2"})
        assert refused.status_code == 409
        assert "今后可以少公开一些，不能再多公开" in said(refused)
        late = {"story": "另一篇", "csrf_token": token(client, page)}
        kept = client.post(f"/claims/{ref}/public-story", data=late)
        assert (kept.status_code, "另一篇" in kept.text) == (409, True), "what was typed is kept"
        assert send(client, page, {"publication_level": "1"}).status_code == 303
        gone = said(visitor.get(f"/cases/{case}"))
        assert "申请人收回了故事，已删除" in gone
        assert client.post(f"/claims/{ref}/public-story/end", data={}).status_code == 400
        with app.app_context(), transaction():
            person = db.session.scalars(db.select(Person)).first()
            person.account_id, person.relation, person.died_on = number, "self", dt.date(2026, 9, 6)
        assert "账户持有人已去世" in said(client.get(page))
        assert send(client, page, {"publication_level": "0"}).status_code == 303
        assert "申请人撤回了公开的同意" in said(visitor.get(f"/cases/{case}"))
        with app.app_context():
            assert db.session.scalars(db.select(Objection.state)).all() == ["open"], "it is answered all the same"
