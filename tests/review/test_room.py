"""The review room through HTTP: who may enter, what is shown, and what a form that does not fit gets."""

from __future__ import annotations

import datetime as dt
import io

from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Audit, Claim, Consent
from app.review import actions
from app.services import claim_file, claims, evidence
from app.web.clock import at_instant
from tests.claims.builders import NOW, account, claim, membership, paper, picture
from tests.review.desk import REFUSE, caseworker, me, recommended, state_of
from tests.web.gate import enter, open_account, token, words


def numbered(n: int) -> Claim:
    """One of many claims, each of a person of its own, handed in an hour after the one before."""
    owner = account(f"m{n}@example.org")
    one = claim(membership(owner.id, number=f"number {n}"), state="submitted")
    one.submitted_at = NOW + dt.timedelta(hours=n)
    return one


def next_page(text: str) -> str:
    """The address behind "Next page"."""
    return text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")


def test_the_desk_is_for_caseworkers_and_auditors_may_look(app: Flask, client: FlaskClient, waiting: str) -> None:
    assert client.get("/review").status_code == 303
    for role, answer in (("treasurer", 403), ("auditor", 200), ("caseworker", 200)):
        open_account(app, f"{role}@example.org", roles=(role,))
        visitor = app.test_client()
        enter(visitor, f"{role}@example.org")
        assert visitor.get("/review").status_code == answer
        assert visitor.get(f"/review/{waiting}").status_code == answer
    auditor = app.test_client()
    enter(auditor, "auditor@example.org")
    auditor.get("/account?lang=en")
    assert "Only caseworkers move it" in words(auditor.get(f"/review/{waiting}"))
    assert "What happened Only caseworkers may see this" in words(auditor.get(f"/review/{waiting}"))
    answer = auditor.post(f"/review/{waiting}/begin", data={"csrf_token": token(auditor, "/account"), "seen": "0"})
    assert answer.status_code == 403
    assert state_of(app, waiting) == "submitted"


def test_the_queue_shows_the_longest_first_and_goes_on_after_twenty(app: Flask, shen: FlaskClient) -> None:
    with app.app_context(), transaction():
        refs = [numbered(n).ref for n in range(23)]
    with at_instant(NOW + dt.timedelta(days=10)):
        first = shen.get("/review")
        assert "23 claims wait." in words(first)
        assert [ref for ref in refs if f'/review/{ref}"' in first.text] == refs[:20]
        assert first.text.index(refs[0]) < first.text.index(refs[19])
        assert "late by 7 days" in words(first)
        second = shen.get(next_page(first.text))
        assert [ref for ref in refs if f'/review/{ref}"' in second.text] == refs[20:]
        rows = shen.get("/review", headers={"HX-Request": "true", "HX-Target": "claim-rows"})
        assert rows.text.lstrip().startswith('<div id="claim-rows">')


def test_the_queue_is_filtered_by_plan_and_state(app: Flask, shen: FlaskClient, waiting: str, reviewed: str) -> None:
    with app.app_context(), transaction():
        other = claim(membership(account("c@example.org").id, "child-health", number="x"), state="submitted").ref
    asked = {
        "?plan=young-cancer": {waiting, reviewed},
        "?state=recommended": {reviewed},
        "?plan=child-health&state=submitted": {other},
        "?plan=no-such-plan&state=nonsense": {waiting, reviewed, other},
    }
    for query, expected in asked.items():
        page = shen.get(f"/review{query}").text
        assert {ref for ref in (waiting, reviewed, other) if ref in page} == expected


def test_what_i_recommended_needs_another_person(app: Flask, shen: FlaskClient) -> None:
    with app.app_context(), transaction():
        ref = recommended(first=me()).ref
    assert "needs another person" in words(shen.get("/review"))
    page = shen.get(f"/review/{ref}")
    assert "This needs another person." in words(page)
    assert f"/review/{ref}/decide" not in page.text
    data = {"csrf_token": token(shen, "/account"), "seen": "2", "verdict": "approve", "amount": "300,000.00"}
    answer = shen.post(f"/review/{ref}/decide", data=data | {"evidence": "record", "benefit": "malignant_tumour"})
    assert answer.status_code == 403
    assert "You had a hand in this claim before" in words(answer)
    assert state_of(app, ref) == "recommended"


def test_my_own_claim_is_closed_to_me(app: Flask, shen: FlaskClient) -> None:
    with app.app_context(), transaction():
        ref = claim(membership(me().id), state="submitted").ref
    assert ref not in shen.get("/review").text
    answer = shen.get(f"/review/{ref}")
    assert answer.status_code == 403
    assert "This is your own claim" in words(answer)
    assert shen.post(f"/review/{ref}/begin", data={"csrf_token": token(shen, "/account")}).status_code == 403


def test_a_claim_about_me_that_another_account_made_is_closed_to_me(app: Flask, shen: FlaskClient) -> None:
    with app.app_context(), transaction():
        membership(me().id, "child-health")
        ref = claim(membership(account("yu@example.org").id), state="submitted").ref
    assert ref not in shen.get("/review").text
    answer = shen.get(f"/review/{ref}")
    assert answer.status_code == 403
    assert "This claim is about you or somebody of your own account." in words(answer)
    assert shen.post(f"/review/{ref}/begin", data={"csrf_token": token(shen, "/account")}).status_code == 403
    assert state_of(app, ref) == "submitted"


