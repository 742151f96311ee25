"""The desk looks at pages as pictures: large and small, turned, enlarged; the first look of a day is written down."""

from __future__ import annotations

import io

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

import app.jobs.work  # noqa: F401 -- fills outbox.handlers
from app.db import db, transaction
from app.models import Audit
from app.services import claims, evidence, outbox
from app.web.clock import real_now
from tests.claims.builders import NOW, account, claim, membership, paper
from tests.web.gate import enter, open_account, words

HTMX = {"HX-Request": "true", "HX-Target": "viewer"}


def handed_in_with(app: Flask, content: bytes) -> tuple[str, str]:
    """A claim that waits, with one document, and their references."""
    with app.app_context():
        with transaction():
            owner = account()
            one = claim(membership(owner.id))
        row = evidence.receive(
            io.BytesIO(content), claim=one, kind="pathology_report", filename="a.pdf", account=owner, at=NOW
        )
        with transaction():
            claims.move(one, "submit", by=owner.id, role="member", at=NOW)
        return one.ref, row.ref


def test_pages_are_prepared_by_the_worker_and_then_looked_at_one_by_one(app: Flask, shen: FlaskClient) -> None:
    claim_ref, ref = handed_in_with(app, paper(12))
    picture = f"/review/{claim_ref}/evidence/{ref}/pages"
    part = shen.get(f"/review/{claim_ref}?evidence={ref}&page=1", headers=HTMX)
    assert "The pages are being prepared" in words(part)
    assert "delay:2s" in part.text
    assert shen.get(f"{picture}/1").status_code == 404, "no picture, and no look is written down"
    tired = shen.get(f"/review/{claim_ref}?evidence={ref}&page=1&tried=20", headers=HTMX)
    assert "takes longer than usual" in words(tired)
    assert "delay:2s" not in tired.text, "it stops asking"
    with app.app_context():
        assert outbox.sweep(real_now()) == 2
    part = shen.get(f"/review/{claim_ref}?evidence={ref}&page=3&zoom=2&turn=90", headers=HTMX)
    assert "page 3 of 12" in words(part)
    assert 'class="page zoom-2"' in part.text
    assert 'viewBox="0 0 2000 1414"' in part.text
    assert 'transform="translate(2000 0) rotate(90)"' in part.text
    assert f'src="{picture}/6?kind=thumb"' in part.text
    assert "style=" not in part.text
    shown = shen.get(f"{picture}/3")
    with Image.open(io.BytesIO(shown.data)) as image:
        assert (image.format, image.size) == ("JPEG", (1414, 2000))
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    for page in (1, 2):
        assert shen.get(f"{picture}/{page}?kind=thumb").status_code == 200
    alone = shen.get(f"{picture}?page=2")
    assert "page 2 of 12" in words(alone)
    assert f'href="{picture}/2"' in alone.text
    with app.app_context():
        looks = db.session.scalars(db.select(Audit).where(Audit.deed == "evidence.pages_opened")).all()
        assert [(look.about_ref, look.role, look.detail) for look in looks] == [(ref, "caseworker", "page 3 first")]
    assert "page 1 of 12" in words(shen.get(f"/review/{claim_ref}?evidence={ref}&page=13&zoom=9&turn=45", headers=HTMX))


def test_who_did_not_get_the_consent_sees_no_picture(app: Flask, shen: FlaskClient) -> None:
    claim_ref, ref = handed_in_with(app, paper(1))
    other_claim = f"/review/{'0' * 12}/evidence/{ref}/pages/1"
    shen.get(f"/review/{claim_ref}")
    with app.app_context():
        outbox.sweep(real_now())
    assert shen.get(f"/review/{claim_ref}/evidence/{ref}/pages/1").status_code == 200
    assert shen.get(f"/review/{claim_ref}/evidence/{ref}/pages/2").status_code == 404
    assert shen.get(other_claim).status_code == 404
    open_account(app, "auditor@example.org", roles=("auditor",))
    auditor = app.test_client()
    enter(auditor, "auditor@example.org")
    assert "/pages/" not in auditor.get(f"/review/{claim_ref}").text
    for address in ("pages/1", "pages"):
        assert auditor.get(f"/review/{claim_ref}/evidence/{ref}/{address}").status_code == 403
