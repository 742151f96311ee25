"""The three deeds of a treasurer, each done once, and none on a sum that nobody read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.domain.moves import MoveNotAllowed
from app.jobs.tick import tick
from app.models import Audit, Settlement
from app.services import claims
from tests.services import pool_story as story
from tests.web.gate import send, token, words

PAGE = f"/treasury/{story.FIRST}"
Clock = Callable[[int], None]


def told(app: Flask, number: int) -> list[str]:
    """Let the clock do what is due at the first minute of a day."""
    with app.app_context():
        return tick(story.just_after_midnight(dt.date(2026, 9, number)))


def state(app: Flask, name: str = story.FIRST) -> str:
    with app.app_context():
        return story.period(name).state


@pytest.mark.usefixtures("checked")
def test_a_treasurer_brings_a_period_from_its_approval_to_its_payment(
    app: Flask, treasurer: FlaskClient, day: Clock
) -> None:
    answer = send(treasurer, PAGE, action=f"{PAGE}/approval")
    assert (answer.status_code, answer.location) == (303, PAGE)
    said = words(treasurer.get(f"{PAGE}?lang=en"))
    assert "Checked by first-treasurer on 11 September 2026, 09:00, approved by 陈司库 on" in said
    assert "It settles on 14 September 2026, not before. The clock does it by itself." in said
    day(14)
    assert send(treasurer, PAGE, action=f"{PAGE}/settlement").status_code == 303
    assert "2 payments of ¥30.00 together wait for release." in words(treasurer.get(PAGE))
    assert send(treasurer, PAGE, action=f"{PAGE}/payments").status_code == 303
    said = words(treasurer.get(PAGE))
    assert "2 payments are on their way." in said
    assert "2 payments of ¥30.00 together are on their way until the bank confirms them." in said
    assert state(app) == "settled", "the worker sends it"
    told(app, 15)
    assert "Finished: 2 payments of ¥30.00 together have arrived." in words(treasurer.get(PAGE))
    with app.app_context():
        story.sound()
        deeds = list(db.session.scalars(db.select(Audit.deed).where(Audit.about_ref == story.FIRST)))
    assert deeds == ["lock", "count-members", "check-preview", "approve-preview", "settle", "release-payouts"]


@pytest.mark.usefixtures("checked")
def test_the_clock_settles_what_was_approved(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    send(treasurer, PAGE, action=f"{PAGE}/approval")
    assert f"{story.FIRST}: settled" in told(app, 14)
    day(14)
    said = words(treasurer.get(f"{PAGE}?lang=en"))
    assert "Settled due 14 September 2026, 00:00: 7 seconds later; took" in said
    assert "Sum approved 陈司库, 11 September 2026, 12:00" in said
    public = words(app.test_client().get(f"/disclosures/{story.FIRST}?lang=en"))
    assert "Settled due 14 September 2026, 00:00: 7 seconds later; took" in public
    assert "Sum approved treasurer, 11 September 2026, 12:00" in public
    assert "陈司库" not in public


@pytest.mark.usefixtures("checked")
def test_a_sum_that_changed_is_not_approved_and_the_new_one_is_shown(app: Flask, treasurer: FlaskClient) -> None:
    csrf = token(treasurer, f"{PAGE}?lang=en")
    with app.app_context():
        old = story.settling.preview(story.period(), at=story.september(11)).digest
        take_out(0)
    answer = treasurer.post(f"{PAGE}/approval", data={"csrf_token": csrf, "digest": old})
    assert answer.status_code == 409
    said = words(answer)
    assert "The sum has changed since you opened the page. Nothing was approved: below is the new one." in said
    assert "the cases receive ¥10.00" in said
    assert state(app) == "locked"
    assert send(treasurer, PAGE, action=f"{PAGE}/check").status_code == 303
    assert state(app) == "checked"


def take_out(which: int) -> None:
    """An objection to one of the published cases is admitted."""
    caseworker = story.account("caseworker-3", "caseworker")
    claim = db.session.scalars(db.select(story.Claim).order_by(story.Claim.id)).all()[which]
    with transaction():
        claims.move(claim, "admit_objection", by=caseworker.id, role="caseworker", at=story.september(12))


@pytest.mark.usefixtures("checked")
def test_an_approval_that_no_longer_fits_can_be_given_anew(
    app: Flask, treasurer: FlaskClient, second: FlaskClient
) -> None:
    send(treasurer, PAGE, action=f"{PAGE}/approval")
    with app.app_context():
        take_out(1)
    said = words(treasurer.get(f"{PAGE}?lang=en"))
    assert "The sum has changed since it was read. It has to be checked again, and approved by somebody else." in said
    assert send(second, PAGE, action=f"{PAGE}/check").status_code == 303
    assert send(treasurer, PAGE, action=f"{PAGE}/approval").status_code == 303
    with app.app_context():
        story.settle()


@pytest.mark.usefixtures("checked")
def test_settling_what_changed_takes_the_approval_back(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    send(treasurer, PAGE, action=f"{PAGE}/approval")
    day(14)
    csrf = token(treasurer, f"{PAGE}?lang=en")
    with app.app_context():
        take_out(0)
    answer = treasurer.post(f"{PAGE}/settlement", data={"csrf_token": csrf})
    assert answer.status_code == 409
    assert "Look at the new one: two treasurers read it anew." in words(answer)
    assert state(app) == "locked"


@pytest.mark.usefixtures("checked")
def test_nothing_settles_before_its_day_whoever_asks(app: Flask, treasurer: FlaskClient) -> None:
    send(treasurer, PAGE, action=f"{PAGE}/approval")
    csrf = token(treasurer, "/account?lang=en")
    answer = treasurer.post(f"{PAGE}/settlement", data={"csrf_token": csrf})
    assert answer.status_code == 409
    assert "This period settles on 14 September 2026, not before." in words(answer)
    assert state(app) == "approved"


@pytest.mark.usefixtures("locked")
def test_a_check_without_its_sum_is_refused(app: Flask, treasurer: FlaskClient) -> None:
    answer = send(treasurer, f"{PAGE}?lang=en", {"digest": "yes"}, action=f"{PAGE}/check")
    assert answer.status_code == 422
    assert "The form did not say which sum you mean." in words(answer)
    assert state(app) == "locked"


@pytest.mark.usefixtures("locked")
def test_who_checked_a_sum_does_not_approve_it_and_the_page_says_who_has_to(
    app: Flask, treasurer: FlaskClient, second: FlaskClient
) -> None:
    csrf, digest = token(treasurer, f"{PAGE}?lang=en"), digest_on(treasurer)
    assert send(treasurer, PAGE, action=f"{PAGE}/check").status_code == 303
    said = words(treasurer.get(PAGE))
    assert "Another treasurer has to approve it; until then nothing settles. Be the other treasurer" in said
    answer = treasurer.post(f"{PAGE}/approval", data={"csrf_token": csrf, "digest": digest})
    assert answer.status_code == 409
    assert "You checked this sum yourself. Another treasurer has to approve it" in words(answer)
    with app.app_context(), pytest.raises(MoveNotAllowed):
        story.settle()
    assert state(app) == "checked", "nothing settles that one alone has read"
    answer = treasurer.post(f"{PAGE}/check", data={"csrf_token": csrf, "digest": digest})
    assert answer.status_code == 409
    assert "陈司库 checked this sum on 11 September 2026, 12:00. Nothing was done twice." in words(answer)
    assert "Checked by one treasurer. Another one reads the whole sum" in words(second.get("/treasury?lang=en"))
    assert send(second, PAGE, action=f"{PAGE}/approval").status_code == 303
    assert state(app) == "approved"


def digest_on(visitor: FlaskClient) -> str:
    """The digest of the sum that stands on the page."""
    return visitor.get(PAGE).text.partition('name="digest" type="hidden" value="')[2][:64]


@pytest.mark.usefixtures("checked")
def test_of_two_treasurers_who_approve_the_second_is_told_who_was_first(
    treasurer: FlaskClient, second: FlaskClient
) -> None:
    csrf = token(second, f"{PAGE}?lang=en")
    digest = digest_on(second)
    send(treasurer, PAGE, action=f"{PAGE}/approval")
    answer = second.post(f"{PAGE}/approval", data={"csrf_token": csrf, "digest": digest})
    assert answer.status_code == 409
    assert "陈司库 approved this sum on 11 September 2026, 12:00. Nothing was done twice." in words(answer)


@pytest.mark.usefixtures("checked")
def test_of_two_treasurers_who_settle_or_release_the_second_changes_nothing(
    app: Flask, treasurer: FlaskClient, second: FlaskClient, day: Clock
) -> None:
    send(treasurer, PAGE, action=f"{PAGE}/approval")
    day(14)
    csrf = token(second, f"{PAGE}?lang=en")
    send(treasurer, PAGE, action=f"{PAGE}/settlement")
    answer = second.post(f"{PAGE}/settlement", data={"csrf_token": csrf})
    assert answer.status_code == 409
    assert "This period was settled on 14 September 2026" in words(answer)
    send(treasurer, PAGE, action=f"{PAGE}/payments")
    answer = second.post(f"{PAGE}/payments", data={"csrf_token": csrf})
    assert answer.status_code == 409
    assert "Nothing was paid twice." in words(answer)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Settlement)) == 1
        assert db.session.scalar(db.select(db.func.count(Audit.id)).where(Audit.deed == "release-payouts")) == 1


def test_what_does_not_fit_waits_and_the_page_says_for_what(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    with app.app_context():
        story.open_plan(cap_year_fen=None)
        story.enrol(10, 9_00)
        for _ in range(4):
            story.approve_claim(30_00, benefit="low_grade_tumour")
        story.settled()
    day(14)
    said = words(treasurer.get(f"{PAGE}?lang=en"))
    assert "¥90.00 may leave the custody account: 3 of 4 fits." in said
    assert "pay their arrears of ¥18.00" in said
    assert "¥27.00 after arrears" in said
    csrf = token(treasurer, f"{PAGE}?lang=en")
    send(treasurer, PAGE, action=f"{PAGE}/payments")
    page = treasurer.get(PAGE)
    assert "1 payment waits for money." in words(page)
    assert "¥9.00 may leave the custody account: 0 of 1 fits." in words(page)
    assert f"{PAGE}/payments" not in page.text, "no button for what cannot be done"
    answer = treasurer.post(f"{PAGE}/payments", data={"csrf_token": csrf})
    assert answer.status_code == 409
    assert "They wait until money arrives." in words(answer)


@pytest.mark.usefixtures("locked")
def test_a_deed_without_its_token_is_not_done(app: Flask, treasurer: FlaskClient) -> None:
    assert treasurer.post(f"{PAGE}/approval", data={"digest": "0" * 64}).status_code == 400
    assert state(app) == "locked"
