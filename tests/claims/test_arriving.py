"""Files that arrive in pieces, through HTTP: every rule of tus 1.0, and what is here stays here."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.jobs import upkeep
from app.services import limits
from app.web.clock import at_instant
from tests.claims.builders import NOW, picture
from tests.claims.sender import TUS, Sender, arrivals, checksum, documents, files, pieces, work
from tests.claims.walk import begin, claimant, today
from tests.web.gate import open_account, signed_in

__all__ = ["claimant", "today"]


@pytest.fixture
def sender(app: Flask, claimant: FlaskClient) -> Sender:
    return Sender(claimant, begin(app, claimant))


def test_a_file_in_three_pieces_becomes_a_document_when_it_was_checked(app: Flask, sender: Sender) -> None:
    photo = picture(size=(900, 900))
    place = sender.place(len(photo), "../病理\u202e报告.jpg")
    for start, end in ((0, 70_000), (70_000, 100_000), (100_000, len(photo))):
        answer = sender.send(place, start, photo[start:end])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(end))
        assert answer.headers["Tus-Resumable"] == "1.0.0"
        looked = sender.look(place)
        assert (looked.headers["Upload-Offset"], looked.headers["Upload-Length"]) == (str(end), str(len(photo)))
        assert looked.headers["Cache-Control"] == "no-store"
    assert "Upload-Expires" not in sender.look(place).headers
    for path in files(app):
        assert photo[2000:2060] not in path.read_bytes(), "a piece lies open"
    assert "正在检查" in sender.client.get(f"{sender.claim}/documents/3").text
    work(app)
    work(app)
    (row,) = documents(app)
    assert (row.kind, row.size_bytes, row.media_type) == ("pathology_report", len(photo), "image/jpeg")
    (kept,) = arrivals(app)
    assert (kept.state, kept.evidence_id, kept.wrapped_key, kept.name_sealed) == ("kept", row.id, None, None)
    assert pieces(app) == []
    assert len(files(app)) == 2
    assert "病理报告.jpg" in sender.client.get(f"{sender.claim}/documents/3").text
    assert sender.look(place).headers["Upload-Offset"] == str(len(photo))


def test_a_piece_at_the_wrong_place_is_refused_and_nothing_is_doubled(app: Flask, sender: Sender) -> None:
    place = sender.place(1000)
    assert sender.send(place, 0, b"a" * 400).status_code == 204
    assert sender.send(place, 0, b"a" * 400).status_code == 409
    assert sender.send(place, 500, b"a" * 100).status_code == 409
    assert sender.look(place).headers["Upload-Offset"] == "400"
    assert sender.send(place, 400, b"a" * 601).status_code == 413
    assert len(pieces(app)) == len(files(app)) == 1


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_that_is_not_what_was_sent_is_thrown_away_whole(app: Flask, sender: Sender, algorithm: str) -> None:
    place = sender.place(300)
    good = {"Upload-Checksum": checksum(b"a" * 100, algorithm)}
    assert sender.send(place, 0, b"a" * 99 + b"b", **good).status_code == 460
    assert (sender.look(place).headers["Upload-Offset"], files(app)) == ("0", [])
    assert sender.send(place, 0, b"a" * 100, **good).status_code == 204
    assert sender.look(place).headers["Upload-Offset"] == "100"
    assert sender.send(place, 100, b"a", **{"Upload-Checksum": "md5 AAAA"}).status_code == 400
    assert sender.send(place, 100, b"a", **{"Upload-Checksum": "sha1 ?"}).status_code == 400


def test_the_protocol_is_spoken_or_refused_in_its_own_numbers(app: Flask, sender: Sender) -> None:
    client, at = sender.client, f"{sender.claim}/arrivals"
    answer = client.options(at)
    assert (answer.status_code, answer.headers["Tus-Version"]) == (204, "1.0.0")
    assert answer.headers["Tus-Extension"] == "creation,creation-with-upload,termination,checksum,expiration"
    assert answer.headers["Tus-Max-Size"] == str(20 * 1024 * 1024)
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
    old = sender.announce(10, **{"Tus-Resumable": "0.2.0"})
    assert (old.status_code, old.headers["Tus-Version"]) == (412, "1.0.0")
    assert sender.announce(20 * 1024 * 1024 + 1).status_code == 413
    assert sender.announce(0).status_code == 422
    assert sender.announce(10, line=99).status_code == 404
    assert sender.announce(10, **{"Upload-Length": "-1"}).status_code == 400
    for odd in ("filename ???", "filename é"):
        assert sender.announce(10, **{"Upload-Metadata": odd}).status_code == 400
    place = sender.place(10)
    assert sender.send(place, 0, b"a", **{"Content-Type": "text/plain"}).status_code == 415
    assert client.patch(place, data=b"a", headers=TUS).status_code == 400, "no token, no write"
    assert sender.send(place, 0, b"a", **{"Upload-Offset": "x"}).status_code == 400
    assert sender.send(place, 0, b"a", **{"Upload-Checksum": "sha1 é"}).status_code == 400
    with_upload = sender.announce(5, "b.jpg", **{"Content-Type": "application/offset+octet-stream"})
    assert (with_upload.status_code, with_upload.headers["Upload-Offset"]) == (201, "0")
    assert [row.received_bytes for row in arrivals(app)] == [0, 0]


def test_an_announcement_whose_answer_was_lost_is_the_same_file(app: Flask, sender: Sender) -> None:
    place = sender.place(100)
    assert sender.place(100) == place
    assert sender.place(100, "other.jpg") != place
    assert sender.send(place, 0, b"a" * 10).status_code == 204
    assert sender.place(100) != place
    assert len(arrivals(app)) == 3
    waited_for = sender.place(200)
    with at_instant(NOW + dt.timedelta(hours=25)):
        assert sender.place(200) != waited_for, "nothing more is taken at the first place"


def test_what_is_not_mine_does_not_exist_and_who_is_not_signed_in_is_told(app: Flask, sender: Sender) -> None:
    place = sender.place(10)
    open_account(app, "other@example.org")
    other = signed_in(app, "other@example.org")
    token = {**TUS, "X-CSRFToken": sender_token(other)}
    assert other.head(place, headers=token).status_code == 404
    assert other.delete(place, headers=token).status_code == 404
    assert other.post(f"{sender.claim}/arrivals", headers={**token, "Upload-Length": "1"}).status_code == 404
    stranger = app.test_client()
    assert stranger.head(place, headers=TUS).status_code == 401
    assert arrivals(app)[0].state == "arriving"


def sender_token(client: FlaskClient) -> str:
    page = client.get("/account").text
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def test_a_dropped_file_is_gone_with_its_key_and_its_pieces(app: Flask, sender: Sender) -> None:
    place = sender.place(1000)
    sender.send(place, 0, b"a" * 400)
    assert sender.client.delete(place, headers=sender.headers).status_code == 204
    assert sender.look(place).status_code == 410
    assert sender.send(place, 400, b"a" * 600).status_code == 410
    (row,) = arrivals(app)
    assert (row.state, row.wrapped_key, row.name_sealed) == ("dropped", None, None)
    assert (pieces(app), files(app)) == ([], [])


def test_a_file_that_is_not_finished_in_time_is_gone_and_says_so(app: Flask, sender: Sender) -> None:
    place = sender.place(1000)
    assert sender.send(place, 0, b"a" * 400).headers["Upload-Expires"] == "Mon, 23 Nov 2026 04:00:00 GMT"
    late = NOW + dt.timedelta(hours=25)
    with at_instant(late):
        assert sender.look(place).status_code == 410
        assert sender.send(place, 400, b"a").status_code == 410
        with app.app_context():
            assert "arrivals: 1 were not finished in time" in upkeep.do(late)
            assert not [line for line in upkeep.do(late) if "arrivals" in line]
        assert (pieces(app), files(app)) == ([], [])
        assert "没有在 25 小时内到齐" in sender.client.get(f"{sender.claim}/documents/3").text
    assert (arrivals(app)[0].state, arrivals(app)[0].wrapped_key) == ("refused", None)


def test_files_are_limited_in_number_in_bytes_under_way_and_in_time(
    app: Flask, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["UPLOAD_FILES_PER_CLAIM"] = 2
    app.config["UPLOAD_UNDER_WAY_BYTES"] = 3 * 1024 * 1024
    assert sender.announce(2 * 1024 * 1024, "a.jpg").status_code == 201
    full = sender.announce(2 * 1024 * 1024, "b.jpg")
    assert (full.status_code, full.mimetype) == (422, "text/plain")
    assert "3 MB" in full.text
    assert sender.announce(1000, "b.jpg").status_code == 201
    assert "2" in sender.announce(1000, "c.jpg").text
    monkeypatch.setitem(limits.KINDS, "claim-upload", limits.Limit(1, dt.timedelta(minutes=1)))
    often = sender.announce(1000, "d.jpg")
    assert often.status_code == 429
    assert int(often.headers["Retry-After"]) > 0
