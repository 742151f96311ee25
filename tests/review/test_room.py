"""The review room through HTTP: who may enter, what is shown, and what a form that does not fit gets."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Account, Audit, Claim, Decision
from app.review import actions
from app.services import claims, evidence
from app.web.clock import at_instant
from tests.claims.builders import NOW, account, claim, membership, paper, picture
from tests.review.desk import FULL_FEN, PAY, REFUSE, appealed, caseworker, handed_in, recommended
from tests.web.gate import enter, open_account, send, token, words

FITS = {f"judge_{point}": "fits" for point in ("identity", "event", "severity", "exclusions", "declaration")}


@pytest.fixture
def shen(app: Flask, client: FlaskClient) -> FlaskClient:
    """A caseworker who has signed in, in English."""
    open_account(app, "shen.desk@example.org", name="沈", roles=("caseworker",))
    enter(client, "shen.desk@example.org")
    client.get("/account?lang=en")
    return client


def me(email: str = "shen.desk@example.org") -> Account:
    return db.session.scalars(db.select(Account).where(Account.email == email)).one()


def state_of(app: Flask, ref: str) -> str:
    with app.app_context():
        return str(db.session.scalar(db.select(Claim.state).where(Claim.ref == ref)))


def numbered(n: int) -> Claim:
    """One of many claims, each of a person of its own, handed in an hour after the one before."""
    owner = account(f"m{n}@example.org")
    one = claim(membership(owner.id, number=f"number {n}"), state="submitted")
    one.submitted_at = NOW + dt.timedelta(hours=n)
    return one


@pytest.fixture
def waiting(app: Flask) -> str:
    """A claim that was just handed in."""
    with app.app_context(), transaction():
        return handed_in().ref


@pytest.fixture
def reviewed(app: Flask) -> str:
    """A claim with its first review done by somebody else."""
    with app.app_context(), transaction():
        return recommended(account("yu@example.org"), first=caseworker("qiao")).ref


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
        second = shen.get(f"/review?after={refs[19]}")
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
    for said in ("林**, aged 28", "110***********0026", "4 of 5 fit", "Missing: Identity document", "Clause 3.1"):
        assert said in text


def test_a_claim_goes_from_the_queue_to_its_decision(app: Flask, shen: FlaskClient, waiting: str) -> None:
    page = f"/review/{waiting}"
    assert send(shen, page, action=f"{page}/begin").status_code == 303
    assert f'value="{"300,000.00"}"' in shen.get(page).text
    answer = send(shen, page, FITS | {"verdict": "approve"}, action=f"{page}/recommend")
    assert answer.status_code == 303, words(answer)
    open_account(app, "ruan@example.org", name="阮", roles=("caseworker",))
    ruan = app.test_client()
    enter(ruan, "ruan@example.org")
    ruan.get("/account?lang=en")
    assert "Judged by the first reviewer" in words(ruan.get(page))
    answer = send(ruan, page, {"verdict": "approve", "evidence": "record"}, action=f"{page}/decide")
    assert answer.status_code == 303, words(answer)
    assert state_of(app, waiting) == "approved"
    with app.app_context():
        decision = db.session.scalars(db.select(Decision)).one()
        assert (decision.amount_fen, decision.clause, decision.evidence) == (FULL_FEN, "4.2", "互助申请与会员记录")
    text = words(shen.get(page))
    assert "caseworker 沈 : recommend, approve ¥300,000.00, clause 4.2" in text
    assert "caseworker 阮 : approve, approve ¥300,000.00, clause 4.2" in text
    assert waiting in words(shen.get("/review")).partition("Decided lately")[2]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"verdict": ""}, "Choose one of the two."),
        ({"amount": "lots"}, "Enter an amount in yuan, for example 300,000.00."),
        ({"amount": "0"}, "Enter an amount in yuan, for example 300,000.00."),
        ({"amount": "300,000.01"}, "The rules give at most ¥300,000.00 here."),
        ({"amount": "299,999.99", "reason": ""}, "This differs from the table"),
        ({"judge_exclusions": "open"}, "To recommend paying, this point must fit: “None of the exclusions applies”."),
        ({"verdict": "refuse", "clause": ""}, "Choose the clause the refusal rests on."),
        ({"verdict": "refuse", "clause": "99.9"}, "Choose the clause the refusal rests on."),
        ({"verdict": "refuse", "clause": "5.1", "reason": " "}, "A refusal gives its reason."),
        ({"reason": "x" * 2001}, "At most 2000 characters, please."),
    ],
)
def test_a_recommendation_that_does_not_fit_is_said_and_kept(
    app: Flask, shen: FlaskClient, waiting: str, wrong: dict[str, str], said: str
) -> None:
    page = f"/review/{waiting}"
    send(shen, page, action=f"{page}/begin")
    good = FITS | {"verdict": "approve", "amount": "300,000.00", "reason": "见病理报告第 1 页。"}
    answer = send(shen, page, good | wrong, action=f"{page}/recommend")
    assert answer.status_code == 422
    assert said in words(answer)
    kept = (good | wrong)["reason"].strip()
    assert kept in words(answer)
    assert f'value="{(good | wrong)["amount"]}"' in answer.text
    assert state_of(app, waiting) == "in_review"


def test_the_rules_refuse_what_lies_in_the_waiting_period(app: Flask, shen: FlaskClient) -> None:
    with app.app_context(), transaction():
        one = handed_in(event_on=dt.date(2026, 7, 1))
        actions.begin(one, by=caseworker("qiao"), at=NOW)
        page = f"/review/{one.ref}"
    answer = send(shen, page, FITS | {"verdict": "approve"}, action=f"{page}/recommend")
    assert answer.status_code == 422
    assert "Clause 3.1 rules this claim out" in words(answer)
    accident = FITS | {"verdict": "approve", "caused_by_accident": "y"}
    assert send(shen, page, accident, action=f"{page}/recommend").status_code == 303


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"clause": ""}, "Choose the clause the refusal rests on."),
        ({"would_change": ""}, "Say what would lead to another decision."),
        ({"evidence": "nothing of ours"}, "Choose what the decision rests on."),
        ({"verdict": "approve", "amount": "300,000.00", "reason": ""}, "This differs from the table"),
    ],
)
def test_a_decision_that_does_not_fit_is_said_and_kept(
    app: Flask, shen: FlaskClient, wrong: dict[str, str], said: str
) -> None:
    with app.app_context(), transaction():
        ref = recommended(first=caseworker("qiao"), value=REFUSE).ref
    page = f"/review/{ref}"
    good = {
        "verdict": "refuse",
        "clause": "5.1",
        "evidence": "record",
        "reason": "原位癌。",
        "would_change": "新报告。",
    }
    answer = send(shen, page, good | wrong, action=f"{page}/decide")
    assert answer.status_code == 422
    assert said in words(answer)
    assert state_of(app, ref) == "recommended"
    assert send(shen, page, good, action=f"{page}/decide").status_code == 303
    assert state_of(app, ref) == "refused"


def test_evidence_is_asked_for_and_the_claim_waits_for_the_claimant(
    app: Flask, shen: FlaskClient, waiting: str
) -> None:
    page = f"/review/{waiting}"
    refused = send(shen, page, {"items": "bank_card", "asked_reason": ""}, action=f"{page}/ask")
    assert refused.status_code == 422
    assert "Say why it is needed." in words(refused)
    assert send(shen, page, {"items": "bank_card", "asked_reason": "看不清。"}, action=f"{page}/ask").status_code == 303
    assert state_of(app, waiting) == "evidence_asked"
    assert "has the next step" in words(shen.get(page))


def test_the_slower_of_two_sees_the_decision_of_the_faster(app: Flask, shen: FlaskClient, reviewed: str) -> None:
    page = f"/review/{reviewed}"
    shen.get(page)
    data = {"csrf_token": token(shen, "/account"), "seen": "2", "verdict": "refuse", "evidence": "record"}
    data |= {"clause": "5.1", "reason": "我写了很久的理由。", "would_change": "新报告。"}
    with app.app_context(), transaction():
        one = db.session.scalars(db.select(Claim).where(Claim.ref == reviewed)).one()
        value = actions.DecisionValue("approve", FULL_FEN, "4.2", "病理报告", "")
        actions.decide(one, value, by=caseworker("ruan"), at=NOW)
    answer = shen.post(f"{page}/decide", data=data)
    assert answer.status_code == 409
    for said in ("came too late", "This claim is now “approved”", "¥300,000.00", "我写了很久的理由。"):
        assert said in words(answer)
    with app.app_context():
        assert db.session.scalars(db.select(Decision.verdict)).all() == ["approve"]


def test_a_claim_that_went_back_and_forth_is_read_again_before_it_is_decided(
    app: Flask, shen: FlaskClient, reviewed: str
) -> None:
    data = {"csrf_token": token(shen, "/account"), "seen": "2", "verdict": "approve", "amount": "300,000.00"}
    with app.app_context(), transaction():
        one = db.session.scalars(db.select(Claim).where(Claim.ref == reviewed)).one()
        ruan = caseworker("ruan")
        actions.send_back(one, "请再看分期。", by=ruan, at=NOW)
        actions.recommend(one, PAY, by=ruan, at=NOW)
    answer = shen.post(f"/review/{reviewed}/decide", data=data | {"evidence": "record", "benefit": "malignant_tumour"})
    assert answer.status_code == 409
    assert state_of(app, reviewed) == "recommended"


def test_a_withdrawn_claim_is_not_decided(app: Flask, shen: FlaskClient, reviewed: str) -> None:
    data = {"csrf_token": token(shen, "/account"), "seen": "2", "verdict": "approve", "amount": "300,000.00"}
    with app.app_context(), transaction():
        one = db.session.scalars(db.select(Claim).where(Claim.ref == reviewed)).one()
        claims.move(one, "withdraw", by=one.account_id, role="member", at=NOW)
    answer = shen.post(f"/review/{reviewed}/decide", data=data | {"evidence": "record", "benefit": "malignant_tumour"})
    assert answer.status_code == 409
    assert "The claimant withdrew this claim" in words(answer)


def test_a_claim_can_be_sent_back(app: Flask, shen: FlaskClient, reviewed: str) -> None:
    page = f"/review/{reviewed}"
    assert send(shen, page, {"back_reason": " "}, action=f"{page}/send-back").status_code == 422
    assert send(shen, page, {"back_reason": "请核对分期。"}, action=f"{page}/send-back").status_code == 303
    assert state_of(app, reviewed) == "in_review"
    assert "请核对分期。" in words(shen.get(page))


def test_an_appeal_waits_in_the_queue_and_is_decided_once(app: Flask, shen: FlaskClient) -> None:
    with app.app_context(), transaction():
        ref = appealed(first=caseworker("qiao"), second=caseworker("ruan")).ref
    page = f"/review/{ref}"
    assert ref in shen.get("/review?state=appealed").text
    assert "a refusal now is final" in words(shen.get(page))
    data = {"verdict": "refuse", "clause": "5.1", "evidence": "record", "reason": "维持。", "would_change": "新报告。"}
    assert send(shen, page, data, action=f"{page}/decide").status_code == 303
    assert state_of(app, ref) == "refused_finally"


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
    page = shen.get(f"/review/{ref}")
    assert f'src="/review/{ref}/evidence/{refs[0]}"' in page.text
    part = shen.get(f"/review/{ref}?evidence={refs[1]}", headers={"HX-Request": "true", "HX-Target": "viewer"})
    assert "Open the PDF" in words(part)
    assert shen.get(f"/review/{ref}?evidence=0123456789AB").status_code == 404
    for document, kind in zip(refs, ("image/jpeg", "application/pdf"), strict=True):
        shown = shen.get(f"/review/{ref}/evidence/{document}")
        assert (shown.status_code, shown.mimetype) == (200, kind)
        assert shown.headers["Cache-Control"] == "no-store"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "object-src 'none'" in shown.headers["Content-Security-Policy"]
        assert len(shown.data) > 100
    assert shen.get(f"/review/{other}/evidence/{refs[0]}").status_code == 404
    with app.app_context():
        looks = db.session.execute(db.select(Audit.role, Audit.about_ref).where(Audit.deed == "evidence.view_opened"))
        assert [tuple(look) for look in looks] == [("caseworker", refs[0]), ("caseworker", refs[1])]


def handed_in_elsewhere() -> str:
    with transaction():
        return claim(membership(account("b@example.org").id, number="another"), state="submitted").ref
