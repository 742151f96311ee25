"""The claimant looks at the own pages, turns them, and exchanges a picture for a better one until it is handed in."""

from __future__ import annotations

import io

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

import app.jobs.work  # noqa: F401 -- fills outbox.handlers
from app.db import db
from app.models import Audit, Evidence
from app.services import outbox
from app.web.clock import real_now
from tests.claims.builders import paper, picture
from tests.claims.walk import begin, bring, claimant, fill_in, hand_in, today
from tests.web.gate import send, token, words

__all__ = ["claimant", "today"]


def only(app: Flask) -> Evidence:
    """The one document that is there."""
    with app.app_context():
        return db.session.scalars(db.select(Evidence).where(Evidence.removed_at.is_(None))).one()


def draw(app: Flask) -> None:
    with app.app_context():
        outbox.sweep(real_now())


def test_the_own_files_have_small_pictures_and_looking_at_pages_is_written_down(
    app: Flask, claimant: FlaskClient
) -> None:
    claim = begin(app, claimant)
    assert bring(claimant, claim, 3, (picture(size=(400, 200)), "一.jpg")).status_code == 303
    here = f"{claim}/files/{only(app).ref}/pages"
    waiting = claimant.get(f"{claim}/documents/3").text
    assert f"{here}/1?kind=thumb" not in waiting
    assert "delay:2s" in waiting
    assert "delay:2s" not in claimant.get(f"{claim}/documents/3?tried=20").text, "it stops asking"
    draw(app)
    listed = claimant.get(f"{claim}/documents/3")
    assert "delay:2s" not in listed.text
    assert f'href="{here}/1?kind=thumb"' in listed.text
    with Image.open(io.BytesIO(claimant.get(f"{here}/1?kind=thumb").data)) as small:
        assert small.size == (240, 120)
    assert "还没有人打开过" in words(listed), "the own list is no look"
    page = claimant.get(f"{here}?lang=zh")
    assert "第 1 页，共 1 页" in words(page)
    assert claimant.get(f"{here}/1").mimetype == "image/jpeg"
    assert claimant.get(f"{here}/1").mimetype == "image/jpeg"
    with app.app_context():
        looks = db.session.scalars(db.select(Audit).where(Audit.deed == "evidence.pages_opened")).all()
        assert [look.role for look in looks] == ["member"]
    assert "还没有人打开过" not in words(claimant.get(f"{claim}/documents/3"))


def test_a_page_is_turned_and_a_better_picture_takes_its_place(app: Flask, claimant: FlaskClient) -> None:
    claim = begin(app, claimant)
    bring(claimant, claim, 3, (picture(size=(400, 200)), "一.jpg"))
    old = only(app)
    here = f"{claim}/files/{old.ref}"
    claimant.get(f"{here}/pages")
    draw(app)
    assert send(claimant, f"{here}/pages", {"right": "1"}, action=f"{here}/turn").status_code == 303
    assert 'viewBox="0 0 200 400"' in claimant.get(f"{here}/pages").text
    assert send(claimant, f"{here}/pages", {"left": "1"}, action=f"{here}/turn").status_code == 303
    assert only(app).turn_degrees == 0
    csrf = token(claimant, f"{here}/pages")

    def exchange(content: bytes, name: str) -> object:
        data = {"csrf_token": csrf, "better": (io.BytesIO(content), name)}
        return claimant.post(f"{here}/exchange?lang=zh", data=data, content_type="multipart/form-data")

    for content, name, status, said in (
        (b"", "", 422, "没有选择文件"),
        (b"MZ", "二.jpg", 422, "这是一个程序"),
    ):
        answer = exchange(content, name)
        assert answer.status_code == status  # type: ignore[attr-defined]
        assert said in words(answer)  # type: ignore[arg-type]
        assert only(app).ref == old.ref, "the one that was here is still here"
    answer = exchange(paper(2), "二.pdf")
    new = only(app)
    assert answer.status_code == 303  # type: ignore[attr-defined]
    assert new.ref != old.ref
    assert (new.kind, new.pages) == (old.kind, 2)
    assert claimant.get(f"{here}/pages").status_code == 404
    assert claimant.get(f"{here}/pages/1").status_code == 404


def test_what_was_handed_in_stays_as_it_was(app: Flask, claimant: FlaskClient) -> None:
    claim = fill_in(app, claimant)
    with app.app_context():
        ref = db.session.scalars(db.select(Evidence.ref).limit(1)).one()
    here = f"{claim}/files/{ref}"
    csrf = token(claimant, f"{here}/pages")
    hand_in(app, claimant)
    for deed in ("turn", "exchange"):
        data = {"csrf_token": csrf, "right": "1", "better": (io.BytesIO(picture(shade=33)), "二.jpg")}
        answer = claimant.post(f"{here}/{deed}", data=data, content_type="multipart/form-data")
        assert answer.status_code == 409
    page = claimant.get(f"{here}/pages")
    assert f"{here}/turn" not in page.text
    assert f"{here}/exchange" not in page.text
