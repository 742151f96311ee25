"""Whatever a file contains, reading it costs this process nothing, and another document is read right after it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from app.services import file_refusals
from app.services.apart import asking
from app.services.spool import EncryptedSpool, HandedOver
from bench.uploads import single_stream_of
from tests.claims.builders import paper, picture

MOST_GROWTH_KB = 8 * 1024


def spool(content: bytes) -> EncryptedSpool:
    return EncryptedSpool.holding(io.BytesIO(content))


def pdf(*objects: bytes) -> bytes:
    """A PDF of one page; what else is in it counts from object 4."""
    held, offsets = io.BytesIO(), []
    held.write(b"%PDF-1.7\n")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
    for number, body in enumerate(
        (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, *objects), start=1
    ):
        offsets.append(held.tell())
        held.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = held.tell()
    held.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1))
    held.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    held.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, start))
    return held.getvalue()


def peak_kb() -> int:
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found
    return int(found.group(1))


def test_one_stream_of_a_whole_document_is_not_held_here() -> None:
    with EncryptedSpool() as document, EncryptedSpool() as view:
        for piece in single_stream_of(32 * 1024 * 1024):
            document.write(piece)
        Path("/proc/self/clear_refs").write_text("5")
        before = peak_kb()
        assert asking.check(document, view).pages == 1
        assert peak_kb() - before < MOST_GROWTH_KB
        assert view.size > 32_000_000


@pytest.mark.parametrize("limit", [{"memory_bytes": 110 * 1024 * 1024}, {"cpu_seconds": 1}], ids=["memory", "time"])
def test_a_document_that_grows_without_end_is_refused_and_the_next_one_is_read(
    monkeypatch: pytest.MonkeyPatch, limit: dict[str, int]
) -> None:
    bomb = pdf(b"[" + b"[]" * 900_000 + b"]")
    monkeypatch.setattr(asking, "MOST", {**asking.MOST, **limit})
    with EncryptedSpool() as view, spool(bomb) as document, pytest.raises(file_refusals.TooMuchWork):
        asking.check(document, view)
    with EncryptedSpool() as view, spool(paper(2)) as document:
        assert asking.check(document, view).pages == 2


def test_a_reader_that_was_ended_is_started_again() -> None:
    for _again in range(2):
        with EncryptedSpool() as view, spool(picture()) as document:
            assert asking.check(document, view).media_type == "image/jpeg"
        program = asking._READER._program
        assert program
        program.kill()
        program.wait()


def test_the_largest_picture_that_may_be_sent_fits_although_it_is_turned() -> None:
    held = io.BytesIO()
    exif = Image.Exif()
    exif[274] = 6
    Image.new("RGB", (8_000, 6_000), (9, 99, 199)).save(held, "JPEG", exif=exif, progressive=True, quality=30)
    with EncryptedSpool() as view, spool(held.getvalue()) as document:
        assert asking.check(document, view).media_type == "image/jpeg"
        with Image.open(view) as shown:
            assert shown.size == (6_000, 8_000)


def test_the_reader_is_told_nothing_but_the_document() -> None:
    with EncryptedSpool() as view, spool(picture()) as document:
        asking.check(document, view)
    program = asking._READER._program
    assert program
    process = Path(f"/proc/{program.pid}")
    assert not [one for one in process.joinpath("environ").read_bytes().split(b"\0") if b"JUNTAN" in one]
    assert {one.name for one in process.joinpath("fd").iterdir()} <= {"0", "1", "2", "3"}, "the line, and where it logs"
    loaded = process.joinpath("maps").read_text()
    assert "pikepdf" in loaded
    assert "psycopg" not in loaded


def test_what_the_reader_never_foresaw_is_no_verdict_about_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    with EncryptedSpool() as view, spool(picture()) as document:
        unusable = HandedOver(document.handed_over().file, b"not a key")
        monkeypatch.setattr(document, "handed_over", lambda: unusable)
        with pytest.raises(asking.ReaderFailed, match="ValueError"):
            asking.check(document, view)
