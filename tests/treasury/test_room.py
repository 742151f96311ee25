"""A treasurer at work: what waits, the whole sum before anything is charged, and each deed once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.jobs.tick import tick
from app.models import Audit, Settlement
from app.services import claims
from app.web import clock
from tests.services import pool_story as story
from tests.web.gate import enter, open_account, send, token, words

PAGE = f"/treasury/{story.FIRST}"
Clock = Callable[[int], None]


@pytest.fixture
def day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Set the clock of the pages to noon of a day in September 2026."""

    def stand(number: int) -> None:
        with app.app_context():
            moment = story.september(number)
        monkeypatch.setattr(clock, "real_now", lambda: moment)

    stand(1)
    yield stand


@pytest.fixture
def treasurer(app: Flask, client: FlaskClient) -> FlaskClient:
    open_account(app, "chen@example.org", name="陈司库", roles=("treasurer",))
    assert enter(client, "chen@example.org").status_code == 303
    return client


@pytest.fixture
def locked(app: Flask, day: Clock) -> None:
    """Ten members and two cases of 20.00 and 10.00, published on the 7th; it is the 11th."""
    with app.app_context():
        story.open_plan(fee_bp=800)
        story.enrol(10)
        story.approve_claim(20_00, benefit="low_grade_tumour")
        story.approve_claim(10_00, benefit="low_grade_tumour")
        story.lock()
    day(11)


def told(app: Flask, number: int) -> list[str]:
    """Let the clock do what is due at the first minute of a day."""
    with app.app_context():
        return tick(story.just_after_midnight(dt.date(2026, 9, number)))


def state(app: Flask, name: str = story.FIRST) -> str:
    with app.app_context():
        return story.period(name).state


@pytest.mark.usefixtures("day")
def test_a_house_without_plans_has_nothing_to_do(treasurer: FlaskClient) -> None:
    said = words(treasurer.get("/treasury?lang=en"))
    assert "No period needs anything now." in said
    assert "No plan has been published yet." in said


@pytest.mark.usefixtures("locked")
def test_the_overview_says_what_waits_and_until_when(treasurer: FlaskClient, day: Clock) -> None:
    said = words(treasurer.get("/treasury?lang=en"))
    assert "1 period needs something now." in said
    assert "each of 10 members would pay ¥3.24" in said
    assert "until 14 September 2026" in said
    day(15)
    assert "was due on 14 September 2026" in words(treasurer.get("/treasury?lang=en"))


@pytest.mark.usefixtures("locked")
def test_during_the_objection_days_nothing_waits_for_the_treasurer(treasurer: FlaskClient, day: Clock) -> None:
    day(9)
    assert "No period needs anything now." in words(treasurer.get("/treasury?lang=en"))
    assert "Objections are open until 24:00 on 9 September 2026." in words(treasurer.get(f"{PAGE}?lang=en"))


@pytest.mark.usefixtures("locked")
def test_held_and_owed_have_the_same_sum_and_arrears_stand_alone(app: Flask, treasurer: FlaskClient) -> None:
    with app.app_context():
        story.approve()
        story.settle()
    said = words(treasurer.get("/treasury?lang=en"))
    assert "Held and outstanding 1,000.00" in said
    assert "Owed 1,000.00" in said
    assert "Arrears shared by members whose balance did not reach: money nobody has yet 0.00" in said
    assert "Cases settled payouts that have not arrived 30.00" in said
    assert "Fee settled, not taken by the operator 2.40" in said
    assert "and ¥30.00 wait for release: all of it is covered." in said


@pytest.mark.usefixtures("locked")
def test_the_whole_arithmetic_stands_there_before_anything_is_charged(treasurer: FlaskClient) -> None:
    said = words(treasurer.get(f"{PAGE}?lang=en"))
    for part in (
        "Payouts, 2 cases ¥30.00",
        "Fee 8 % ¥2.40",
        "members sharing 10",
        "¥ 3.24",
        "Cap a case for each member, the fee inside it ¥3.00",
        "Shared since New Year index ¥0.00 less ¥0.00 on 1 January ¥0.00",
        "Settlements left this one and those planned until 31 December 8",
        "Room of this period ¥150.00 left of the year, an even part of it ¥18.75",
        "Surplus carried in of rounding up in earlier periods ¥0.00",
        "All cases 30.00 30.00 0.00 30.00",
        "No cap is reached.",
        "Approving binds exactly this sum: each of 10 members pays ¥3.24, the cases receive ¥30.00.",
    ):
        assert part in said


