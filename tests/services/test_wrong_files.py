"""Files of every wrong kind are named for what they are; a store or disk that fails leaves nothing behind."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.adapters import store
from app.db import db, transaction
from app.models import Account, Claim, Evidence
from app.services import evidence, orphans
from app.services.file_types import WrongType
from app.services.spool import EncryptedSpool
from tests.claims.builders import NOW, account, claim, membership, paper, picture

DAY = dt.timedelta(days=1)


def archive(name: str = "inside.txt") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr(name, "text")
    return held.getvalue()


WRONG: dict[str, tuple[bytes, str]] = {
    "a row of a telephone's pictures": (b"\0\0\0\x18ftyphevc\0\0\0\0msf1", "heic"),
    "a picture in AVIF": (b"\0\0\0\x1cftypavif\0\0\0\0mif1avif", "heic"),
    "a picture of the web": (b"RIFF\x10\0\0\0WEBPVP8 ", "webp"),
    "a drawing": (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "svg"),
    "a web page": (b"\xef\xbb\xbf\n<!DOCTYPE html><script>1</script>", "html"),
    "an archive": (archive(), "archive"),
    "an office document": (archive("word/document.xml"), "office"),
    "an e-invoice in OFD": (archive("OFD.xml"), "ofd"),
    "a program of Windows": (b"MZ\x90\0\x03", "program"),
    "a program of Linux": (b"\x7fELF\x02\x01", "program"),
    "a script": (b"#!/bin/sh\necho", "program"),
    "a film": (b"\0\0\0\x18ftypisom\0\0\0\0mp42", "video"),
    "a photo that is an archive too": (picture() + archive(), "mixed"),
    "a PDF that is an archive too": (paper() + archive(), "mixed"),
    "a picture of dots that is a page too": (b"GIF89a%PDF-1.4", "mixed"),
    "a photo that is a PDF too": (b"\xff\xd8\xff\xfe\0\x40%PDF-1.7 1 0 obj", "mixed"),
    "a page that is a PDF too": (b"<html><!--%PDF-1.7--><script>alert(1)</script>", "mixed"),
    "a photo with a page in its comment": (b"\xff\xd8\xff\xfe\0\x40<html><script>alert(1)</script>", "mixed"),
    "words": ("诊断书".encode(), "unknown"),
}


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


def stored(app: Flask) -> list[Path]:
    return [path for path in Path(app.config["STORE"]).rglob("*") if path.is_file()]


def rows() -> int:
    return db.session.scalar(db.select(db.func.count(Evidence.id))) or 0


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_is_named_for_what_it_is_and_not_kept(app: Flask, mine: tuple[Claim, Account], what: str) -> None:
    content, found = WRONG[what]
    with pytest.raises(WrongType) as refused:
        bring(mine, content)
    assert refused.value.found == found
    assert (rows(), stored(app)) == (0, [])


def test_a_photo_with_something_harmless_behind_it_is_taken(mine: tuple[Claim, Account]) -> None:
    assert bring(mine, picture() + b"\0" * 40 + b"PK\x05\x06 of a motion picture").pages == 1


def test_a_store_that_fails_in_the_middle_leaves_no_row_and_no_file(
    app: Flask, mine: tuple[Claim, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    puts = iter([store.put])

    def full(name: str, chunks: Iterator[bytes]) -> None:
        first = next(puts, None)
        if first is None:
            raise store.NotKept(name)
        first(name, chunks)

    monkeypatch.setattr(store, "put", full)
    with pytest.raises(evidence.StoreFull):
        bring(mine, picture())
    assert (rows(), stored(app)) == (0, [])


def test_a_folder_that_cannot_be_written_is_a_store_without_room(app: Flask, mine: tuple[Claim, Account]) -> None:
    app.config["STORE"] = str(Path(app.config["INSTANCE"]) / "elsewhere")
    assert not store.exists(store.new_name())
    folder = Path(app.config["STORE"])
    folder.rmdir()
    folder.write_text("a file stands where the folder was")
    with pytest.raises(evidence.StoreFull):
        bring(mine, picture())
    assert rows() == 0


def test_a_disk_that_is_full_while_a_file_arrives_is_said_and_not_guessed(
    mine: tuple[Claim, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    large = picture(size=(900, 700))
    spool = EncryptedSpool()
    assert spool.write(large) == len(large), "counted to its end"
    assert spool.is_broken
    for content in (large, picture()):
        with pytest.raises(evidence.StoreFull):
            bring(mine, content)
    assert rows() == 0


def test_what_no_row_knows_is_swept_after_a_day_and_nothing_else(app: Flask, mine: tuple[Claim, Account]) -> None:
    kept = bring(mine, picture())
    taken_back = bring(mine, picture(shade=70))
    with transaction():
        evidence.remove(taken_back, claim=mine[0], by=mine[1], at=NOW)
    lost = store.new_name()
    store.put(lost, [b"ciphertext of a row that was never written"])
    assert len(stored(app)) == 5
    real_now = dt.datetime.fromtimestamp(max(path.stat().st_mtime for path in stored(app)), dt.UTC)
    assert orphans.sweep(real_now=real_now) == 0, "too young"
    assert orphans.sweep(real_now=real_now + 2 * DAY) == 3
    assert orphans.sweep(real_now=real_now + 2 * DAY) == 0
    assert {path.name for path in stored(app)} == {kept.original_object[3:], kept.view_object[3:]}
