"""Where files wait and where they stay: encrypted on every disk, written once, never under a name somebody chose."""

from __future__ import annotations

import builtins
import datetime as dt
import io
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.adapters import store
from app.db import transaction
from app.services import evidence, vault
from app.services.spool import EncryptedSpool
from tests.claims.builders import NOW, account, claim, membership, picture


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


@pytest.fixture(params=["disk", "s3"])
def kept(request: pytest.FixtureRequest, app: Flask) -> Iterator[None]:
    """Each kind of store: the laws are the same."""
    if request.param == "s3":
        request.getfixturevalue("bucket")
    with app.app_context():
        yield


def everything() -> set[str]:
    """The path of each object, whole or arriving."""
    return set(store.everything(older_than=dt.datetime.max.replace(tzinfo=dt.UTC)))


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "ab/../../x", "ab/" + "0" * 31, "ZZ/" + "0" * 32, "", "new/x"])
def test_the_store_takes_no_name_it_did_not_draw(name: str) -> None:
    for deed in (store.get, store.delete, store.exists, lambda wanted: store.put(wanted, [b"x"])):
        with pytest.raises(store.NotAnObjectName):
            deed(name)


@pytest.mark.usefixtures("kept")
def test_an_object_is_written_once() -> None:
    name = store.new_name()
    store.put(name, [b"first"])
    with pytest.raises(store.ObjectExists):
        store.put(name, [b"second"])
    assert b"".join(store.get(name)) == b"first"
    assert everything() == {name}
    store.delete(name)
    store.delete(name)
    with pytest.raises(store.ObjectMissing):
        store.get(name)


@pytest.mark.usefixtures("kept")
def test_an_object_that_breaks_off_never_appears() -> None:
    def breaking() -> Iterator[bytes]:
        yield b"x" * 500_000
        raise builtins.ConnectionError("gone")

    name = store.new_name()
    with pytest.raises(ConnectionError):
        store.put(name, breaking())
    assert not store.exists(name)
    assert everything() == set()


@pytest.mark.usefixtures("kept")
def test_a_large_object_comes_back_as_it_went_and_what_is_old_is_swept() -> None:
    name, lost = store.new_name(), "arriving/" + "0" * 32
    content = os.urandom(6_000_000)
    store.put(name, (content[at : at + 100_000] for at in range(0, len(content), 100_000)))
    assert b"".join(store.get(name)) == content
    assert list(store.everything(older_than=dt.datetime.now(dt.UTC) - dt.timedelta(days=1))) == []
    store.sweep_away(lost)
    store.sweep_away(name)
    assert everything() == set()


def test_an_upload_ends_in_s3_encrypted_and_comes_back(bucket: Flask) -> None:
    with bucket.app_context():
        with transaction():
            owner = account()
            mine = claim(membership(owner.id))
        content = picture()
        row = evidence.receive(
            io.BytesIO(content), claim=mine, kind="pathology_report", filename="a.jpg", account=owner, at=NOW
        )
        assert everything() == {row.original_object, row.view_object}
        assert content[:200] not in b"".join(store.get(row.original_object))
        assert b"".join(evidence.open_original(row, by=owner, role="member", at=NOW)) == content
        with transaction():
            evidence.remove(row, claim=mine, by=owner, at=NOW)
        evidence.delete_files(row)
        assert everything() == set()


def test_a_store_elsewhere_that_does_not_answer_is_said_and_nothing_is_kept(
    bucket: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.config["STORE"] = "s3://papers-of-nobody/juntan"
    with bucket.app_context(), pytest.raises(store.NotKept):
        store.put(store.new_name(), [b"x"])


def test_long_and_hostile_names_become_names_that_can_be_shown() -> None:
    assert evidence.clean_name("C:\\照片\\病理.jpg") == "病理.jpg"
    assert evidence.clean_name("a\r\nSet-Cookie: x\0.pdf") == "aSet-Cookie: x.pdf"
    assert evidence.clean_name("../..") == ".."
    assert evidence.clean_name("") == "document"
    long = evidence.clean_name("报" * 500 + ".pdf")
    assert len(long) == evidence.LONGEST_NAME
    assert long.endswith("….pdf")
