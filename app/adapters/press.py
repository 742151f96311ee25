"""The press behind app/adapters/pdf.py: WeasyPrint, loaded with the first letter of a process and not before.

A process reads each style sheet and its fonts once; a letter then takes some hundredths of a second. Setting type calls
libraries that share one font configuration, so one letter is set at a time in each process.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from app.adapters.pdf import STATIC, TYPES, own_file

VARIANT: Final = "pdf/a-3a"
_one_at_a_time: Final = threading.Lock()


class _OwnFiles(URLFetcher):
    """Fetches files below static/ and nothing else: no network, no other file of this disk, no data in an address."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 -- WeasyPrint's signature
        path = own_file(url)
        return URLFetcherResponse(path.as_uri(), path.read_bytes(), {"Content-Type": TYPES[path.suffix]})


def set_in_type(html: str, *, language: str, title: str) -> bytes:
    """The document as PDF/A-3a, with this language (a tag such as "zh-Hans") and title in its metadata.

    Style sheets are linked by their address below /static/. Raises `pdf.NotOurs` when the document needs anything else
    from outside itself: a letter is complete, or it is not made.
    """
    with _one_at_a_time:
        document = HTML(string=html, base_url=STATIC.as_uri(), url_fetcher=_fetcher())
        links = _own_words(document.etree_element, language=language, title=title)
        sheets = [_sheet(own_file(link)) for link in links]
        try:
            made: bytes = document.write_pdf(stylesheets=sheets, font_config=_fonts(), pdf_variant=VARIANT)
        except FatalURLFetchingError as refused:
            raise refused.__cause__ or refused from None
    return made


def _own_words(root: Element, *, language: str, title: str) -> list[str]:
    """Set language and title, and take out the links to style sheets: they are parsed once, not once a letter."""
    root.set("lang", language)
    head = root.find("head")
    if head is None:
        return []
    for named in head.findall("title"):
        named.text = title
    links = [link for link in head.findall("link") if link.get("rel") == "stylesheet"]
    for link in links:
        head.remove(link)
    return [link.get("href", "") for link in links]


@cache
def _fetcher() -> _OwnFiles:
    return _OwnFiles(fail_on_errors=True)


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _sheet(path: Path) -> CSS:
    """A style sheet with its fonts, parsed once a process."""
    return CSS(string=path.read_text("utf-8"), base_url=path.as_uri(), url_fetcher=_fetcher(), font_config=_fonts())
