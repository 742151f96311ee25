"""Papers as people bring them: a photograph from a telephone, and a PDF of several pages with text in it."""

from __future__ import annotations

import io

import pikepdf
from PIL import Image, ImageDraw, ImageFont

from app.config import ROOT

_FONT = ROOT / "static" / "fonts" / "NotoSansSC-Regular-GB2312.ttf"
_LINE = "BT /F1 11 Tf 72 {height} Td ({words}) Tj ET"


def photograph(title: str) -> bytes:
    """A JPEG of 1500 × 2000 pixels of a page that lies on a table, taken upright by a telephone held sideways."""
    grain = Image.effect_noise((1500, 2000), 24).convert("RGB")
    page = Image.new("RGB", (1240, 1700), (252, 250, 244))
    pen = ImageDraw.Draw(page)
    pen.text((620, 150), title, font=ImageFont.truetype(str(_FONT), 64), fill=(30, 32, 38), anchor="mm")
    for row in range(18):
        pen.line((120, 300 + row * 70, 1120 - 37 * (row % 5), 300 + row * 70), fill=(70, 74, 84), width=6)
    pen.ellipse((820, 1330, 1080, 1590), outline=(186, 48, 38), width=10)
    grain.paste(page.rotate(1.2, expand=False, fillcolor=(240, 238, 230)), (130, 150))
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Telephone", 6
    held = io.BytesIO()
    grain.rotate(90, expand=True).save(held, "JPEG", quality=88, exif=exif)
    return held.getvalue()


def report(title: str, pages: int = 3) -> bytes:
    """A PDF as a hospital's system writes it: several pages of text, a font, a compressed cross-reference."""
    held = io.BytesIO()
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        )
        for number in range(1, pages + 1):
            lines = [
                f"{title}, page {number} of {pages}",
                *(f"Finding {row}: as described above." for row in range(30)),
            ]
            drawn = "\n".join(_LINE.format(height=780 - 22 * row, words=words) for row, words in enumerate(lines))
            page = pdf.add_blank_page(page_size=(595, 842))
            page.Contents = pdf.make_stream(drawn.encode("ascii"))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        pdf.docinfo["/Producer"] = "Hospital records"
        pdf.save(held, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True)
    return held.getvalue()