def test_what_was_said_is_read_by_caseworkers_alone_and_by_nobody_once_the_consent_is_taken_back(
    app: Flask, shen: FlaskClient
) -> None:
    with app.app_context(), transaction():
        one = recommended(account("yu@example.org"), first=caseworker("qiao"), value=REFUSE)
        actions.send_back(one, "请核对病理分期。", by=caseworker("ruan"), at=NOW)
        actions.recommend(one, REFUSE, by=caseworker("ding"), at=NOW)
        claim_file.keep_story(one, "体检发现结节。")
        of = {"account_id": one.account_id, "claim_id": one.id}
        db.session.add(Consent(**of, kind="claim_file", text_version="claim_file-1-zh", given_at=NOW))
        ref = one.ref
    secret = ("体检发现结节。", REFUSE.reason, "请核对病理分期。")
    assert [said in shen.get(f"/review/{ref}").text for said in secret] == [True] * 3
    open_account(app, "auditor@example.org", roles=("auditor",))
    auditor = app.test_client()
    enter(auditor, "auditor@example.org")
    auditor.get("/account?lang=en")
    page = auditor.get(f"/review/{ref}")
    assert [said in page.text for said in secret] == [False] * 3
    assert "Notes and reasons: Only caseworkers may see this" in words(page)
    assert "First review: refuse, clause 5.1." in words(page), "verdicts and clauses stay"
    with app.app_context(), transaction():
        db.session.scalars(db.select(Consent)).one().withdrawn_at = NOW
    page = shen.get(f"/review/{ref}")
    assert [said in page.text for said in secret] == [False] * 3
    taken_back = "The claimant has taken back the consent to reading the claim file. It is shown to nobody any more."
    assert f"What happened {taken_back}" in words(page)
    assert f"Notes and reasons: {taken_back}" in words(page)


def test_drafts_and_unknown_claims_do_not_exist(app: Flask, shen: FlaskClient) -> None:
    with app.app_context(), transaction():
        draft = claim(membership(account().id)).ref
    for ref in (draft, "0123456789AB"):
        assert shen.get(f"/review/{ref}").status_code == 404


def test_the_workbench_masks_the_person_and_lists_the_rules(shen: FlaskClient, waiting: str) -> None:
    page = shen.get(f"/review/{waiting}")
    assert "林岚" not in page.text
    assert "199805020026" not in page.text
    text = words(page)
    for said in ("林**, aged 28", "110***********0026", "5 of 8 fit", "Missing: Identity document", "Clause 3.1"):
        assert said in text


def test_looking_at_a_document_is_written_down_before_its_first_byte(app: Flask, shen: FlaskClient) -> None:
    with app.app_context():
        with transaction():
            owner = account()
            one = claim(membership(owner.id))
        image = evidence.receive(
            io.BytesIO(picture()), claim=one, kind="pathology_report", filename="a.jpg", account=owner, at=NOW
        )
        pdf = evidence.receive(
            io.BytesIO(paper()), claim=one, kind="discharge_summary", filename="b.pdf", account=owner, at=NOW
        )
        with transaction():
            claims.move(one, "submit", by=owner.id, role="member", at=NOW)
        other = handed_in_elsewhere()
        ref, refs = one.ref, (image.ref, pdf.ref)
    assert f'href="/review/{ref}/evidence/{refs[0]}"' in shen.get(f"/review/{ref}").text
    part = shen.get(f"/review/{ref}?evidence={refs[1]}", headers={"HX-Request": "true", "HX-Target": "viewer"})
    assert "The pages are being prepared" in words(part)
    assert shen.get(f"/review/{ref}?evidence=0123456789AB").status_code == 404
    for document, kind in zip(refs, ("image/jpeg", "application/pdf"), strict=True):
        shown = shen.get(f"/review/{ref}/evidence/{document}")
        assert (shown.status_code, shown.mimetype) == (200, kind)
        assert shown.headers["Cache-Control"] == "no-store"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "object-src 'none'" in shown.headers["Content-Security-Policy"]
        assert len(shown.data) > 100
    assert shen.get(f"/review/{other}/evidence/{refs[0]}").status_code == 404
    open_account(app, "auditor@example.org", roles=("auditor",))
    auditor = app.test_client()
    enter(auditor, "auditor@example.org")
    assert "/evidence/" not in auditor.get(f"/review/{ref}").text
    assert auditor.get(f"/review/{ref}/evidence/{refs[0]}").status_code == 403
    with app.app_context():
        looks = db.session.execute(db.select(Audit.role, Audit.about_ref).where(Audit.deed == "evidence.view_opened"))
        assert [tuple(look) for look in looks] == [("caseworker", refs[0]), ("caseworker", refs[1])]


def handed_in_elsewhere() -> str:
    with transaction():
        return claim(membership(account("b@example.org").id, number="another"), state="submitted").ref
