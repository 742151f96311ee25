"""A claim when the session ends in between: what was typed comes back, what was chosen is asked for again."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.models import Account, Claim
from app.web.clock import at_instant
from tests.claims.builders import NOW, membership
from tests.claims.walk import BANK, EVENT, begin, fill_in
from tests.web.gate import open_account, send, sign_in, words
from tests.web.interrupted import interrupted

EMAIL = "lin@example.org"


@pytest.fixture
def claimant(app: Flask, client: FlaskClient) -> Iterator[FlaskClient]:
    """Somebody signed in, with a membership."""
    with at_instant(NOW):
        number = open_account(app)
        with app.app_context(), transaction():
            membership(number)
        sign_in(client)
        yield client


def test_a_story_and_a_bank_account_are_there_again(app: Flask, claimant: FlaskClient) -> None:
    claim = begin(app, claimant)
    page = interrupted(app, claimant, f"{claim}/bank-account", BANK, email=EMAIL)
    assert 'value="6228 4800 1234 5678 903"' in page.text
    page = interrupted(app, claimant, f"{claim}/event", EVENT, email=EMAIL)
    assert "体检发现结节。" in page.text
    assert send(claimant, f"{claim}/event").status_code == 303
    with app.app_context():
        assert db.session.scalars(db.select(Claim.event_on)).one().isoformat() == "2026-10-20"


def test_documents_are_named_and_chosen_again(app: Flask, claimant: FlaskClient) -> None:
    claim = begin(app, claimant)
    paper = {"documents": (io.BytesIO(b"%PDF-1.7"), "病理报告.pdf")}
    page = interrupted(app, claimant, f"{claim}/documents/1", paper, email=EMAIL)
    assert "请重新选择：病理报告.pdf" in words(page)


def test_a_claim_is_not_handed_in_before_the_address_is_confirmed(app: Flask, claimant: FlaskClient) -> None:
    claim = fill_in(app, claimant)
    with app.app_context(), transaction():
        db.session.execute(db.update(Account).values(email_confirmed_at=None))
    refused = send(claimant, f"{claim}/submission", {"is_true": "y"})
    assert refused.status_code == 403
    assert "请先确认您的邮箱" in words(refused)
    with app.app_context():
        assert db.session.scalars(db.select(Claim.state)).one() == "draft"
