"""Files that arrive in pieces, over a real line: a real client of the protocol, a line that breaks, two at once."""

from __future__ import annotations

import io
import socket
import threading
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tusclient.client import TusClient

from app.adapters import wire
from app.services.arrivals import pieces as arriving
from tests.claims.builders import paper, picture
from tests.claims.sender import Sender, arrivals, documents, files, pieces, work
from tests.claims.walk import begin, claimant, today

__all__ = ["claimant", "today"]


@pytest.fixture
def sender(app: Flask, claimant: FlaskClient) -> Sender:
    app.config["UPLOAD_PATIENCE_HOURS"] = 24 * 400  # the server of this test lives by the clock on the wall
    return Sender(claimant, begin(app, claimant))


def headers(sender: Sender) -> dict[str, str]:
    """What a program needs besides the protocol: the cookie and the token of its page."""
    cookie = sender.client.get_cookie("session")
    assert cookie is not None
    return {"Cookie": f"session={cookie.value}", "X-CSRFToken": sender.headers["X-CSRFToken"]}


def test_a_real_client_goes_on_where_it_was_cut(app: Flask, sender: Sender, live_server: str) -> None:
    photo = picture(size=(1200, 900))
    told = {"filename": "照片.jpg", "line": "3"}
    client = TusClient(f"{live_server}{sender.claim}/arrivals", headers=headers(sender))
    first = client.uploader(file_stream=io.BytesIO(photo), chunk_size=60_000, metadata=told, upload_checksum=True)
    first.upload_chunk()
    first.upload_chunk()
    second = client.uploader(file_stream=io.BytesIO(photo), url=first.url, chunk_size=100_000, upload_checksum=True)
    assert second.offset == 120_000
    second.upload()
    assert second.offset == len(photo)
    work(app)
    assert [(row.size_bytes, row.kind) for row in documents(app)] == [(len(photo), "pathology_report")]
    assert [row.state for row in arrivals(app)] == ["kept"]


def test_a_line_that_breaks_in_the_middle_loses_nothing_that_reached_us(
    app: Flask, sender: Sender, live_server: str
) -> None:
    document = paper(40) + bytes(200_000)
    place = sender.place(len(document), "a.pdf")
    line = opened(live_server, place, sender, 0, len(document))
    line.sendall(document[:150_000])
    line.close()
    assert settled(sender, place) == 150_000
    line = opened(live_server, place, sender, 150_000, len(document) - 150_000)
    line.sendall(document[150_000:])
    assert line.recv(12).endswith(b"204")
    line.close()
    assert arrivals(app)[0].state == "checking"


def test_of_two_who_bring_the_same_place_at_once_one_is_told_and_nothing_is_doubled(
    app: Flask, sender: Sender, live_server: str
) -> None:
    place = sender.place(300_000)
    lines = [opened(live_server, place, sender, 0, 300_000) for _ in range(2)]
    for line in lines:
        line.sendall(b"a" * 200_000)
    answers = []
    for line in lines:
        line.sendall(b"a" * 100_000)
        answers.append(line.recv(12)[-3:])
        line.close()
    assert sorted(answers) == [b"204", b"409"]
    assert sender.look(place).headers["Upload-Offset"] == "300000"
    assert len(pieces(app)) == len(files(app)) == 1


def test_what_was_counted_before_a_process_died_is_here_and_the_rest_of_it_is_not(
    app: Flask, sender: Sender, live_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "PIECE_BYTES", 128 * 1024)
    monkeypatch.setattr(wire, "_READ_BYTES", 64 * 1024)
    place = sender.place(1_000_000)
    line = opened(live_server, place, sender, 0, 1_000_000)
    line.sendall(b"a" * 300_000)
    assert settled(sender, place, at_least=262_144) == 262_144, "two pieces are counted while the third still comes"
    line.close()
    assert settled(sender, place, at_least=300_000) == 300_000


def opened(address: str, place: str, sender: Sender, start: int, length: int) -> socket.socket:
    """A line on which a piece was begun."""
    parts = urlsplit(address)
    line = socket.create_connection((parts.hostname, parts.port), timeout=20)
    told = {
        "Host": parts.netloc, "Tus-Resumable": "1.0.0", "Upload-Offset": str(start), "Content-Length": str(length),
        "Content-Type": "application/offset+octet-stream", **headers(sender),
    }  # fmt: skip
    line.sendall(f"PATCH {place} HTTP/1.1\r\n".encode())
    line.sendall("".join(f"{name}: {value}\r\n" for name, value in told.items()).encode() + b"\r\n")
    return line


def settled(sender: Sender, place: str, *, at_least: int = 1) -> int:
    """How much is here, once it is so much."""
    offset, tries = 0, 0
    while offset < at_least and tries < 200:
        offset, tries = int(sender.look(place).headers["Upload-Offset"]), tries + 1
        threading.Event().wait(0.03)
    return offset
