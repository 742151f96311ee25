"""What a file is, by its bytes: JPEG, PNG, HEIC or PDF, and otherwise a guess that helps to say what to do with it."""

from __future__ import annotations

from typing import Final

from app.services.spool import EncryptedSpool

JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
HEIC: Final = "image/heic"
PDF: Final = "application/pdf"
_HEAD_BYTES: Final = 1024
_HEIC: Final = frozenset({b"heic", b"heix"})
"""One still picture, as telephones write it."""
_LIKE_HEIC: Final = frozenset({b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})
"""What begins alike: a row of pictures, or a still one whose kind stands among the brands after the first."""
_BRANDS: Final = slice(16, 48)
_OTHERS: Final = {
    b"GIF87a": "gif", b"GIF89a": "gif", b"II*\x00": "tiff", b"MM\x00*": "tiff", b"\xd0\xcf\x11\xe0": "office",
    b"Rar!": "archive", b"7z\xbc\xaf": "archive", b"\x1f\x8b": "archive", b"BZh": "archive",
    b"MZ": "program", b"\x7fELF": "program", b"#!": "program",
    b"\xca\xfe\xba\xbe": "program", b"\x1aE\xdf\xa3": "video",
}  # fmt: skip
_MARKS: Final = (b"<script", b"<html", b"<?php", b"<svg", b"%PDF-", b"PK\x03\x04")
"""What has no business in the first bytes of a picture: a second kind of file that hides in it."""
_ZIP_END: Final = b"PK\x05\x06"
_ZIP_END_BYTES: Final = 22
_LONGEST_ZIP_COMMENT: Final = 65_535
_BLANK: Final = b"\xef\xbb\xbf\x00 \t\r\n"


class EvidenceRefused(Exception):
    """A file cannot be taken as evidence; what it is a kind of says why."""


class WrongType(EvidenceRefused):
    """Neither JPEG, PNG, HEIC nor PDF; `found` is what it looks like.

    One of heic, webp, gif, tiff, svg, html, office, ofd, archive, program, video, mixed (two things in one file) or
    unknown.
    """

    def __init__(self, found: str) -> None:
        super().__init__(f"looks like: {found}")
        self.found = found


def type_of(document: EncryptedSpool) -> str:
    """The media type by the bytes of a file; raises `WrongType` with a guess that helps to say what to do."""
    document.seek(0)
    found = _by_head(document.read(_HEAD_BYTES))
    if _ends_as_archive(document):
        raise WrongType("mixed")
    return found


def _by_head(head: bytes) -> str:
    picture = _picture(head)
    if picture is not None:
        if any(mark in head.lower() for mark in (mark.lower() for mark in _MARKS)):
            raise WrongType("mixed")
        return picture
    if head.lstrip(_BLANK).startswith(b"%PDF-"):
        return PDF
    if b"%PDF-" in head:
        raise WrongType("mixed")
    raise WrongType(_guess(head))


def _picture(head: bytes) -> str | None:
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[4:8] == b"ftyp":
        others = head[_BRANDS][: max(0, int.from_bytes(head[:4], "big") - _BRANDS.start)]
        among = {others[at : at + 4] for at in range(0, len(others), 4)}
        if head[8:12] in _HEIC or (head[8:12] == b"mif1" and among & _HEIC):
            return HEIC
    return None


def _ends_as_archive(document: EncryptedSpool) -> bool:
    """Whether the file is a ZIP archive as well, which readers find from its end: its last record fits to the byte."""
    document.seek(max(0, document.size - _ZIP_END_BYTES - _LONGEST_ZIP_COMMENT))
    tail = document.read()
    at = tail.rfind(_ZIP_END)
    while at >= 0:
        comment = tail[at + _ZIP_END_BYTES - 2 : at + _ZIP_END_BYTES]
        if len(comment) == 2 and at + _ZIP_END_BYTES + int.from_bytes(comment, "little") == len(tail):  # noqa: PLR2004
            return True
        at = tail.rfind(_ZIP_END, 0, at)
    return False


def _guess(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        return "heic" if head[8:12] in _LIKE_HEIC else "video"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"PK"):
        office = b"word/" in head or b"[Content_Types]" in head
        return "office" if office else "ofd" if b"OFD.xml" in head else "archive"
    text = head.lstrip(_BLANK).lower()
    if text.startswith(b"<"):
        return "svg" if b"<svg" in text else "html"
    return next((name for start, name in _OTHERS.items() if head.startswith(start)), "unknown")
