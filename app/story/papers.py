"""The papers of the story: pictures and PDFs of hospital documents, each marked SAMPLE across the page."""

from __future__ import annotations

import io
from functools import cache, lru_cache

from PIL import Image, ImageDraw, ImageFont

from app.config import ROOT

_PAGE = (744, 1052)
_FONT = ROOT / "static" / "fonts" / "NotoSansSC-Regular-GB2312.ttf"
_INK, _PAPER, _RED, _RULE = (32, 36, 43), (255, 253, 246), (196, 120, 104), (155, 149, 133)


@cache
def picture(title: str, lines: tuple[str, ...]) -> bytes:
    """A JPEG of one page, as a telephone would send it."""
    return _saved(_page(title, lines), "JPEG")


def numbered(content: bytes, number: str) -> bytes:
    """The same page with a number of its own that nobody sees: no two claims bring the same file by chance."""
    said = number.encode()
    if content.startswith(b"%PDF"):
        return content + b"%" + said + b"\n"
    return content[:2] + b"\xff\xfe" + (len(said) + 2).to_bytes(2, "big") + said + content[2:]


@cache
def pdf(title: str, lines: tuple[str, ...]) -> bytes:
    """A PDF of two pages, as a hospital's counter would print it; it does not say when it was made."""
    more = [_page(title + "（续）", lines[:2])]
    return _saved(_page(title, lines), "PDF", save_all=True, append_images=more, creationDate="", modDate="")


def _saved(page: Image.Image, form: str, **options: object) -> bytes:
    held = io.BytesIO()
    page.save(held, form, quality=80, **options)
    return held.getvalue()


def _page(title: str, lines: tuple[str, ...]) -> Image.Image:
    page = Image.new("RGB", _PAGE, _PAPER)
    pen = ImageDraw.Draw(page)
    pen.text((_PAGE[0] // 2, 90), title, font=_font(38), fill=_INK, anchor="mm")
    pen.line((80, 140, _PAGE[0] - 80, 140), fill=_RULE, width=2)
    for row, line in enumerate(lines):
        pen.text((96, 190 + row * 54), line, font=_font(24), fill=_INK)
    pen.line((80, _PAGE[1] - 130, _PAGE[0] - 80, _PAGE[1] - 130), fill=_RULE, width=1)
    pen.text((96, _PAGE[1] - 110), "本页为演示用样本，不对应任何真实的人。", font=_font(18), fill=_INK)
    page.paste(_stamp(), (0, 0), _stamp())
    return page


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONT), size)


@lru_cache
def _stamp() -> Image.Image:
    """The word across the page, once for all papers."""
    stamp = Image.new("RGBA", _PAGE, (0, 0, 0, 0))
    pen = ImageDraw.Draw(stamp)
    pen.text((_PAGE[0] // 2, _PAGE[1] // 2), "SAMPLE 样本", font=_font(110), fill=(*_RED, 120), anchor="mm")
    return stamp.rotate(38, resample=Image.Resampling.BICUBIC)
