"""Consents taken back: what follows is said before, done at once, and what was done before stays valid."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Case, Claim, Consent, Evidence, Fact, Membership
from app.services import selfcheck, taking_away
from tests.claims.walk import claimant, hand_in, the_claim, today
from tests.fixtures.pages import named, parse
from tests.memberships.walk import TODAY, it_is, join, publish_plans, said, somebody
from tests.services import pool_story as story
from tests.web.gate import enter, filled, open_account, token

__all__ = ["claimant", "today"]


def take_back(client: FlaskClient, page: str, kind: str) -> str:
    """Send the form of one consent; returns where it leads."""
    forms = [filled(form) for form in named(parse(client.get(page).text), "form")]
    assert kind in [form.get("kind") for form in forms]
    answer = client.post(page, data=next(form for form in forms if form.get("kind") == kind))
    assert answer.status_code == 303, answer.status_code
    return answer.location


def test_without_the_reading_of_its_file_an_open_claim_is_withdrawn(app: Flask, claimant: FlaskClient) -> None:
    hand_in(app, claimant)
    page = f"/claims/{the_claim(app).ref}/consents-given"
    assert "互助申请随之撤回" in said(claimant.get(page))
    take_back(claimant, page, "claim_file")
    assert the_claim(app).state == "withdrawn"
    twice = claimant.post(page, data={"csrf_token": token(claimant, page), "kind": "claim_file"})
    assert twice.status_code == 409


def test_without_publication_a_claim_goes_on_and_will_show_amount_and_date_only(
    app: Flask, claimant: FlaskClient
) -> None:
    hand_in(app, claimant)
    take_back(claimant, f"/claims/{the_claim(app).ref}/consents-given", "publication")
    assert (the_claim(app).state, the_claim(app).publication_level) == ("submitted", 0)


def test_a_published_case_shows_less_and_a_public_fact_says_so(app: Flask) -> None:
    with app.app_context():
        _published_then_corrected()


def _published_then_corrected() -> None:
    story.open_plan()
    story.enrol(3)
    claim = story.approve_claim(6_00, benefit="low_grade_tumour")
    story.lock()
    with transaction():
        before = db.session.scalars(db.select(Case)).one()
        assert (before.level, before.disease_group) != (0, "withheld")
        assert taking_away.withdraw(claim, at=story.september(8)) == 1
        assert taking_away.withdraw(claim, at=story.september(8)) == 0
    case = db.session.scalars(db.select(Case)).one()
    fact = db.session.scalars(db.select(Fact).where(Fact.type == "takedown")).one()
    assert (fact.about, '"cause":"withdrawn"' in fact.body, case.amount_fen) == (case.ref, True, 6_00)
    assert (case.level, case.disease_group, case.salt, case.detail_ends_on) == (0, "withheld", "", None)
    story.approve()
    story.settle()
    assert [question.name for question in selfcheck.check() if question.rows] == []


@pytest.mark.parametrize("kind", ["joining", "declaration"])
def test_without_a_consent_of_joining_the_membership_ends_and_that_is_not_undone(
    app: Flask, client: FlaskClient, kind: str
) -> None:
    publish_plans(app)
    open_account(app)
    with it_is(app, TODAY):
        enter(client)
        ref = join(app, client, somebody())
        page = f"/me/{ref}/consents"
        assert "即表示退出" in said(client.get(page))
        assert take_back(client, page, kind) == f"/me/{ref}"
        assert f"/me/{ref}/stay" not in client.get(f"/me/{ref}").text
        late = client.post(f"/me/{ref}/stay", data={"csrf_token": token(client, f"/me/{ref}")})
        assert late.status_code == 409
        twice = client.post(page, data={"csrf_token": token(client, page), "kind": kind})
        assert twice.status_code == 409
    with app.app_context():
        assert db.session.scalars(db.select(Membership.ends_as)).all() == ["left"]
        withdrawn = db.session.scalars(db.select(Consent.kind).where(Consent.withdrawn_at.is_not(None))).all()
        assert withdrawn == [kind]
        assert db.session.query(Claim).count() == 0


def test_consents_of_somebody_else_do_not_exist(app: Flask, claimant: FlaskClient) -> None:
    hand_in(app, claimant)
    open_account(app, "other@example.org", name="别人")
    stranger = app.test_client()
    enter(stranger, "other@example.org")
    page = f"/claims/{the_claim(app).ref}/consents-given"
    assert stranger.get(page).status_code == 404
    assert stranger.post(page, data={"csrf_token": token(stranger, "/account")}).status_code == 404
    assert the_claim(app).submitted_at is not None


def test_nobody_opens_documents_whose_reading_was_taken_back(app: Flask, claimant: FlaskClient) -> None:
    hand_in(app, claimant)
    open_account(app, "desk@example.org", name="方宁", roles=("caseworker",))
    desk = app.test_client()
    enter(desk, "desk@example.org")
    with app.app_context():
        paper = db.session.scalars(db.select(Evidence.ref).limit(1)).one()
    address = f"/review/{the_claim(app).ref}/evidence/{paper}"
    assert desk.get(address).status_code == 200
    take_back(claimant, f"/claims/{the_claim(app).ref}/consents-given", "claim_file")
    assert desk.get(address).status_code == 403
