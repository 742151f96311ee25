"""A treasurer postpones, cancels and explains: read first, then done, in public, and once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db
from app.jobs.tick import tick
from app.models import Audit, Case
from app.services.days import midnight
from tests.services import pool_story as story
from tests.treasury.test_deeds import take_out
from tests.web.gate import enter, open_account, send, token, words

PAGE = f"/treasury/{story.FIRST}"
PUBLIC = f"/disclosures/{story.FIRST}?lang=en"
WHY = "The custodian bank is closed."
Clock = Callable[[int], None]


def state(app: Flask) -> str:
    with app.app_context():
        return story.period().state


@pytest.mark.usefixtures("checked")
def test_a_settlement_is_postponed_in_two_steps_and_the_public_reads_why(app: Flask, treasurer: FlaskClient) -> None:
    send(treasurer, PAGE, action=f"{PAGE}/approval")
    form = f"{PAGE}/postponement"
    assert f'href="{form}"' in treasurer.get(PAGE).text
    checked = send(treasurer, f"{form}?lang=en", {"to": "2026-09-18", "reason": WHY}, action=form)
    said = words(checked)
    assert "14 September 2026 → 18 September 2026" in said
    assert "2 claimants wait for money of this period and are told." in said
    assert state(app) == "approved", "nothing has been done yet"
    values = {"to": "2026-09-18", "reason": WHY, "confirmed": "2026-09-18", "csrf_token": token(treasurer, form)}
    assert treasurer.post(form, data=values).status_code == 303
    assert state(app) == "locked"
    said = words(treasurer.get(PUBLIC))
    assert "On 11 September 2026 its settlement was moved from 14 September 2026 to 18 September 2026." in said
    assert WHY in said
    assert "Postponed" in words(treasurer.get(f"{PAGE}?lang=en"))


@pytest.mark.usefixtures("locked")
def test_a_day_that_does_not_fit_is_said_beside_what_was_typed(app: Flask, treasurer: FlaskClient) -> None:
    form = f"{PAGE}/postponement"
    answer = send(treasurer, f"{form}?lang=en", {"to": "2026-09-30", "reason": WHY}, action=form)
    assert answer.status_code == 422
    assert "Choose a day from 15 September 2026 to 20 September 2026" in words(answer)
    assert WHY in answer.text
    answer = send(treasurer, f"{form}?lang=en", {"to": "2026-09-18", "reason": " "}, action=form)
    assert answer.status_code == 422
    assert "Give the reason: everybody reads it on the page of the period." in words(answer)
    assert state(app) == "locked"


@pytest.mark.usefixtures("locked")
def test_a_published_period_is_cancelled_and_its_cases_say_where_they_went(app: Flask, treasurer: FlaskClient) -> None:
    form = f"{PAGE}/cancellation"
    checked = send(treasurer, f"{form}?lang=en", {"reason": WHY}, action=form)
    assert "Its 2 cases go to the next period and are published there again" in words(checked)
    assert state(app) == "locked"
    values = {"reason": WHY, "confirmed": "yes", "csrf_token": token(treasurer, form)}
    assert treasurer.post(form, data=values).status_code == 303
    assert state(app) == "cancelled"
    said = words(treasurer.get(PUBLIC))
    assert "This period was cancelled. Nobody is charged for it." in said
    assert WHY in said
    with app.app_context():
        ref = db.session.scalars(db.select(Case.ref)).first()
        story.sound()
    assert "because this one was cancelled" in words(treasurer.get(f"/cases/{ref}?lang=en"))
    again = treasurer.post(form, data=values)
    assert again.status_code == 409
    assert "This period was cancelled on 11 September 2026" in words(again)


@pytest.mark.usefixtures("locked")
def test_what_is_settled_can_be_neither_postponed_nor_cancelled(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    csrf = token(treasurer, f"{PAGE}/cancellation?lang=en")
    with app.app_context():
        story.approve()
        story.settle()
    day(14)
    for deed in ("cancellation", "postponement"):
        answer = treasurer.post(f"{PAGE}/{deed}", data={"csrf_token": csrf, "reason": WHY, "confirmed": "yes"})
        assert answer.status_code == 409
        assert "it can be neither postponed nor cancelled." in words(answer)
    assert state(app) == "settled"


def test_a_late_lock_is_explained_on_the_public_page(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    with app.app_context():
        story.open_plan()
        story.enrol(3)
        tick(midnight(dt.date(2026, 9, 7)) + dt.timedelta(hours=9, minutes=12))
    day(8)
    said = words(treasurer.get(PUBLIC))
    assert (
        "locked on 7 September 2026, 09:12 instead of 7 September 2026, 00:00, because the system stood still." in said
    )
    assert "until 24:00 on 10 September 2026" in said
    form = f"{PAGE}/explanation"
    assert send(treasurer, form, {"reason": "The data centre had no power."}).status_code == 303
    assert "The data centre had no power." in words(treasurer.get(PUBLIC))


def test_a_period_nobody_shares_in_says_what_happens_to_it(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    with app.app_context():
        story.open_plan()
        tick(story.just_after_midnight(dt.date(2026, 9, 7)))
    assert treasurer.get(PUBLIC).status_code == 404
    day(9)
    assert "Nobody shares in this pool, so there is nothing to divide" in words(treasurer.get(PUBLIC))
    assert (
        "it waits until somebody joins; on its settle day, 14 September 2026, the clock cancels it in public."
        in words(treasurer.get(f"{PAGE}?lang=en"))
    )


@pytest.mark.usefixtures("checked")
def test_a_void_approval_shows_old_and_new_side_by_side(app: Flask, treasurer: FlaskClient) -> None:
    send(treasurer, PAGE, action=f"{PAGE}/approval")
    with app.app_context():
        take_out(0)
    said = words(treasurer.get(f"{PAGE}?lang=en"))
    assert "What was approved on 11 September 2026, 12:00 is not the sum any more:" in said
    assert "Payouts 30.00 10.00" in said
    assert "Each pays 3.24 1.08" in said


@pytest.mark.usefixtures("locked")
def test_only_treasurers_change_periods(app: Flask, client: FlaskClient) -> None:
    open_account(app, "zhao@example.org", roles=("auditor",))
    enter(client, "zhao@example.org")
    assert client.get(f"{PAGE}/cancellation").status_code == 403
    with app.app_context():
        assert db.session.scalar(db.select(Audit.id).where(Audit.deed.in_(("cancel", "postpone")))) is None
