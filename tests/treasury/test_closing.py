"""The desk of closings and what everybody reads of it: two treasurers close a plan by clicking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.jobs.tick import set_clock, tick
from app.models import Account, Membership
from app.services import enrolment
from tests.services import closing_story as tale
from tests.services import pool_story as story
from tests.web.gate import enter, open_account, send, token, words

Clock = Callable[[int], None]
DESK = "/treasury/closings/young-cancer"
PUBLIC = "/plans/young-cancer/closing"
PROPOSAL = {"closing_day": "2026-10-05", "reason": "Too few members are left."}


def member(app: Flask) -> tuple[FlaskClient, str]:
    """Somebody with a membership, signed in, and its reference."""
    open_account(app, "li@example.org", name="李明")
    client = app.test_client()
    enter(client, "li@example.org")
    with app.app_context():
        account = db.session.scalars(db.select(Account).where(Account.email == "li@example.org")).one()
        with transaction():
            enrolment.enrol(story.plan(), story.rows(1, series="M"), account=account, at=story.september(1))
        ref = db.session.scalars(db.select(Membership.ref).where(Membership.account_id == account.id)).one()
    return client, ref


def at(app: Flask, when: dt.datetime) -> None:
    with app.app_context():
        set_clock(when)


def announced(app: Flask, treasurer: FlaskClient, second: FlaskClient) -> None:
    """Proposed at one desk, announced at the other."""
    assert send(treasurer, f"{DESK}?lang=en", PROPOSAL, action=DESK).status_code == 303
    assert send(second, DESK, action=f"{DESK}/announce").status_code == 303
    with app.app_context():
        tick(story.september(1, 13))


def test_two_treasurers_announce_a_closing_and_everybody_reads_it(
    app: Flask, day: Clock, treasurer: FlaskClient, second: FlaskClient
) -> None:
    with app.app_context():
        story.open_plan()
        story.enrol(5)
    someone, ref = member(app)
    shown = words(treasurer.get(f"{DESK}?lang=en"))
    assert "This is what would happen to 6 members with the closing day 1 October 2026" in shown
    assert someone.get("/treasury/closings").status_code == 403
    assert "No closing is announced: the plan goes on." in words(treasurer.get(f"{PUBLIC}?lang=en"))
    soon = send(treasurer, f"{DESK}?lang=en", {**PROPOSAL, "closing_day": "2026-09-20"}, action=DESK)
    assert soon.status_code == 422
    assert "The rules ask for more notice: choose a closing day from 1 October 2026 on." in words(soon)
    assert "Too few members are left." in soon.get_data(as_text=True)
    assert "Say why: everybody reads it." in words(
        send(treasurer, f"{DESK}?lang=en", {**PROPOSAL, "reason": " "}, action=DESK)
    )
    assert send(treasurer, f"{DESK}?lang=en", PROPOSAL, action=DESK).status_code == 303
    assert "No closing is announced: the plan goes on." in words(treasurer.get(f"{PUBLIC}?lang=en")), "not public yet"
    csrf = token(treasurer, f"{DESK}?lang=en")
    own = treasurer.post(f"{DESK}/announce", data={"csrf_token": csrf})
    assert own.status_code == 403
    assert "You proposed this closing yourself." in words(own)
    assert send(second, f"{DESK}?lang=en", action=f"{DESK}/announce").status_code == 303
    late = treasurer.post(f"{DESK}/drop", data={"csrf_token": csrf})
    assert late.status_code == 409
    assert "This closing has gone on: it is now “announced”." in words(late)
    public = words(app.test_client().get(f"{PUBLIC}?lang=en"))
    assert "Too few members are left." in public
    assert "Claims for events before it can be made until 3 April 2027." in public
    for path in ("/?lang=en", "/plans/young-cancer?lang=en", "/money?lang=en"):
        assert "Closing day: 5 October 2026." in words(app.test_client().get(path)), path
    assert 'href="/join/young-cancer"' not in app.test_client().get("/plans/young-cancer").get_data(as_text=True)
    with app.app_context():
        tick(story.september(1, 13))
    assert "closes on 5 October 2026" in words(someone.get("/me/messages?lang=en"))
    page = words(someone.get(f"/me/{ref}?lang=en"))
    assert "For events before 5 October 2026 you may apply until 3 April 2027." in page
    for path in ("/join/young-cancer", f"/me/{ref}/top-up"):
        refused = someone.get(f"{path}?lang=en")
        assert refused.status_code == 409
        assert "This plan closes on 5 October 2026." in words(refused)


def test_an_announcement_is_taken_back_at_the_desk(
    app: Flask, day: Clock, treasurer: FlaskClient, second: FlaskClient
) -> None:
    with app.app_context():
        story.open_plan()
        story.enrol(5)
    announced(app, treasurer, second)
    assert send(treasurer, f"{DESK}?lang=en", {"why": ""}, action=f"{DESK}/take-back").status_code == 422
    assert send(treasurer, DESK, {"why": "A sponsor was found."}, action=f"{DESK}/take-back").status_code == 303
    public = words(app.test_client().get(f"{PUBLIC}?lang=en"))
    assert "The closing was taken back" in public
    assert "A sponsor was found." in public
    assert "Closing day" not in words(app.test_client().get("/?lang=en"))


def test_what_is_left_is_recorded_by_one_and_confirmed_by_another_and_the_report_adds_up(
    app: Flask, day: Clock, treasurer: FlaskClient, second: FlaskClient
) -> None:
    with app.app_context():
        story.open_plan()
        story.enrol(5)
        tale.funded(70_00, at=story.september(1))
    announced(app, treasurer, second)
    with app.app_context():
        tale.to_the_run_off()
        story.approve_claim(40_00, of=story.members()[0], at=story.noon(tale.day(11, 1)))
        tale.paid_back(at=story.noon(tale.day(10, 6)))
        tale.midnights(tale.day(4, 4, 2027))
        tale.settled(tale.RUN_OFF)
    at(app, story_noon(app, tale.day(4, 20, 2027)))
    period = words(app.test_client().get(f"/disclosures/{tale.RUN_OFF}?lang=en"))
    assert "1 case of the run-off was paid out of what was left of the plan." in period
    assert "paid out of what was left of it, and nobody is charged." in words(
        treasurer.get(f"/treasury/{tale.RUN_OFF}?lang=en")
    )
    assert "¥30.00 are left." in words(treasurer.get(f"{DESK}?lang=en"))
    given = {"recipient": "Hope Foundation", "reference": "TT-1"}
    assert send(treasurer, DESK, {"recipient": "", "reference": ""}, action=f"{DESK}/remainder").status_code == 422
    assert send(treasurer, DESK, given, action=f"{DESK}/remainder").status_code == 303
    with app.app_context():
        ref = db.session.scalars(db.select(tale.Remainder.ref)).one()
    verdict = {"answer": "confirmed"}
    csrf = token(treasurer, f"{DESK}?lang=en")
    own = treasurer.post(f"{DESK}/remainder/{ref}", data={"csrf_token": csrf, **verdict})
    assert own.status_code == 403
    assert send(second, DESK, verdict, action=f"{DESK}/remainder/{ref}").status_code == 303
    with app.app_context():
        tale.midnights(tale.day(4, 21, 2027))
        story.sound()
    at(app, story_noon(app, tale.day(4, 21, 2027)))
    public = words(app.test_client().get(f"{PUBLIC}?lang=en"))
    assert "This plan is closed" in public
    assert "Hope Foundation" in public
    assert "Held now 0.00" in public


def story_noon(app: Flask, day: dt.date) -> dt.datetime:
    with app.app_context():
        return story.noon(day)
