"""Pictures of the pages of a view: a large one to read and a small one to know it by, both JPEG.

Drawn in the process apart (`app/services/apart`), within its limits of memory and time. PDFium is built without
scripts; what it draws of a form or a signature is how it looks.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

import pypdfium2
from PIL import Image

from app.services.apart.answers import Drawn
from app.services.file_types import JPEG, PDF
from app.services.spool import EncryptedSpool

LONGEST_PX: Final = {"page": 2_000, "thumb": 240}
"""The longest side of each kind of picture (chosen by us): small print of an A4 page can be read at 2,000."""
_QUALITY: Final = {"page": 82, "thumb": 75}
_MOST_SCALE: Final = 4.0
"""A page no larger than a stamp is not drawn larger than 288 dots to the inch."""
_WHITE: Final = (255, 255, 255)


def draw(view: EncryptedSpool, media_type: str, *, first: int, last: int, into: EncryptedSpool) -> list[Drawn]:
    """Draw the pages from `first` to `last` (from 1), each in both sizes, one after the other into the spool."""
    drawn: list[Drawn] = []
    for number, picture in _pictures(view, media_type, first, last):
        for kind, longest in LONGEST_PX.items():
            if picture is None:
                drawn.append(Drawn(number, kind, into.size, 0, 0, 0))
                continue
            small = _within(picture, longest)
            held = io.BytesIO()
            small.save(held, "JPEG", quality=_QUALITY[kind])
            start = into.size
            into.write(held.getvalue())
            drawn.append(Drawn(number, kind, start, into.size - start, small.width, small.height))
    return drawn


def _pictures(view: EncryptedSpool, media_type: str, first: int, last: int) -> Iterator[tuple[int, Image.Image | None]]:
    view.seek(0)
    if media_type == PDF:
        yield from _pages(view, first, last)
    elif first == 1:
        yield 1, _image(view, media_type)


def _image(view: EncryptedSpool, media_type: str) -> Image.Image:
    """The view of a picture; one of ours, so that it can be decoded."""
    with Image.open(view, formats=("JPEG" if media_type == JPEG else "PNG",)) as image:
        image.draft("RGB", (LONGEST_PX["page"],) * 2)
        image.load()
        return _on_white(image)


def _pages(view: EncryptedSpool, first: int, last: int) -> Iterator[tuple[int, Image.Image | None]]:
    try:
        document = pypdfium2.PdfDocument(view)
    except pypdfium2.PdfiumError:
        yield from ((number, None) for number in range(first, last + 1))
        return
    with document:
        for number in range(first, last + 1):
            yield number, _page(document, number)


def _page(document: pypdfium2.PdfDocument, number: int) -> Image.Image | None:
    """One page as it is printed; None when the library cannot read it."""
    try:
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(LONGEST_PX["page"] / max(width, height, 1.0), _MOST_SCALE)
        return _on_white(page.render(scale=scale).to_pil())
    except (pypdfium2.PdfiumError, ValueError, IndexError):
        return None


def _within(picture: Image.Image, longest: int) -> Image.Image:
    """The picture itself, or a smaller copy whose longest side is this long."""
    small = picture.copy()
    small.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return small


def _on_white(image: Image.Image) -> Image.Image:
    """What can be seen through lies on white paper."""
    if image.mode in {"RGBA", "LA"}:
        paper = Image.new("RGB", image.size, _WHITE)
        paper.paste(image.convert("RGB"), mask=image.getchannel("A"))
        return paper
    return image if image.mode in {"RGB", "L"} else image.convert("RGB")
