"""The press: what it takes, what it refuses, and what comes out of it."""

from __future__ import annotations

import io
import logging

import pikepdf
import pytest

from app.adapters import pdf
from tests.notices import paper

LETTER = (
    '<!doctype html><html><head><title>x</title><link rel="stylesheet" href="/static/css/letter.css?v=1"></head>'
    "<body><h1>会员证</h1><p>㛃䶮 ¥1,234.56</p>{}</body></html>"
)


def made(more: str = "") -> bytes:
    return pdf.render(LETTER.format(more), language="zh-Hans", title="会员证 · 0123456789AB")


def test_a_letter_is_made_for_the_archive_with_its_title_and_language() -> None:
    content = made()
    reader = paper.opened(content)
    catalogue = reader.root_object
    assert paper.faults(content) == []
    assert reader.metadata is not None
    assert reader.metadata.title == "会员证 · 0123456789AB"
    assert catalogue["/Lang"] == "zh-Hans"
    assert catalogue["/MarkInfo"]["/Marked"]
    with pikepdf.open(io.BytesIO(content)) as pdf_again, pdf_again.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"


def test_rare_characters_are_words_and_no_boxes() -> None:
    content = made()
    assert "㛃䶮¥1,234.56" in paper.characters(content)
    fonts = {
        str(font.get_object()["/BaseFont"]) for font in paper.opened(content).pages[0]["/Resources"]["/Font"].values()
    }
    assert any("Juntan-Rest" in name for name in fonts), fonts
    assert all("Juntan" in name for name in fonts), fonts


def test_only_the_characters_used_are_inside() -> None:
    assert len(made()) < 40_000


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/x.png",
        "https://example.org/x.png",
        "file:///etc/passwd",
        "file://host/etc/passwd",
        "data:image/png;base64,AAAA",
        "../pyproject.toml",
        "/static/../pyproject.toml",
        "//example.org/x.png",
    ],
)
def test_nothing_is_fetched_but_our_own_files(address: str) -> None:
    with pytest.raises(pdf.NotOurs):
        made(f'<img src="{address}" alt="">')


@pytest.mark.parametrize(
    "address", ["/static/../pyproject.toml", "/static/fonts/none.css", "https://example.org/x.css"]
)
def test_a_style_sheet_is_one_of_ours(address: str) -> None:
    with pytest.raises(pdf.NotOurs):
        pdf.render(
            f'<!doctype html><html><head><link rel="stylesheet" href="{address}"></head><body>x</body></html>',
            language="en",
            title="x",
        )


def test_a_machine_without_the_font_cutter_is_told_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    log = logging.getLogger("press")
    assert pdf.check(log)
    monkeypatch.setattr(pdf, "_FONT_CUTTERS", ("libthere-is-no-such-library.so.0",))
    with caplog.at_level(logging.ERROR):
        assert not pdf.check(log)
    assert "libharfbuzz-subset0" in caplog.text
