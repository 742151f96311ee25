"""An objection in the browser: anybody files it, a caseworker answers it, and everybody reads the reason."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.domain.objections import MOST_A_DAY
from app.models import Account, Objection, Recommendation
from app.web import clock
from tests.objections import scene
from tests.services import pool_story as story
from tests.web.gate import enter, open_account, send, token, words

SECOND_DAY = dt.datetime(2026, 9, 8, 4, 0, tzinfo=dt.UTC)
AFTER = dt.datetime(2026, 9, 9, 16, 0, 1, tzinfo=dt.UTC)
"""One second after the last objection day."""


@pytest.fixture
def case(app: Flask) -> str:
    """The reference of a published case that asks for 20 yuan; beside it stands one that asks for 5."""
    with app.app_context():
        scene.two_cases()
        story.lock()
        return scene.case().ref


@pytest.fixture
def visitor(app: Flask) -> Iterator[FlaskClient]:
    """Somebody who reads English, on the second objection day."""
    with clock.at_instant(SECOND_DAY):
        yield english(app)


def english(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def at_the_desk(app: Flask, name: str = "shen", *, at: dt.datetime = SECOND_DAY) -> FlaskClient:
    """A caseworker who has signed in; the session begins on the day it is used."""
    email = f"{name}.desk@example.org"
    open_account(app, email, name=name, roles=("caseworker",))
    client = english(app)
    with clock.at_instant(at):
        enter(client, email)
        client.get("/account?lang=en")
    return client


def filed(app: Flask, visitor: FlaskClient, case: str, **more: str) -> str:
    """File an objection through the form; returns its reference."""
    answer = send(visitor, f"/cases/{case}/objection", {"text": scene.WORDS, **more})
    assert answer.status_code == 303
    with app.app_context():
        return db.session.scalars(db.select(Objection.ref).order_by(Objection.id.desc())).first()


def test_anybody_files_one_from_the_page_of_the_case_and_gets_a_receipt(app: Flask, visitor: FlaskClient, case: str):
    shown = visitor.get(f"/cases/{case}")
    assert f'href="/cases/{case}/objection"' in shown.text
    assert "csrf" not in shown.text
    form = visitor.get(f"/cases/{case}/objection")
    assert "You need no account" in words(form)
    ref = filed(app, visitor, case, name="王秀英")
    receipt = visitor.get(f"/cases/{case}/objection/{ref}")
    assert ref in words(receipt)
    assert "王秀英" not in receipt.text
    assert scene.WORDS not in receipt.text


def test_without_words_nothing_is_filed_and_what_was_typed_stays(app: Flask, visitor: FlaskClient, case: str):
    answer = send(visitor, f"/cases/{case}/objection", {"text": "  ", "contact": "wang@example.org"})
    assert answer.status_code == 422
    assert "wang@example.org" in answer.text
    assert "Say what speaks against it" in words(answer)
    long = send(visitor, f"/cases/{case}/objection", {"text": "太长" * 1001})
    assert long.status_code == 422
    assert "太长太长" in long.text
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(Objection.id))) == 0


def test_one_second_after_the_last_day_the_page_names_the_days_and_keeps_what_was_typed(app: Flask, case: str):
    late = english(app)
    with clock.at_instant(SECOND_DAY):
        held = token(late, f"/cases/{case}/objection")
    with clock.at_instant(AFTER):
        assert f"/cases/{case}/objection" not in late.get(f"/cases/{case}").text
        refused = late.get(f"/cases/{case}/objection")
        answer = late.post(f"/cases/{case}/objection", data={"csrf_token": held, "text": scene.WORDS})
    for said in (refused, answer):
        assert said.status_code == 409
        assert "7 September 2026 to 24:00 on 9 September 2026" in words(said)
    assert scene.WORDS in answer.text


def test_one_address_has_so_many_a_day(app: Flask, visitor: FlaskClient, case: str):
    for _ in range(MOST_A_DAY):
        filed(app, visitor, case)
    answer = send(visitor, f"/cases/{case}/objection", {"text": scene.WORDS})
    assert answer.status_code == 429
    assert scene.WORDS in answer.text
    assert "tomorrow" in words(answer)


def test_there_is_no_objection_to_what_is_no_case(visitor: FlaskClient, case: str):
    assert visitor.get("/cases/0123456789AB/objection").status_code == 404
    assert visitor.get(f"/cases/{case}/objection/0123456789AB").status_code == 404


def test_a_caseworker_dismisses_it_and_the_period_shows_the_reason(app: Flask, visitor: FlaskClient, case: str):
    ref = filed(app, visitor, case, name="王秀英", contact="wang@example.org")
    desk = at_the_desk(app)
    assert "1 objection waits for an answer" in words(desk.get("/review"))
    assert ref in desk.get("/review/objections").text
    opened = desk.get(f"/review/objections/{ref}")
    assert scene.WORDS in opened.text
    assert "王秀英" not in opened.text
    reached = desk.get(f"/review/objections/{ref}/contact")
    for private in (scene.WORDS, "王秀英", "wang@example.org"):
        assert private in reached.text
    at = f"/review/objections/{ref}"
    answer = send(desk, at, {"answer": "dismissed", "reason": scene.REASON}, action=f"{at}/answer")
    assert answer.status_code == 303
    public = visitor.get(f"/disclosures/{story.FIRST}")
    assert scene.REASON in words(public)
    for private in (scene.WORDS, "王秀英", "wang@example.org"):
        assert private not in public.text
    assert visitor.get(f"/cases/{case}").status_code == 200
    assert "dismissed" in words(visitor.get(f"/cases/{case}/objection/{ref}"))


def test_an_admitted_one_leaves_a_page_that_says_why(app: Flask, visitor: FlaskClient, case: str):
    ref = filed(app, visitor, case)
    desk, at = at_the_desk(app), f"/review/objections/{ref}"
    answer = send(desk, at, {"answer": "admitted", "reason": scene.REASON}, action=f"{at}/answer")
    assert answer.status_code == 303
    gone = visitor.get(f"/cases/{case}")
    assert gone.status_code == 200
    assert "Taken out after an objection" in words(gone)
    assert scene.REASON in words(gone)
    assert "20.00" not in words(gone)
    assert visitor.get(f"/cases/{case}/objection").status_code == 409
    with app.app_context():
        claim = scene.claim().ref
        assert scene.numbers(story.FIRST) == [2]
    assert scene.REASON in words(desk.get(f"/review/{claim}"))
    claimant = words(visitor.get(f"/disclosures/{story.FIRST}"))
    assert "1 case is published" in claimant


def test_an_answer_without_a_choice_or_a_reason_changes_nothing(app: Flask, visitor: FlaskClient, case: str):
    ref = filed(app, visitor, case)
    desk, at = at_the_desk(app), f"/review/objections/{ref}"
    bare = send(desk, at, {"answer": "admitted", "reason": ""}, action=f"{at}/answer")
    undecided = send(desk, at, {"reason": scene.REASON}, action=f"{at}/answer")
    assert (bare.status_code, undecided.status_code) == (422, 422)
    assert scene.REASON in undecided.text
    with app.app_context():
        assert scene.objection(ref).state == "open"


def test_of_two_caseworkers_at_once_the_second_sees_the_answer_of_the_first(
    app: Flask, visitor: FlaskClient, case: str
):
    ref = filed(app, visitor, case)
    first, second, at = at_the_desk(app), at_the_desk(app, "qiao"), f"/review/objections/{ref}"
    held = token(second, at)
    assert send(first, at, {"answer": "dismissed", "reason": scene.REASON}, action=f"{at}/answer").status_code == 303
    late = second.post(f"{at}/answer", data={"csrf_token": held, "answer": "admitted", "reason": "我的理由在此。"})
    assert late.status_code == 409
    assert "Somebody was faster" in words(late)
    assert "我的理由在此。" in late.text
    with app.app_context():
        assert scene.claim().state == "published"


def test_who_decided_the_claim_reads_the_objection_and_cannot_answer_it(app: Flask, visitor: FlaskClient, case: str):
    ref = filed(app, visitor, case)
    desk = at_the_desk(app)
    with app.app_context(), transaction():
        who = db.session.scalars(db.select(Account).where(Account.email == "shen.desk@example.org")).one()
        said = {"verdict": "approve", "amount_fen": 20_00, "clause": "4.2", "reason": "agrees"}
        db.session.add(Recommendation(claim_id=scene.claim().id, round=2, by=who.id, at=SECOND_DAY, **said))
    at = f"/review/objections/{ref}"
    assert "This needs another person" in words(desk.get(at))
    answer = desk.post(
        f"{at}/answer", data={"csrf_token": token(desk, "/account"), "answer": "admitted", "reason": "x"}
    )
    assert answer.status_code == 403


def test_of_two_who_answer_in_the_same_moment_one_wins_and_the_other_is_told(app: Flask, case: str):
    with clock.at_instant(SECOND_DAY):
        ref = filed(app, english(app), case)
    at = f"/review/objections/{ref}"
    desks = [(at_the_desk(app, "shen"), "admitted"), (at_the_desk(app, "qiao"), "dismissed")]
    with clock.at_instant(SECOND_DAY):
        held = [token(desk, at) for desk, _ in desks]
    start = threading.Barrier(2)

    def answer(desk: FlaskClient, said: str, csrf_token: str) -> int:
        start.wait()
        with clock.at_instant(SECOND_DAY):
            sent = {"csrf_token": csrf_token, "answer": said, "reason": scene.REASON}
            return desk.post(f"{at}/answer", data=sent).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda one: answer(*one[0], one[1]), zip(desks, held, strict=True))
    assert sorted(answers) == [303, 409]
    with app.app_context():
        outcome = {"admitted": "in_review", "dismissed": "published"}[scene.objection(ref).state]
        assert scene.claim().state == outcome
        story.sound()


def test_an_auditor_reads_no_words_of_it_and_answers_nothing(app: Flask, visitor: FlaskClient, case: str):
    ref = filed(app, visitor, case, name="王秀英")
    open_account(app, "audit@example.org", roles=("auditor",))
    auditor, at = english(app), f"/review/objections/{ref}"
    enter(auditor, "audit@example.org")
    auditor.get("/account?lang=en")
    shown = auditor.get(at)
    assert "Only caseworkers read the words of an objection" in words(shown)
    for private in (scene.WORDS, "王秀英"):
        assert private not in shown.text
    sent = {"csrf_token": token(auditor, "/account"), "answer": "dismissed", "reason": "x"}
    assert auditor.post(f"{at}/answer", data=sent).status_code == 403


def test_a_deferred_case_says_so_until_it_is_published_again(app: Flask, visitor: FlaskClient, case: str):
    ref = filed(app, visitor, case)
    with app.app_context():
        scene.settle_day()
        story.approve(at=story.september(14))
        story.settle(at=story.september(14))
    assert "Moved to the next period" in words(visitor.get(f"/cases/{case}"))
    assert "Case 0001 has moved to the next period" in words(visitor.get(f"/disclosures/{story.FIRST}"))
    desk, at = at_the_desk(app), f"/review/objections/{ref}"
    answer = send(desk, at, {"answer": "admitted", "reason": scene.REASON}, action=f"{at}/answer")
    assert answer.status_code == 409
    assert scene.REASON in answer.text
    with app.app_context():
        story.lock(story.SECOND)
    assert "2026-09-2" in visitor.get(f"/cases/{case}").text


def test_the_treasury_says_for_whom_a_settlement_waits(app: Flask, visitor: FlaskClient, case: str):
    filed(app, visitor, case)
    open_account(app, "money@example.org", roles=("treasurer",))
    treasurer = english(app)
    enter(treasurer, "money@example.org")
    treasurer.get("/account?lang=en")
    first = words(treasurer.get(f"/treasury/{story.FIRST}"))
    assert "without an answer it goes to the next period on 14 September 2026" in first
    with app.app_context():
        scene.settle_day()
        story.approve(at=story.september(14))
        story.settle(at=story.september(14))
        story.lock(story.SECOND)
        story.approve(story.SECOND)
    waits = words(treasurer.get(f"/treasury/{story.SECOND}"))
    assert "deferred once before, so the settlement waits for a caseworker's answer" in waits
    with clock.at_instant(dt.datetime(2026, 9, 28, 4, 0, tzinfo=dt.UTC)):
        assert "waits for a caseworker to answer the objection" in words(treasurer.get("/treasury"))
        page = f"/treasury/{story.SECOND}"
        sent = {"csrf_token": token(treasurer, "/account")}
        answer = treasurer.post(f"{page}/settlement", data=sent)
    assert answer.status_code == 409
    assert "waits for an answer to the objection to case 0001" in words(answer)
