"""However large a document is, the process holds a few pieces of it (bench/uploads.py measures a whole server)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from app.db import transaction
from app.services import evidence
from bench.uploads import pdf_of
from tests.claims.builders import NOW, account, claim, membership

SIZE = 32 * 1024 * 1024
MOST_GROWTH = 16 * 1024
"""In kB: half of the document, and more than one page of it."""


class Arriving(io.RawIOBase):
    """A document that is made while it is read, so that nobody holds it whole."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.held = pieces, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self.held) < size and (piece := next(self.pieces, None)):
            self.held += piece
        given, self.held = self.held[:size], self.held[size:]
        return given


def peak_kb() -> int:
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found
    return int(found.group(1))


def test_a_large_document_is_never_held_whole(app: Flask) -> None:
    app.config["UPLOAD_FILE_BYTES"] = 2 * SIZE
    with app.app_context():
        with transaction():
            owner = account()
            draft = claim(membership(owner.id))
        Path("/proc/self/clear_refs").write_text("5")
        before = peak_kb()
        row = evidence.receive(
            Arriving(pdf_of(SIZE)), claim=draft, kind="pathology_report", filename="a.pdf", account=owner, at=NOW
        )
        grown = peak_kb() - before
        assert row.size_bytes > SIZE * 0.9
        assert row.pages > 30
        assert grown < MOST_GROWTH, f"{grown} kB more than before"
