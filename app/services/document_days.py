"""The day on which a file says it was made: EXIF of a picture, the dates in a PDF. The day alone, nothing else of it.

Called in the process apart, on a document that was found sound. What a file says of itself may be wrong, forged or
missing: a caseworker compares it, and no rule rests on it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

import pikepdf
from PIL import Image

from app.services.file_types import PDF
from app.services.spool import EncryptedSpool

_EXIF_TIMES: Final = ((0x8769, 0x9003), (0x8769, 0x9004), (None, 0x0132))
"""Where EXIF keeps times: taken, made digital, changed."""
_INFO_TIMES: Final = ("/CreationDate", "/ModDate")
_DAY: Final = re.compile(r"^(?:D:)?(\d{4})[:-]?(\d{2})[:-]?(\d{2})")
_EARLIEST: Final = dt.date(1990, 1, 1)
"""An earlier day is that of a clock that was never set."""


def made_on(document: EncryptedSpool, media_type: str) -> str:
    """The day as "2026-10-20"; empty when the file says none, or nothing that can be read."""
    document.seek(0)
    try:
        said = tuple(_of_pdf(document) if media_type == PDF else _of_picture(document))
    except Exception:  # noqa: BLE001 -- the document was found sound already: a broken date is no date
        return ""
    return next((day for one in said if (day := _day(one))), "")


def _of_picture(document: EncryptedSpool) -> Iterator[str]:
    with Image.open(document) as image:
        exif = image.getexif()
        for folder, tag in _EXIF_TIMES:
            held = exif if folder is None else exif.get_ifd(folder)
            yield str(held.get(tag, ""))


def _of_pdf(document: EncryptedSpool) -> Iterator[str]:
    with pikepdf.open(document, attempt_recovery=False, access_mode=pikepdf.AccessMode.stream) as pdf:
        told = pdf.trailer.get("/Info")
        for key in _INFO_TIMES:
            yield str(told.get(key, "")) if isinstance(told, pikepdf.Dictionary) else ""


def _day(text: str) -> str:
    found = _DAY.match(text.strip("\x00 "))
    if found is None:
        return ""
    try:
        day = dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        return ""
    return day.isoformat() if day >= _EARLIEST else ""
