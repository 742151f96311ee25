"""Bringing documents, through HTTP: several at once, each kept or refused for itself, and every look written down."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db
from app.models import Audit, Evidence
from app.services import limits
from tests.claims.builders import paper, picture
from tests.claims.walk import begin, bring, claimant, fill_in, hand_in, today
from tests.web.gate import send, words

__all__ = ["claimant", "today"]


def documents(app: Flask) -> list[Evidence]:
    """All that were brought."""
    with app.app_context():
        return list(db.session.scalars(db.select(Evidence).order_by(Evidence.id)))


def test_one_refused_file_takes_none_of_its_neighbours_with_it(app: Flask, claimant: FlaskClient) -> None:
    claim = begin(app, claimant)
    files = ((picture(), "一.jpg"), (b"MZ not a document", "二.exe"), (paper(2), "三.pdf"), (b"", "四.jpg"))
    answer = bring(claimant, claim, 3, *files)
    assert answer.status_code == 422
    said = words(answer)
    assert "有 2 份文件没有收下" in said
    assert "二.exe" in said
    assert "四.jpg" in said
    assert "其余 2 份已经收好" in said
    assert [(row.kind, row.media_type, row.pages) for row in documents(app)] == [
        ("pathology_report", "image/jpeg", 1),
        ("pathology_report", "application/pdf", 2),
    ]


def test_too_many_files_in_a_short_time_come_back_later_and_what_was_kept_stays(
    app: Flask, claimant: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.KINDS, "claim-upload", limits.Limit(2, dt.timedelta(minutes=1)))
    claim = begin(app, claimant)
    answer = bring(claimant, claim, 1, (picture(), "一.jpg"), (b"MZ", "二.exe"), (paper(1), "三.pdf"))
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    said = words(answer)
    assert "短时间内次数太多" in said
    assert "三.pdf" in said
    assert "一.jpg" in words(claimant.get(f"{claim}/documents/1"))
    assert len(documents(app)) == 1


def test_a_file_above_the_limit_is_refused_in_words_and_the_rest_is_kept(app: Flask, claimant: FlaskClient) -> None:
    app.config["UPLOAD_FILE_BYTES"] = 1024 * 1024
    claim = begin(app, claimant)
    answer = bring(claimant, claim, 1, (picture() + bytes(1024 * 1024), "large.jpg"), (picture(), "small.jpg"))
    assert answer.status_code == 422
    assert "1 MB" in words(answer)
    assert len(documents(app)) == 1


def test_more_than_a_form_usually_weighs_goes_through_for_documents(app: Flask, claimant: FlaskClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100_000
    claim = begin(app, claimant)
    assert bring(claimant, claim, 1, (picture(size=(900, 900)), "a.jpg")).status_code == 303
    assert documents(app)[0].size_bytes > 100_000


def test_sending_nothing_says_so(app: Flask, claimant: FlaskClient) -> None:
    claim = begin(app, claimant)
    answer = bring(claimant, claim, 1)
    assert answer.status_code == 422
    assert "还没有选择文件" in words(answer)


def test_a_line_that_the_checklist_does_not_have_does_not_exist(app: Flask, claimant: FlaskClient) -> None:
    claim = begin(app, claimant)
    for line in ("7", "99", "0", "x"):
        assert claimant.get(f"{claim}/documents/{line}").status_code == 404


def test_a_document_is_downloaded_as_an_attachment_and_the_look_is_shown(app: Flask, claimant: FlaskClient) -> None:
    claim = begin(app, claimant)
    bring(claimant, claim, 3, (paper(1), "病理报告.pdf"))
    row = documents(app)[0]
    answer = claimant.get(f"{claim}/files/{row.ref}")
    assert answer.data.startswith(b"%PDF-")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert quote("病理报告.pdf") in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    with app.app_context():
        look = db.session.scalars(db.select(Audit).where(Audit.deed == "evidence.view_opened")).one()
        assert (look.about_ref, look.role) == (row.ref, "member")
    page = claimant.get(f"{claim}/documents/3").text
    assert "会员" in page
    assert row.view_object not in page
    assert row.original_object not in page


def test_a_document_is_taken_back_while_it_is_a_draft(app: Flask, claimant: FlaskClient) -> None:
    claim = begin(app, claimant)
    bring(claimant, claim, 3, (picture(), "wrong.jpg"))
    row = documents(app)[0]
    answer = send(claimant, f"{claim}/documents/3", action=f"{claim}/files/{row.ref}/removal")
    assert answer.status_code == 303
    assert "wrong.jpg" not in claimant.get(f"{claim}/documents/3").text
    assert claimant.get(f"{claim}/files/{row.ref}").status_code == 404
    assert not [path for path in Path(app.config["STORE"]).rglob("*") if path.is_file()]


def test_what_was_handed_in_stays(app: Flask, claimant: FlaskClient) -> None:
    claim = hand_in(app, claimant)
    page = claimant.get(f"{claim}/documents/1").text
    assert "removal" not in page
    assert 'type="file"' not in page
    assert claimant.get(f"{claim}/files/{documents(app)[0].ref}").status_code == 200


def test_the_same_photo_twice_is_noticed(app: Flask, claimant: FlaskClient) -> None:
    claim = begin(app, claimant)
    photo = picture()
    answer = bring(claimant, claim, 1, (photo, "a.jpg"), (photo, "b.jpg"))
    assert answer.status_code == 422
    assert len(documents(app)) == 1


def test_a_complete_checklist_says_so(app: Flask, claimant: FlaskClient) -> None:
    claim = fill_in(app, claimant)
    page = words(claimant.get(claim))
    assert "5 个部分已完成 5 个" in page
    assert "已收到 1 页" in page
