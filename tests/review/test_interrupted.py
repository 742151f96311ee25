"""A caseworker whose session ends over a long reason finds it again."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from app.db import db
from app.models import Claim
from tests.web.gate import send, words
from tests.web.interrupted import interrupted

REASON = "病历与病理报告一致，\n确诊日在等待期之后。"


def test_a_recommendation_is_there_again_in_its_own_form(app: Flask, shen: FlaskClient, waiting: str) -> None:
    page = f"/review/{waiting}"
    send(shen, page, action=f"{page}/begin")
    found = interrupted(
        app,
        shen,
        page,
        {"verdict": "refuse", "reason": REASON, "clause": "3.1"},
        action=f"{page}/recommend",
        email="shen.desk@example.org",
    )
    assert "Nothing was sent, and nothing you typed is lost" in words(found)
    assert REASON in found.text
    form = found.text[found.text.index(f'action="{page}/recommend"') :].partition("</form>")[0]
    assert REASON in form
    assert found.text.count(REASON) == 1, "other forms of the page stay as they are"
    with app.app_context():
        assert db.session.scalars(db.select(Claim.state).where(Claim.ref == waiting)).one() == "in_review"
