"""A treasurer at work: what waits, the whole sum before anything is charged, and each deed once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Settlement
from app.services import crediting, reserves, transfers_by_hand
from tests.services import pool_story as story
from tests.web.gate import enter, open_account, send, token, words

PAGE = f"/treasury/{story.FIRST}"
Clock = Callable[[int], None]


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
def test_during_the_objection_days_a_sum_may_be_checked_and_approved_already(
    treasurer: FlaskClient, day: Clock
) -> None:
    day(9)
    said = words(treasurer.get("/treasury?lang=en"))
    assert "1 period needs something now." in said
    assert "Objections are open until 9 September 2026, 24:00. The sum can be checked and approved already" in said
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
    assert "and ¥30.00 wait for release: there is enough for all of it." in said


@pytest.mark.usefixtures("locked")
def test_what_waits_for_another_person_is_counted_and_the_fee_leads_to_its_movements(
    app: Flask, treasurer: FlaskClient, client: FlaskClient
) -> None:
    with app.app_context():
        story.approve()
        story.settle()
        by, at = story.treasurer("treasurer-3").id, story.september(15)
        with transaction():
            settlement = db.session.scalars(db.select(Settlement)).one()
            crediting.propose(settlement, 1, cause="operator", reason="A case was counted twice.", by=by, at=at)
            reserves.record(story.plan(), "donation", 7_00, source="a friend", reference="F-1", by=by, at=at)
            seen = transfers_by_hand.Seen("B-1", "main", "", 5_00, at.date())
            transfers_by_hand.record(seen, by=by, at=at)
    overview = treasurer.get("/treasury?lang=en")
    for waits, page in (
        ("1 credit waits for a second treasurer", "/treasury/credits"),
        ("1 record of money for a reserve waits for a second treasurer", "/treasury/reserves"),
        ("1 transfer by hand waits for a second treasurer", "/treasury/transfers?state=recorded"),
    ):
        assert waits in words(overview)
        assert f'href="{page}"' in overview.text
    assert "bank file waits" not in words(overview)
    assert f'href="/money/fees/{story.SLUG}"' in overview.text
    assert f'href="/money/fees/{story.SLUG}"' in client.get("/money?lang=en").text
    fee = client.get(f"/money/fees/{story.SLUG}?lang=en")
    assert "Settlements named ¥2.40 so far. ¥0.00 of it were taken or given up, ¥2.40 stand in custody" in words(fee)
    assert f'href="/disclosures/{story.FIRST}"' in fee.text
    assert "settled with a period" in words(fee)


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
        "Checking binds your name to exactly this sum: each of 10 members pays ¥3.24, the cases receive ¥30.00.",
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
def test_an_auditor_reads_everything_and_does_nothing(app: Flask, client: FlaskClient) -> None:
    open_account(app, "zhao@example.org", roles=("auditor",))
    enter(client, "zhao@example.org")
    assert client.get("/treasury").status_code == client.get("/treasury/checks").status_code == 200
    page = client.get(f"{PAGE}?lang=en")
    assert "You may read here; the deeds are a treasurer's." in words(page)
    assert f"{PAGE}/check" not in page.text
    csrf = token(client, "/account")
    for deed in ("check", "approval", "settlement", "payments"):
        assert client.post(f"{PAGE}/{deed}", data={"csrf_token": csrf}).status_code == 403


@pytest.mark.usefixtures("locked")
def test_nobody_else_comes_in(app: Flask, client: FlaskClient) -> None:
    assert client.get("/treasury").location.startswith("/sign-in")
    open_account(app, "he@example.org", roles=("caseworker",))
    enter(client, "he@example.org")
    for address in ("/treasury", "/treasury/checks", PAGE):
        assert client.get(address).status_code == 403


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


@pytest.mark.usefixtures("checked")
def test_every_page_speaks_chinese(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    assert "每位会员" in words(treasurer.get(f"{PAGE}?lang=zh"))
    send(treasurer, PAGE, action=f"{PAGE}/approval")
    day(14)
    assert "立即结算" in words(treasurer.get(PAGE))
    send(treasurer, PAGE, action=f"{PAGE}/settlement")
    assert "放款" in words(treasurer.get(PAGE))
    assert "代管" in words(treasurer.get("/treasury"))
    assert "核对" in words(treasurer.get("/treasury/checks"))
