"""A claimant's walk through the room, step by step, for tests that begin somewhere on it."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db, transaction
from app.models import Claim, Decision, Membership, Recommendation
from app.services import claims
from app.web.clock import at_instant
from tests.claims.builders import NOW, membership, picture
from tests.web.gate import enter, open_account, send

EVENT = {
    "event_on": "2026-10-20",
    "disease_group": "thyroid",
    "benefit": "malignant_tumour",
    "province": "33",
    "story": "体检发现结节。",
}
BANK = {"holder": "林岚", "bank": "中国农业银行西湖支行", "number": "6228 4800 1234 5678 903"}
NEEDED = (1, 2, 3, 4, 6)
"""The lines of the young-cancer checklist that are required."""


@pytest.fixture
def today() -> Iterator[None]:
    """The clock stands at NOW."""
    with at_instant(NOW):
        yield


@pytest.fixture
def claimant(app: Flask, client: FlaskClient, today: None) -> FlaskClient:
    """Somebody signed in, with a membership in young-cancer."""
    assert today is None
    number = open_account(app)
    with app.app_context(), transaction():
        membership(number)
    enter(client)
    return client


def the_claim(app: Flask) -> Claim:
    """The only claim there is."""
    with app.app_context():
        found = db.session.scalars(db.select(Claim)).one()
        assert found.steps is not None
        return found


def begin(app: Flask, client: FlaskClient) -> str:
    """Open a draft; the address of its page."""
    with app.app_context():
        ref = db.session.scalars(db.select(Membership.ref)).one()
    answer = send(client, "/claims/new", {"membership": ref})
    assert answer.status_code == 303
    return str(answer.location)


def bring(client: FlaskClient, claim: str, line: int, *files: tuple[bytes, str], **headers: str) -> TestResponse:
    """Send files for one line, the way a browser does."""
    page = f"{claim}/documents/{line}"
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', client.get(page).text)
    assert token
    data: dict[str, Any] = {
        "csrf_token": token.group(1),
        "documents": [(io.BytesIO(content), name) for content, name in files],
    }
    return client.post(page, data=data, content_type="multipart/form-data", headers=headers)


def fill_in(app: Flask, client: FlaskClient) -> str:
    """A draft with everything in it."""
    claim = begin(app, client)
    assert send(client, f"{claim}/event", EVENT).status_code == 303
    for line in NEEDED:
        assert bring(client, claim, line, (picture(shade=line), "a.jpg")).status_code == 303
    assert send(client, f"{claim}/bank-account", BANK).status_code == 303
    assert send(client, f"{claim}/consents", {"claim_file": "y", "publication_level": "1"}).status_code == 303
    return claim


def hand_in(app: Flask, client: FlaskClient) -> str:
    """A claim that was handed in."""
    claim = fill_in(app, client)
    assert send(client, f"{claim}/submission", {"is_true": "y"}).status_code == 303
    return claim


def staff_moves(app: Flask, *moves: str, note: str | None = None) -> None:
    """What caseworkers do with the only claim, one move after the other."""
    with app.app_context(), transaction():
        for name in moves:
            claims.move(db.session.scalars(db.select(Claim)).one(), name, by=None, role="caseworker", at=NOW, note=note)


def refuse(app: Flask) -> None:
    """Two caseworkers refuse the only claim."""
    staff_moves(app, "begin_review", "recommend")
    with app.app_context(), transaction():
        claim = db.session.scalars(db.select(Claim)).one()
        by = claim.account_id
        first = Recommendation(
            claim_id=claim.id, round=1, by=by, at=NOW, verdict="refuse", amount_fen=0, clause="5.1", reason="原位癌"
        )
        db.session.add(first)
        db.session.flush()
        db.session.add(
            Decision(
                claim_id=claim.id, recommendation_id=first.id, round=1, by=by, at=NOW, verdict="refuse", amount_fen=0,
                clause="5.1", evidence="病理报告", reason="属于原位癌", would_change="显示浸润的病理报告",
                appeal_until=dt.date(2026, 12, 22),
            )
        )  # fmt: skip
    staff_moves(app, "refuse")
