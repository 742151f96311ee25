"""A claimant whose payout came back names the account again, and nobody else can."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.jobs.tick import tick
from app.models import Account, Message, Notice, Payout
from app.services import claim_file, returns
from tests.services import pool_story as story
from tests.web.gate import enter, open_account, send, words

BANK = {"holder": "林岚", "bank": "中国农业银行西湖支行", "number": "6228480012345678903"}


@pytest.fixture
def returned(app: Flask, client: FlaskClient) -> str:
    """The claim of somebody signed in, whose payout the bank has sent back."""
    number = open_account(app, "lin@example.org")
    with app.app_context():
        story.open_plan()
        story.enrol(10)
        with transaction():
            member = story.members()[0]
            member.account_id = number
        claim = story.approve_claim(20_00, of=member)
        with transaction():
            account = claim_file.BankAccount("林岚", "建设银行", "6217000000000000000")
            claim_file.keep_bank_account(claim, account)
        story.settled()
        story.release()
        tick(story.september(14, 13))
        with transaction():
            returns.come_back(story.payouts_of()[0], "account_closed", by=None, at=story.september(15))
        ref = claim.ref
    enter(client)
    return ref


def test_the_page_of_the_claim_asks_and_the_new_account_is_kept(app: Flask, client: FlaskClient, returned: str) -> None:
    said = words(client.get(f"/claims/{returned}?lang=en"))
    assert "Your payout came back" in said
    assert "What the bank says: the account is closed." in said
    assert "please name the account again" in words(client.get("/me/messages?lang=en"))
    with app.app_context():
        notice = db.session.scalars(db.select(Notice.ref).where(Notice.kind == "payout")).one()
    assert client.get(f"/notices/{notice}.pdf").status_code == 409, "it says that the money has arrived"
    form = f"/claims/{returned}/payout-account"
    wrong = send(client, f"{form}?lang=en", BANK | {"number": "6228480012345678900"}, action=form)
    assert wrong.status_code == 422
    assert "its check digit does not fit" in words(wrong)
    assert "中国农业银行西湖支行" in wrong.text
    assert send(client, form, BANK, action=form).status_code == 303
    assert "You named the account anew" in words(client.get(f"/claims/{returned}?lang=en"))
    with app.app_context():
        payout = db.session.scalars(db.select(Payout)).one()
        assert payout.account_given_at is not None
        assert db.session.scalar(db.select(Message.id).where(Message.kind == "payout-returned")) is not None


@pytest.mark.usefixtures("returned")
def test_a_stranger_finds_nothing_there(app: Flask, returned: str) -> None:
    open_account(app, "other@example.org")
    stranger = app.test_client()
    enter(stranger, "other@example.org")
    assert stranger.get(f"/claims/{returned}/payout-account").status_code == 404
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count(Account.id))) > 1


def test_without_a_return_no_account_is_asked_for(app: Flask, client: FlaskClient, returned: str) -> None:
    with app.app_context():
        with transaction():
            claim = db.session.scalars(db.select(story.Claim)).one()
            account = claim_file.BankAccount("林岚", "农业银行", "6228480012345678903")
            returns.give_account(claim, account, by=claim.account_id, at=story.september(16))
        with transaction():
            returns.send_again(story.payouts_of()[0], by=story.treasurer().id, at=story.september(16))
        tick(story.september(16, 13))
    answer = client.get(f"/claims/{returned}/payout-account?lang=en")
    assert answer.status_code == 409
    assert "no account is asked for now" in words(answer)
