"""The desk of stories: read for names and places, accepted or given back, taken down and corrected in the open."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Case, Claim, Consent, PublicStory
from app.services import public_stories
from app.web.clock import at_instant
from tests.disclosures import story as told
from tests.fixtures.pages import named, parse
from tests.memberships.walk import said
from tests.web.gate import enter, open_account, send, token

NOW = dt.datetime(2026, 9, 8, 4, 0, tzinfo=dt.UTC)
NAMED = "感谢第一人民医院的王医生，我女儿若曦很坚强。"
WORDS = "治疗很辛苦，但家人一直陪着我。谢谢大家。"


def published(app: Flask, *texts: str) -> list[str]:
    """A period with cases at level 2, each with a story that waits to be read; the stories' references."""
    with app.app_context():
        told.publish_plans()
        told.enrol("young-cancer")
        told.plan_months("young-cancer", dt.date(2026, 9, 1))
        for words in texts:
            ref = told.approve_claim("young-cancer", 6_00, dt.date(2026, 9, 5), level=2)
            with transaction():
                claim = db.session.scalars(db.select(Claim).where(Claim.ref == ref)).one()
                at = told.noon(dt.date(2026, 9, 5))
                of = {"account_id": claim.account_id, "claim_id": claim.id, "given_at": at}
                db.session.add(Consent(**of, kind="publication", text_version="publication-2-level-2-zh"))
                public_stories.write(claim, words, by=claim.account_id, at=at)
        told.lock("young-cancer-2026-09-1")
        return list(db.session.scalars(db.select(PublicStory.ref).order_by(PublicStory.id)))


def _case(app: Flask) -> str:
    """The case with a story that is shown."""
    with app.app_context():
        return db.session.scalars(db.select(Case.ref).join(PublicStory, PublicStory.case_id == Case.id)).one()


def test_a_story_is_read_with_hints_and_given_back_or_shown_and_the_first_of_two_readers_wins(
    app: Flask, client: FlaskClient
) -> None:
    pointing, sound = published(app, NAMED, WORDS)
    open_account(app, "desk@example.org", name="方宁", roles=("caseworker",))
    open_account(app, "looks@example.org", name="审计", roles=("auditor",))
    with at_instant(NOW):
        enter(client, "desk@example.org")
        assert "2 篇故事待审读" in said(client.get("/review"))
        page = client.get(f"/review/stories/{pointing}")
        for hint in ("姓名？", "医院？", "这只是提示，不是结论"):
            assert hint in said(page)
        assert "王医生" in page.text
        unsure = send(client, f"/review/stories/{pointing}", {}, action=f"/review/stories/{pointing}/accept")
        assert unsure.status_code == 422
        back = {"back_reason": "请去掉医院和医生的姓名。"}
        first, second = f"/review/stories/{pointing}", f"/review/stories/{sound}"
        assert send(client, first, back, action=f"{first}/give-back").status_code == 303
        assert send(client, second, {"is_read": "y"}, action=f"{second}/accept").status_code == 303
        key = {"csrf_token": token(client, f"/review/public-cases/{_case(app)}")}
        late = client.post(f"/review/stories/{sound}/give-back", data={**back, **key})
        assert late.status_code == 409
        assert "有人先处理了" in said(late)
        public = app.test_client().get(f"/cases/{_case(app)}")
        assert WORDS in public.text
        assert "欧阳**写道" in said(public)
        assert "若曦" not in public.text
        auditor = app.test_client()
        enter(auditor, "looks@example.org")
        unread = auditor.get(f"/review/stories/{pointing}")
        assert (unread.status_code, NAMED in unread.text) == (200, False)


def test_what_is_public_is_taken_down_or_corrected_for_a_reason_that_everybody_reads(
    app: Flask, client: FlaskClient
) -> None:
    (ref,) = published(app, WORDS)
    open_account(app, "desk@example.org", name="方宁", roles=("caseworker",))
    with app.app_context(), transaction():
        found = db.session.scalars(db.select(PublicStory).where(PublicStory.ref == ref)).one()
        public_stories.accept(found, by=told.first_treasurer().id, at=NOW)
        case = db.session.scalars(db.select(Case)).one().ref
    page, visitor = f"/review/public-cases/{case}", app.test_client()
    with at_instant(NOW):
        enter(client, "desk@example.org")
        assert client.get(f"/review/stories?ref={case.lower()}").status_code == 303
        assert "没有编号为" in said(client.get("/review/stories?ref=ZZZZZZZZZZZZ"))
        wrong = send(client, page, {"what": "story", "reason": "请打 13800138000"}, action=f"{page}/takedown")
        assert wrong.status_code == 422
        down = {"what": "story", "reason": "写到了另一位病友。"}
        assert send(client, page, down, action=f"{page}/takedown").status_code == 303
        shown = visitor.get(f"/cases/{case}")
        assert WORDS not in shown.text
        assert "写到了另一位病友。" in said(shown)
        right = {"group": "breast", "why": "类别写错了。"}
        assert send(client, page, right, action=f"{page}/correction").status_code == 303
        assert "原来写的是：" in said(visitor.get(f"/cases/{case}"))
        assert send(client, page, right, action=f"{page}/correction").status_code == 409
        whole = {"what": "detail", "reason": "须重新核实。"}
        assert send(client, page, whole, action=f"{page}/takedown").status_code == 303
        assert "原来的内容已随细节到期删除" in said(visitor.get(f"/cases/{case}"))
        forms = [form.get("action") for form in named(parse(client.get(page).text), "form")]
        assert not any(action and action.startswith(page) for action in forms), "nothing is left to take down"
