"""Signals and investigations at the desk, and what the claimant sees of them."""

from __future__ import annotations

import datetime as dt
import io

from flask import Flask

from app.db import db, transaction
from app.models import Investigation
from app.services import claims, evidence
from app.services.investigations import ending
from app.web.clock import at_instant
from tests.claims.builders import NOW, claim, membership
from tests.investigations.scene import DUE, OWNER, SHEN, WU, Scene, account
from tests.web.gate import open_account, send, signed_in, token, words


def form(scene: Scene, **changed: object) -> dict[str, object]:
    with scene.app.app_context():
        investigator = account(WU).ref
    said = {"investigator": investigator, "questions": "首诊日期？", "documents": [scene.papers[0]]}
    return said | {"due_on": DUE.isoformat()} | changed


def test_a_caseworker_asks_an_investigator_within_the_clock_and_sees_who_is_late(scene: Scene) -> None:
    shen, at = scene.visitor(SHEN), f"/review/{scene.claim}/investigation"
    assert at in shen.get(f"/review/{scene.claim}").text
    refused = send(shen, at, form(scene, investigator="", due_on="2027-03-01"))
    assert refused.status_code == 422
    assert "Choose an investigator." in words(refused)
    refused = send(shen, at, form(scene, due_on="2027-03-01"))
    assert refused.status_code == 422
    assert "The clock of the claim runs on: choose a day from" in words(refused)
    assert "首诊日期？" in refused.text
    assert send(shen, at, form(scene)).status_code == 303
    again = shen.post(at, data=form(scene) | {"csrf_token": token(shen, "/account")})
    assert again.status_code == 409
    assert "An investigation of this claim is open already." in words(again)
    assert "吴调查" in words(shen.get(f"/review/{scene.claim}"))
    with at_instant(NOW + dt.timedelta(days=20)):
        assert "late by 2 days" in words(shen.get("/review/investigations"))
        assert "late by 2 days" in words(shen.get(f"/review/{scene.claim}"))


def test_without_the_consent_nobody_is_asked_until_the_claimant_gives_it_later(app: Flask) -> None:
    with at_instant(NOW):
        scene = Scene(app, agreed=False)
        shen, owner, at = scene.visitor(SHEN), scene.visitor(OWNER), f"/review/{scene.claim}/investigation"
        assert "is never refused because of that alone" in words(shen.get(at))
        refused = shen.post(at, data=form(scene) | {"csrf_token": token(shen, "/account")})
        assert refused.status_code == 409
        consent = f"/claims/{scene.claim}/investigator-consent"
        assert consent in owner.get(f"/claims/{scene.claim}").text
        assert "an investigator sees only the documents that were chosen" in words(owner.get(consent))
        assert send(owner, consent).status_code == 303
        assert owner.post(consent, data={"csrf_token": token(owner, "/account")}).status_code == 409
        assert send(shen, at, form(scene)).status_code == 303
        with app.app_context():
            ref = db.session.scalars(db.select(Investigation.ref)).one()
        wu = scene.visitor(WU)
        assert wu.get(f"/investigations/{ref}/documents/{scene.papers[0]}").status_code == 200
        back = f"/claims/{scene.claim}/consents-given"
        assert send(owner, back, {"kind": "investigator"}).status_code == 303
        assert wu.get(f"/investigations/{ref}/documents/{scene.papers[0]}").status_code == 404
        assert "the claimant took back the consent" in words(wu.get(f"/investigations/{ref}"))
        assert "ended without a report" in words(shen.get(f"/review/investigations/{ref}"))
        assert f"/review/{scene.claim}/recommend" in shen.get(f"/review/{scene.claim}").text, "the claim goes on"


def test_findings_are_shared_by_a_caseworker_and_answered_by_the_claimant(scene: Scene) -> None:
    ref = scene.asked()
    shen, owner = scene.visitor(SHEN), scene.visitor(OWNER)
    at, mine = f"/review/investigations/{ref}", f"/claims/{scene.claim}/investigations/{ref}"
    assert "首诊日期？" not in words(owner.get(mine)), "what is asked is told with the answer"
    with scene.app.app_context(), transaction():
        one = db.session.scalars(db.select(Investigation)).one()
        ending.file(one, done="问过医院的王医生。", found="属实。王医生证实。", papers=[], by=account(WU), at=NOW)
    assert "属实。王医生证实。" in words(shen.get(f"/review/{scene.claim}"))
    assert "王医生" not in owner.get(mine).text
    early = owner.post(mine, data={"csrf_token": token(owner, "/account"), "words": "等等"})
    assert early.status_code == 409
    assert send(shen, at, {"findings": ""}, action=f"{at}/findings").status_code == 422
    assert send(shen, at, {"findings": "属实。"}, action=f"{at}/findings").status_code == 303
    twice = shen.post(f"{at}/findings", data={"csrf_token": token(shen, "/account"), "findings": "不同。"})
    assert (twice.status_code, "不同。" in twice.text) == (409, True)
    text = words(owner.get(mine))
    assert "属实。" in text
    assert "王医生" not in text
    assert send(owner, mine, {"words": ""}).status_code == 422
    assert send(owner, mine, {"words": "没有异议。"}).status_code == 303
    assert "没有异议。" in words(shen.get(f"/review/{scene.claim}"))
    assert signed_in(scene.app, WU).get(mine).status_code == 404
    ended = shen.post(f"{at}/end", data={"csrf_token": token(shen, "/account"), "reason": "不再需要"})
    assert ended.status_code == 409
    assert "This investigation has ended" in words(ended)


def test_signals_are_read_by_caseworkers_with_a_note_and_by_nobody_else(scene: Scene) -> None:
    with scene.app.app_context():
        open_account(scene.app, "b@example.org")
        with transaction():
            other = claim(membership(account("b@example.org").id, number="two"))
        evidence.receive(
            io.BytesIO(scene.content), claim=other, kind="pathology_report", filename="a.jpg",
            account=account("b@example.org"), at=NOW,
        )  # fmt: skip
        with transaction():
            claims.move(other, "submit", by=other.account_id, role="member", at=NOW)
        elsewhere = other.ref
    shen, at = scene.visitor(SHEN), f"/review/{scene.claim}/signals"
    assert "The same file is in another claim" in words(shen.get(f"/review/{scene.claim}"))
    page = shen.get(at)
    assert f"/review/{elsewhere}" in page.text
    assert "no refusal may rest on them" in words(page)
    assert send(shen, at, {"note": ""}).status_code == 422
    assert send(shen, at, {"note": "两个计划，同一张报告。"}).status_code == 303
    assert "两个计划，同一张报告。" in words(shen.get(at))
    wrong = {"csrf_token": token(shen, "/account"), "key": "0" * 32, "note": "迟了"}
    gone = shen.post(at, data=wrong)
    assert (gone.status_code, "迟了" in gone.text) == (409, True)
    assert "This does not stand out any more" in words(gone)
    open_account(scene.app, "audit@example.org", roles=("auditor",))
    audit = scene.visitor("audit@example.org")
    assert audit.get(at).status_code == 403
    assert "The same file" not in audit.get(f"/review/{scene.claim}").text
    assert "The same file" not in scene.visitor(OWNER).get(f"/claims/{scene.claim}").text
