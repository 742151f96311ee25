"""Somebody who sends a file in pieces, as the claimant's page does, but one request at a time."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db
from app.jobs import tick
from app.models import Arrival, ArrivalPiece, Evidence
from tests.claims.builders import NOW

TUS = {"Tus-Resumable": "1.0.0"}


class Sender:
    """One visitor at one claim."""

    def __init__(self, client: FlaskClient, claim: str) -> None:
        self.client, self.claim = client, claim
        page = client.get(f"{claim}/documents/3").text
        found = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', page)
        assert found
        self.headers = {**TUS, "X-CSRFToken": found.group(1)}

    def announce(self, size: int, name: str = "报告.jpg", *, line: int = 3, **headers: str) -> TestResponse:
        """Say that a file is to come."""
        said = f"filename {encoded(name)},line {encoded(str(line))},modified {encoded('1790000000000')}"
        return self.client.post(
            f"{self.claim}/arrivals",
            headers={**self.headers, "Upload-Length": str(size), "Upload-Metadata": said, **headers},
        )

    def place(self, size: int, name: str = "报告.jpg") -> str:
        """The address of a file that was announced."""
        answer = self.announce(size, name)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "0")
        return str(answer.location)

    def send(self, place: str, start: int, content: bytes, **headers: str) -> TestResponse:
        """Send one piece."""
        told = {**self.headers, "Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream"}
        return self.client.patch(place, data=content, headers={**told, **headers})

    def look(self, place: str) -> TestResponse:
        """Ask how much is here."""
        return self.client.head(place, headers=self.headers)

    def send_whole(self, content: bytes, name: str = "报告.jpg") -> str:
        """Announce a file and send it at once."""
        place = self.place(len(content), name)
        assert self.send(place, 0, content).status_code == 204
        return place


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def checksum(content: bytes, algorithm: str = "sha1") -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


def work(app: Flask) -> None:
    """A worker does what is due."""
    with app.app_context():
        tick.sweep(NOW + dt.timedelta(days=400))  # servers of these tests live by the clock on the wall
        db.session.remove()


def arrivals(app: Flask) -> list[Arrival]:
    with app.app_context():
        return list(db.session.scalars(db.select(Arrival).order_by(Arrival.id)))


def documents(app: Flask) -> list[Evidence]:
    with app.app_context():
        return list(db.session.scalars(db.select(Evidence).order_by(Evidence.id)))


def pieces(app: Flask) -> list[ArrivalPiece]:
    with app.app_context():
        return list(db.session.scalars(db.select(ArrivalPiece).order_by(ArrivalPiece.arrival_id, ArrivalPiece.number)))


def files(app: Flask) -> list[Path]:
    """Everything that lies in the store."""
    return [path for path in Path(app.config["STORE"]).rglob("*") if path.is_file()]
