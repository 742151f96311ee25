"""What else arrives as a document: pictures of telephones, papers without end, giants, two things in one, odd names."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf
import pytest
from flask import Flask
from pikepdf import Array, Dictionary, Name
from PIL import Image

from app.db import db, transaction
from app.models import Account, Audit, Claim, Evidence
from app.services import evidence, file_refusals
from app.web.sentences import sentence_of, status_of
from tests.claims.builders import NOW, account, claim, membership, paper


@pytest.fixture
def mine(app: Flask) -> Iterator[tuple[Claim, Account]]:
    """A draft and who fills it in."""
    with app.app_context():
        with transaction():
            owner = account()
            draft = claim(membership(owner.id))
        yield draft, owner


def bring(mine: tuple[Claim, Account], content: bytes, name: str = "报告.jpg") -> Evidence:
    return evidence.receive(
        io.BytesIO(content), claim=mine[0], kind="pathology_report", filename=name, account=mine[1], at=NOW
    )


def said(app: Flask, refused: Exception) -> tuple[int, str]:
    with app.test_request_context("/?lang=en"):
        return status_of(refused), sentence_of(refused)


def telephone_picture(size: tuple[int, int] = (320, 240)) -> bytes:
    """A HEIC picture that says with what it was taken."""
    exif, held = Image.Exif(), io.BytesIO()
    exif[0x010F] = "SecretMaker"
    Image.effect_noise(size, 60).convert("RGB").save(held, "HEIF", exif=exif, quality=40)
    return held.getvalue()


def test_a_picture_of_a_telephone_is_kept_as_it_came_and_shown_as_a_jpeg(mine: tuple[Claim, Account]) -> None:
    content = telephone_picture()
    row = bring(mine, content, "IMG_0001.HEIC")
    assert (row.media_type, row.view_media_type) == ("image/heic", "image/jpeg")
    shown = b"".join(evidence.open_view(row, by=mine[1], role="member", at=NOW))
    assert b"SecretMaker" not in shown
    with Image.open(io.BytesIO(shown)) as image:
        assert (image.format, image.size) == ("JPEG", (320, 240))
    assert b"".join(evidence.open_original(row, by=mine[1], role="member", at=NOW)) == content


@pytest.mark.parametrize("part", [0.1, 0.5, 0.95])
def test_half_a_picture_of_a_telephone_is_refused(app: Flask, mine: tuple[Claim, Account], part: float) -> None:
    content = telephone_picture()
    with pytest.raises(file_refusals.Damaged) as refused:
        bring(mine, content[: int(len(content) * part)])
    assert said(app, refused.value) == (422, "This file cannot be read to its end. Save or photograph it again.")


def test_two_hundred_megapixels_are_refused_before_they_are_unfolded(app: Flask, mine: tuple[Claim, Account]) -> None:
    held = io.BytesIO()
    Image.new("1", (20_000, 10_000)).save(held, "PNG")
    with pytest.raises(file_refusals.TooManyPixels) as refused:
        bring(mine, held.getvalue())
    assert said(app, refused.value) == (422, "This picture has more than 50 million pixels. Send a smaller one.")


def ten_thousand_pages() -> bytes:
    """A whole PDF whose pages are one page, ten thousand times."""
    held = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        leaf = pdf.pages[0].obj
        pdf.Root.Pages.Kids = Array([pdf.make_indirect(Dictionary(leaf)) for _ in range(10_000)])
        pdf.Root.Pages.Count = 10_000
        pdf.save(held)
    return held.getvalue()


def test_ten_thousand_pages_are_refused_with_the_number_that_is_taken(app: Flask, mine: tuple[Claim, Account]) -> None:
    with pytest.raises(file_refusals.TooManyPages) as refused:
        bring(mine, ten_thousand_pages())
    assert said(app, refused.value) == (422, "This PDF has more than 300 pages. Send it in parts.")


def test_a_form_and_a_signature_are_written_down_and_not_opened(mine: tuple[Claim, Account]) -> None:
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(1))) as pdf:
        signature = Dictionary(FT=Name.Sig, T="hospital", V=Dictionary(Type=Name.Sig, Contents=b"\x30\x80"))
        pdf.Root.AcroForm = Dictionary(SigFlags=3, Fields=Array([pdf.make_indirect(signature)]))
        pdf.save(held)
    assert bring(mine, held.getvalue(), "发票.pdf").pages == 1
    noted = db.session.scalars(db.select(Audit.detail).where(Audit.deed == "evidence.received")).one()
    assert str(noted).endswith("carries form signature")


def test_a_web_page_in_the_comment_of_a_pdf_does_not_reach_its_view(mine: tuple[Claim, Account]) -> None:
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(1))) as pdf:
        pdf.save(held, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    plain = held.getvalue() + b"\n%<html><script>alert(1)</script>\n"
    row = bring(mine, plain, "报告.pdf")
    assert b"<script" not in b"".join(evidence.open_view(row, by=mine[1], role="member", at=NOW))


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/病理报告.pdf", "病理报告.pdf"),
        ("C:\\Users\\兰\\扫描.pdf", "扫描.pdf"),
        ("报告\u202efdp.exe", "报告fdp.exe"),
        ("\u2066\u200f\u200b.pdf", ".pdf"),
        ("\r\n\0", "document"),
        ("长" * 300 + ".pdf", "长" * 115 + "….pdf"),
    ],
)
def test_an_odd_name_becomes_one_that_can_be_shown(mine: tuple[Claim, Account], sent: str, kept: str) -> None:
    row = bring(mine, paper(1), sent)
    assert evidence.name_of(row) == kept