def test_a_cap_that_binds_is_said_in_words(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    with app.app_context():
        story.open_plan()
        story.enrol(10)
        story.approve_claim(300_000_00)
        story.lock()
    day(11)
    said = words(treasurer.get(f"{PAGE}?lang=en"))
    assert "with 10 members at ¥3.00 each, no case can receive more than ¥30.00" in said
    assert "asked for ¥300,000.00 and receive ¥30.00; the remaining ¥299,970.00 are not paid." in said


@pytest.mark.usefixtures("locked")
def test_a_treasurer_brings_a_period_from_its_approval_to_its_payment(
    app: Flask, treasurer: FlaskClient, day: Clock
) -> None:
    answer = send(treasurer, PAGE, action=f"{PAGE}/approval")
    assert (answer.status_code, answer.location) == (303, PAGE)
    said = words(treasurer.get(f"{PAGE}?lang=en"))
    assert "Approved by 陈司库 on 11 September 2026, 12:00." in said
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
    assert [deed for deed in deeds if deed != "lock"] == ["approve-preview", "settle", "release-payouts"]


@pytest.mark.usefixtures("locked")
def test_the_clock_settles_what_was_approved(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    send(treasurer, PAGE, action=f"{PAGE}/approval")
    assert f"{story.FIRST}: settled" in told(app, 14)
    day(14)
    assert "the clock" in words(treasurer.get(f"{PAGE}?lang=en"))


@pytest.mark.usefixtures("locked")
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
    assert send(treasurer, PAGE, action=f"{PAGE}/approval").status_code == 303


def take_out(which: int) -> None:
    """An objection to one of the published cases is admitted."""
    caseworker = story.account("caseworker-3", "caseworker")
    claim = db.session.scalars(db.select(story.Claim).order_by(story.Claim.id)).all()[which]
    with transaction():
        claims.move(claim, "admit_objection", by=caseworker.id, role="caseworker", at=story.september(12))


@pytest.mark.usefixtures("locked")
def test_an_approval_that_no_longer_fits_can_be_given_anew(app: Flask, treasurer: FlaskClient) -> None:
    send(treasurer, PAGE, action=f"{PAGE}/approval")
    with app.app_context():
        take_out(1)
    said = words(treasurer.get(f"{PAGE}?lang=en"))
    assert "The sum has changed since it was approved. Read the new one and approve it again." in said
    assert send(treasurer, PAGE, action=f"{PAGE}/approval").status_code == 303
    with app.app_context():
        story.settle()


@pytest.mark.usefixtures("locked")
def test_settling_what_changed_takes_the_approval_back(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    send(treasurer, PAGE, action=f"{PAGE}/approval")
    day(14)
    csrf = token(treasurer, f"{PAGE}?lang=en")
    with app.app_context():
        take_out(0)
    answer = treasurer.post(f"{PAGE}/settlement", data={"csrf_token": csrf})
    assert answer.status_code == 409
    assert "Look at the new one and approve it." in words(answer)
    assert state(app) == "locked"


@pytest.mark.usefixtures("locked")
def test_nothing_settles_before_its_day_whoever_asks(app: Flask, treasurer: FlaskClient) -> None:
    send(treasurer, PAGE, action=f"{PAGE}/approval")
    csrf = token(treasurer, "/account?lang=en")
    answer = treasurer.post(f"{PAGE}/settlement", data={"csrf_token": csrf})
    assert answer.status_code == 409
    assert "This period settles on 14 September 2026, not before." in words(answer)
    assert state(app) == "approved"


@pytest.mark.usefixtures("locked")
def test_an_approval_without_its_sum_is_refused(app: Flask, treasurer: FlaskClient) -> None:
    answer = send(treasurer, f"{PAGE}?lang=en", {"digest": "yes"}, action=f"{PAGE}/approval")
    assert answer.status_code == 422
    assert "The form did not say which sum you approve." in words(answer)
    assert state(app) == "locked"


@pytest.fixture
def second(app: Flask) -> FlaskClient:
    """Another treasurer at another desk."""
    open_account(app, "wu@example.org", name="吴司库", roles=("treasurer",))
    other = app.test_client()
    enter(other, "wu@example.org")
    return other


@pytest.mark.usefixtures("locked")
def test_of_two_treasurers_who_approve_the_second_is_told_who_was_first(
    treasurer: FlaskClient, second: FlaskClient
) -> None:
    csrf = token(second, f"{PAGE}?lang=en")
    digest = second.get(PAGE).text.partition('name="digest" type="hidden" value="')[2][:64]
    send(treasurer, PAGE, action=f"{PAGE}/approval")
    answer = second.post(f"{PAGE}/approval", data={"csrf_token": csrf, "digest": digest})
    assert answer.status_code == 409
    assert "陈司库 approved this sum on 11 September 2026, 12:00. Nothing was done twice." in words(answer)


@pytest.mark.usefixtures("locked")
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
    assert "¥90.00 may leave the custody account." in said
    assert "pay their arrears of ¥18.00" in said
    assert "¥27.00 after arrears" in said
    send(treasurer, PAGE, action=f"{PAGE}/payments")
    assert "1 payment waits for money." in words(treasurer.get(PAGE))
    answer = send(treasurer, PAGE, action=f"{PAGE}/payments")
    assert answer.status_code == 409
    assert "They wait until money arrives." in words(answer)


@pytest.mark.usefixtures("locked")
def test_an_auditor_reads_everything_and_does_nothing(app: Flask, client: FlaskClient) -> None:
    open_account(app, "zhao@example.org", roles=("auditor",))
    enter(client, "zhao@example.org")
    assert client.get("/treasury").status_code == client.get("/treasury/checks").status_code == 200
    page = client.get(f"{PAGE}?lang=en")
    assert "You may read here; the deeds are a treasurer's." in words(page)
    assert f"{PAGE}/approval" not in page.text
    csrf = token(client, "/account")
    for deed in ("approval", "settlement", "payments"):
        assert client.post(f"{PAGE}/{deed}", data={"csrf_token": csrf}).status_code == 403


@pytest.mark.usefixtures("locked")
def test_nobody_else_comes_in(app: Flask, client: FlaskClient) -> None:
    assert client.get("/treasury").location.startswith("/sign-in")
    open_account(app, "he@example.org", roles=("caseworker",))
    enter(client, "he@example.org")
    for address in ("/treasury", "/treasury/checks", PAGE):
        assert client.get(address).status_code == 403


@pytest.mark.usefixtures("locked")
def test_a_deed_without_its_token_is_not_done(app: Flask, treasurer: FlaskClient) -> None:
    assert treasurer.post(f"{PAGE}/approval", data={"digest": "0" * 64}).status_code == 400
    assert state(app) == "locked"


@pytest.mark.usefixtures("locked")
def test_a_planned_period_says_when_and_with_what_it_is_locked(app: Flask, treasurer: FlaskClient) -> None:
    with app.app_context():
        story.approve_claim(5_00, at=story.september(10))
    said = words(treasurer.get(f"/treasury/{story.SECOND}?lang=en"))
    assert "It is locked and published at 00:00 on 21 September 2026." in said
    assert "1 claim is approved so far" in said
    assert treasurer.get("/treasury/young-cancer-2031-01-1").status_code == 404
    csrf = token(treasurer, "/account")
    data = {"csrf_token": csrf, "digest": "0" * 64}
    assert treasurer.post(f"/treasury/{story.SECOND}/approval", data=data).status_code == 409
    assert treasurer.post("/treasury/young-cancer-2031-01-1/approval", data=data).status_code == 404


@pytest.mark.usefixtures("locked")
def test_the_money_is_checked_with_every_question_in_words(app: Flask, treasurer: FlaskClient) -> None:
    said = words(treasurer.get("/treasury/checks?lang=en"))
    assert "Nothing was found." in said
    assert "Asked on 11 September 2026, 12:00." in said
    assert said.count("agrees") == 12
    with app.app_context(), transaction():
        db.session.execute(db.text("UPDATE pool SET surplus_fen = surplus_fen + 5"))
    said = words(treasurer.get("/treasury/checks"))
    assert "2 questions found something." in said
    assert "young-cancer: surplus 5, the ledger says 0" in said


@pytest.mark.usefixtures("locked")
def test_every_page_speaks_chinese(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    assert "每位会员" in words(treasurer.get(f"{PAGE}?lang=zh"))
    send(treasurer, PAGE, action=f"{PAGE}/approval")
    day(14)
    assert "立即结算" in words(treasurer.get(PAGE))
    send(treasurer, PAGE, action=f"{PAGE}/settlement")
    assert "放款" in words(treasurer.get(PAGE))
    assert "代管" in words(treasurer.get("/treasury"))
    assert "核对" in words(treasurer.get("/treasury/checks"))
