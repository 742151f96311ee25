"""With a scanner configured nothing is kept without its word: what it finds is refused, and its silence too."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage

from app.adapters import antivirus
from app.db import db, transaction
from app.models import Account, Claim, Evidence
from app.services import evidence
from app.web import proofs
from app.web.sentences import sentence_of, status_of
from tests.claims.builders import NOW, account, claim, membership, paper, picture
from tests.fixtures.scanner import EICAR, SIGNATURE


@pytest.fixture
def mine(app: Flask) -> Iterator[tuple[Claim, Account]]:
    """A draft and who fills it in."""
    with app.app_context():
        with transaction():
            owner = account()
            draft = claim(membership(owner.id))
        yield draft, owner


def bring(mine: tuple[Claim, Account], content: bytes) -> Evidence:
    return evidence.receive(
        io.BytesIO(content), claim=mine[0], kind="pathology_report", filename="报告.jpg", account=mine[1], at=NOW
    )


def kept(app: Flask) -> tuple[int, int]:
    """Rows, and files in the store."""
    files = [path for path in Path(app.config["STORE"]).rglob("*") if path.is_file()]
    return db.session.scalar(db.select(db.func.count(Evidence.id))) or 0, len(files)


def test_a_harmful_file_is_refused_calmly_and_the_sound_one_beside_it_is_kept(
    scanned: Flask, mine: tuple[Claim, Account]
) -> None:
    assert antivirus.answers()
    with pytest.raises(evidence.Infected) as refused:
        bring(mine, picture() + EICAR)
    assert refused.value.name.startswith(SIGNATURE)
    with scanned.test_request_context("/?lang=en"):
        assert status_of(refused.value) == 422
        assert "can do harm" in sentence_of(refused.value)
    assert kept(scanned) == (0, 0)
    assert bring(mine, paper(1)).pages == 1
    assert kept(scanned) == (1, 2)


def test_whatever_a_document_comes_with_it_is_scanned(scanned: Flask) -> None:
    files = [FileStorage(io.BytesIO(content), filename="证明.jpg") for content in (EICAR, picture())]
    with scanned.app_context():
        brought, refused = proofs.take_in(files, kind="proof", at=NOW)
        assert [type(wrong) for _name, wrong in refused] == [evidence.Infected]
        assert len(brought) == 1
        proofs.forget(brought)


def test_a_file_larger_than_the_scanner_reads_is_not_taken_for_sound(
    scanned: Flask, mine: tuple[Claim, Account]
) -> None:
    with pytest.raises(evidence.NotScanned):
        bring(mine, picture() + bytes(3_000_000))
    assert kept(scanned) == (0, 0)


@pytest.mark.parametrize("what", ["down", "slow", "hangs up", "talks of something else"])
def test_a_scanner_without_a_verdict_keeps_everything_out(
    app: Flask, mine: tuple[Claim, Account], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(antivirus, "SCAN_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        app.config["CLAMD"] = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        if what == "down":
            listening.close()
        else:
            threading.Thread(target=_answer, args=(listening, what), daemon=True).start()
        with pytest.raises(evidence.NotScanned) as refused:
            bring(mine, picture())
    with app.test_request_context("/?lang=en"):
        assert status_of(refused.value) == 503
        assert "not your file's fault" in sentence_of(refused.value)
    assert kept(app) == (0, 0)


def _answer(listening: socket.socket, what: str) -> None:
    line, _address = listening.accept()
    with line:
        if what == "slow":
            while line.recv(65_536):
                pass
        elif what != "hangs up":
            line.recv(10)
            line.sendall(b"stream: no such file FOUND? ERROR\0")
            while line.recv(65_536):
                pass


def test_without_an_address_there_is_no_scanner_and_none_is_claimed(app: Flask, mine: tuple[Claim, Account]) -> None:
    assert app.config["CLAMD"] == ""
    assert not antivirus.is_configured()
    assert bring(mine, picture()).pages == 1
