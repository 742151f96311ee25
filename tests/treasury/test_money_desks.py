"""The desks of payouts, of payments in and of reserves: what each shows, and each deed once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.jobs.tick import tick
from app.models import Funding, Payment, Payout
from app.services import returns
from app.services.claim_file import BankAccount
from tests.services import pool_story as story
from tests.web.gate import send, token, words

Clock = Callable[[int], None]
DESK = "/treasury/payouts"


@pytest.fixture
def paid(app: Flask, day: Clock) -> str:
    """One case of 20.00, paid on the 14th; it is the 15th. The reference of its payout."""
    with app.app_context():
        story.open_plan()
        story.enrol(10)
        story.approve_claim(20_00)
        story.settled()
        story.release()
        tick(story.september(14, 13))
        ref = story.payouts_of()[0].ref
    day(15)
    return ref


def payout(app: Flask) -> Payout:
    with app.app_context():
        return story.payouts_of()[0]


def test_what_the_bank_sent_back_is_booked_and_sent_again_once_an_account_is_named(
    app: Flask, treasurer: FlaskClient, paid: str
) -> None:
    page = f"{DESK}/{paid}"
    refused = send(treasurer, f"{page}?lang=en", action=f"{page}/return")
    assert refused.status_code == 422
    assert "Choose what the bank says." in words(refused)
    assert send(treasurer, page, {"reason": "account_closed"}, action=f"{page}/return").status_code == 303
    said = words(treasurer.get(page))
    assert "The claimant was asked for the account and has not named it yet." in said
    csrf = token(treasurer, f"{page}?lang=en")
    again = treasurer.post(f"{page}/again", data={"csrf_token": csrf})
    assert again.status_code == 409
    assert "The claimant has not named an account yet." in words(again)
    assert treasurer.post(f"{page}/return", data={"csrf_token": csrf, "reason": "other"}).status_code == 409
    said = words(treasurer.get("/treasury?lang=en"))
    assert "1 payment came back: its claimant is asked for an account, then you send it again." in said
    public = words(treasurer.get(f"/disclosures/{story.FIRST}?lang=en"))
    assert "1 payout did not stay where it was sent" in public
    with app.app_context(), transaction():
        claim = db.session.scalars(db.select(story.Claim)).one()
        account = BankAccount("欧阳若曦", "农业银行", "6228480000000000018")
        returns.give_account(claim, account, by=claim.account_id, at=story.september(15))
    assert send(treasurer, page, action=f"{page}/again").status_code == 303
    with app.app_context():
        tick(story.september(15, 14))
        story.sound()
    assert payout(app).state == "paid"
    assert "Sent back by the bank" in words(treasurer.get(f"{page}?lang=en"))


def test_the_line_says_for_what_each_payout_waits_on_both_sides_of_the_wall(
    app: Flask, treasurer: FlaskClient, day: Clock
) -> None:
    with app.app_context():
        story.open_plan(cap_year_fen=None)
        story.enrol(10, 9_00)
        for _ in range(4):
            story.approve_claim(30_00, benefit="low_grade_tumour")
        story.settled()
        story.release()
        tick(story.september(14, 13))
    day(23)
    said = words(treasurer.get(f"{DESK}?lang=en"))
    assert "leaves when ¥18.00 more have arrived" in said
    assert "released, waiting since 14 September 2026, 12:00" in said
    said = words(treasurer.get("/money?lang=en"))
    assert "Arrears shared by members whose balance did not reach: money nobody has yet 18.00" in said
    assert "leaves when ¥18.00 more have arrived" in said
    said = words(treasurer.get(f"/disclosures/{story.FIRST}?lang=en"))
    assert "1 payout was released and waits for money of the pool." in said
    assert "The promised day has passed: the rest is late." in said
    assert "wait for money" in words(treasurer.get("/treasury?lang=en")) or "waits for money" in words(
        treasurer.get("/treasury?lang=en")
    )


def test_a_payment_is_found_and_booked_as_taken_back_once(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    with app.app_context():
        story.open_plan()
        story.enrol(2)
        member = story.members()[0]
        ref = story.top_up(member, 5_00, at=story.september(2)).ref
        membership = member.ref
    day(3)
    page = f"/treasury/payments/{ref}"
    found = treasurer.get(f"/treasury/payments?ref={membership}&state=received&lang=en")
    assert page in found.text
    assert "There is no such payment." in words(treasurer.get("/treasury/payments?state=failed"))
    unsure = send(treasurer, page, {"reason": "charged back"}, action=f"{page}/reversal")
    assert unsure.status_code == 422
    assert "Look at the bank's statement first: this cannot be undone." in words(unsure)
    assert "charged back" in unsure.text
    values = {"reason": "charged back", "sure": "y", "csrf_token": token(treasurer, page)}
    assert treasurer.post(f"{page}/reversal", data=values).status_code == 303
    assert treasurer.post(f"{page}/reversal", data=values).status_code == 409
    with app.app_context():
        story.sound()
        assert db.session.scalars(db.select(Payment.state).where(Payment.ref == ref)).one() == "reversed"


def test_payments_turn_their_pages_by_key(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    with app.app_context():
        story.open_plan()
        story.enrol(1)
        for _ in range(51):
            story.top_up(story.members()[0], 1_00, at=story.september(2))
    day(3)
    first = treasurer.get("/treasury/payments?lang=en")
    assert "Older payments" in words(first)
    link = first.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    older = treasurer.get(link)
    assert "Older payments" not in words(older)
    assert older.text.count('href="/treasury/payments/') == 1


def test_a_reserve_is_recorded_by_one_and_confirmed_by_another(
    app: Flask, treasurer: FlaskClient, second: FlaskClient, day: Clock
) -> None:
    with app.app_context():
        story.open_plan()
    day(3)
    page = "/treasury/reserves"
    values = {"plan": story.SLUG, "kind": "donation", "amount": "50", "source": "a foundation", "reference": "B-1"}
    assert send(treasurer, f"{page}?lang=en", values, action=page).status_code == 303
    twice = send(treasurer, page, values, action=page)
    assert twice.status_code == 409
    assert "A transfer with this reference of the bank is recorded already" in words(twice)
    assert "a foundation" in twice.text
    assert "another treasurer confirms it." in words(treasurer.get(page))
    with app.app_context():
        ref = db.session.scalars(db.select(Funding.ref)).one()
    own = treasurer.post(f"{page}/{ref}/answer", data={"csrf_token": token(treasurer, page), "answer": "confirmed"})
    assert own.status_code == 403
    assert "You recorded this yourself." in words(own)
    answer = {"csrf_token": token(second, f"{page}?lang=en"), "answer": "confirmed"}
    assert second.post(f"{page}/{ref}/answer", data=answer).status_code == 303
    assert second.post(f"{page}/{ref}/answer", data=answer).status_code == 409
    said = words(treasurer.get(f"/money/reserves/{story.SLUG}?lang=en"))
    assert "It holds ¥50.00." in said
    assert "a foundation came in 50.00 50.00" in said
    with app.app_context():
        story.sound()


def test_what_is_no_amount_and_says_nothing_is_refused(app: Flask, treasurer: FlaskClient, day: Clock) -> None:
    with app.app_context():
        story.open_plan()
    day(3)
    page = "/treasury/reserves"
    values = {"plan": story.SLUG, "amount": "much", "source": " ", "reference": ""}
    refused = send(treasurer, f"{page}?lang=en", values, action=page)
    assert refused.status_code == 422
    for sentence in ("Enter an amount in yuan", "Say where it comes from", "Enter what the bank calls the transfer."):
        assert sentence in words(refused)


@pytest.mark.usefixtures("day")
def test_the_public_page_of_the_money_stands_also_when_nothing_has_begun(client: FlaskClient) -> None:
    assert "No plan has been published yet." in words(client.get("/money?lang=en"))
    assert client.get("/money/reserves/no-such-plan").status_code == 404
