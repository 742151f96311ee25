"""Who may read a notice: the one it was sent to, and a bulletin everybody."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.notices.story import Told
from tests.web.gate import enter, open_account

PERSONAL = ("certificate", "approval", "refusal", "payout")
STAFF = ("caseworker", "treasurer", "operator", "auditor")


def test_who_is_signed_out_is_sent_to_sign_in_and_back(client: FlaskClient, told: Told) -> None:
    for ref in (*(getattr(told, kind) for kind in PERSONAL), "0123456789AB"):
        answer = client.get(f"/notices/{ref}.pdf?lang=en")
        expected = f"/sign-in?next=/notices/{ref}.pdf?lang%3Den"
        assert (answer.status_code, answer.location) == (303, expected), "what does not exist looks the same"


def test_to_every_other_account_it_does_not_exist(app: Flask, client: FlaskClient, told: Told) -> None:
    for name, roles in (("member", ()), ("staff", STAFF)):
        open_account(app, f"{name}@example.org", roles=roles)
        enter(client, f"{name}@example.org")
        for ref in (*(getattr(told, kind) for kind in PERSONAL), "0123456789AB"):
            assert client.get(f"/notices/{ref}.pdf").status_code == 404
        assert told.certificate not in client.get("/notices").text


def test_the_own_notice_is_kept_by_nobody_on_the_way(owner: FlaskClient, told: Told) -> None:
    answer = owner.get(f"/notices/{told.certificate}.pdf?lang=zh")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Content-Disposition"] == f'inline; filename="certificate-{told.certificate}-zh.pdf"'


def test_a_bulletin_needs_no_session_and_makes_none(client: FlaskClient, told: Told) -> None:
    answer = client.get(f"/notices/{told.bulletin}.pdf?lang=en")
    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == "en"
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = client.get(f"/notices/{told.bulletin}.pdf?lang=en", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_bulletin_is_the_same_for_who_is_signed_in(owner: FlaskClient, told: Told) -> None:
    signed_in = owner.get(f"/notices/{told.bulletin}.pdf?lang=zh")
    assert "Set-Cookie" not in signed_in.headers
    assert "Cookie" not in signed_in.headers.get("Vary", "")
    assert owner.application.test_client().get(f"/notices/{told.bulletin}.pdf?lang=zh").data == signed_in.data


def test_reading_a_letter_in_english_leaves_the_pages_in_chinese(owner: FlaskClient, told: Told) -> None:
    owner.get(f"/notices/{told.payout}.pdf?lang=en")
    assert owner.get("/notices").headers["Content-Language"] == "zh-Hans"


def test_what_is_no_reference_is_no_page(client: FlaskClient) -> None:
    for path in ("short", "01234567890123456", "UUUUUUUUUUUU"):
        assert client.get(f"/notices/{path}.pdf").status_code == 404
