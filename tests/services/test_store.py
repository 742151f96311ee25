"""Where files wait and where they stay: encrypted on every disk, written once, never under a name somebody chose."""

from __future__ import annotations

import builtins
import io
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.adapters import store
from app.services import evidence, vault
from app.services.spool import EncryptedSpool


def stored(app: Flask) -> list[Path]:
    """Every file in the store."""
    return [path for path in Path(app.config["STORE"]).rglob("*") if path.is_file()]


def test_the_demand_on_memory_while_a_file_arrives_stays_below_one_mebibyte(tmp_path: Path) -> None:
    piece = os.urandom(64 * 1024)
    site = Flask(__name__)
    site.config["STORE"] = str(tmp_path)
    with site.app_context():
        store.put(store.new_name(), [b"the library is loaded"])
        tracemalloc.start()
        with EncryptedSpool(most_bytes=30 * 1024 * 1024) as spool:
            for _ in range(300):
                spool.write(piece)
            store.put(store.new_name(), vault.encrypt_document(spool.chunks(), key=bytes(32), purpose="original"))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 1024 * 1024


def test_a_spool_reads_back_from_any_place_what_was_written() -> None:
    content = os.urandom(200_001)
    spool = EncryptedSpool.holding(io.BytesIO(content))
    assert b"".join(spool.chunks()) == content
    for start in (0, 1, 65_535, 65_536, 131_073, 199_999, 200_001):
        spool.seek(start)
        assert spool.read(70_000) == content[start : start + 70_000]
    spool.seek(-5, os.SEEK_END)
    assert spool.read() == content[-5:]
    with spool, pytest.raises(ValueError, match="written once"):
        spool.write(b"more")


def test_an_upload_never_lies_on_a_disk_as_it_came(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    written: list[bytes] = []
    temporary = EncryptedSpool._keep

    def keep(self: EncryptedSpool, piece: bytes) -> None:
        temporary(self, piece)
        assert self._file is not None
        self._file.seek(0)
        written.append(self._file.read())
        self._file.seek(0, os.SEEK_END)

    monkeypatch.setattr(EncryptedSpool, "_keep", keep)
    secret = b"diagnosis: " * 100_000
    data = {"file": (io.BytesIO(secret), "a.jpg")}
    with app.test_request_context("/", method="POST", data=data, content_type="multipart/form-data") as context:
        context.request.max_content_length = 2 * len(secret)
        uploaded = context.request.files["file"]
        assert isinstance(uploaded.stream, EncryptedSpool)
        assert uploaded.read() == secret
        context.request.close()
    assert written
    assert not any(b"diagnosis" in piece for piece in written)
    assert not any(b"diagnosis" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "ab/../../x", "ab/" + "0" * 31, "ZZ/" + "0" * 32, "", "new/x"])
def test_the_store_takes_no_name_it_did_not_draw(app: Flask, name: str) -> None:
    with app.app_context():
        for deed in (store.get, store.delete, store.exists, lambda wanted: store.put(wanted, [b"x"])):
            with pytest.raises(store.NotAnObjectName):
                deed(name)


def test_an_object_is_written_once(app: Flask) -> None:
    with app.app_context():
        name = store.new_name()
        store.put(name, [b"first"])
        with pytest.raises(store.ObjectExists):
            store.put(name, [b"second"])
        assert b"".join(store.get(name)) == b"first"
        assert len(stored(app)) == 1
        store.delete(name)
        store.delete(name)
        with pytest.raises(store.ObjectMissing):
            store.get(name)


def test_an_object_that_breaks_off_never_appears(app: Flask) -> None:
    def breaking() -> Iterator[bytes]:
        yield b"x" * 500_000
        raise builtins.ConnectionError("gone")

    with app.app_context():
        name = store.new_name()
        with pytest.raises(ConnectionError):
            store.put(name, breaking())
        assert not store.exists(name)
        assert stored(app) == []


def test_long_and_hostile_names_become_names_that_can_be_shown() -> None:
    assert evidence.clean_name("C:\\照片\\病理.jpg") == "病理.jpg"
    assert evidence.clean_name("a\r\nSet-Cookie: x\0.pdf") == "aSet-Cookie: x.pdf"
    assert evidence.clean_name("../..") == ".."
    assert evidence.clean_name("") == "document"
    long = evidence.clean_name("报" * 500 + ".pdf")
    assert len(long) == evidence.LONGEST_NAME
    assert long.endswith("….pdf")
