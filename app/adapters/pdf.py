"""PDF documents: letters in HTML set on A4 by WeasyPrint, made for the archive (PDF/A-3a: tagged, fonts inside).

A process reads each style sheet and its fonts once; a letter then takes some hundredths of a second. Setting type calls
libraries that share one font configuration, so one letter is set at a time in each process.
"""

from __future__ import annotations

import logging
import threading
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from weasyprint import CSS, HTML
from weasyprint.text import ffi
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from app.config import ROOT

STATIC: Final = ROOT / "static"
VARIANT: Final = "pdf/a-3a"
_TYPES: Final = {".css": "text/css", ".ttf": "font/ttf", ".svg": "image/svg+xml", ".png": "image/png"}
_one_at_a_time: Final = threading.Lock()


class NotOurs(ValueError):
    """A document asked for something that is no file of ours below static/."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class _OwnFiles(URLFetcher):
    """Fetches files below static/ and nothing else: no network, no other file of this disk, no data in an address."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 -- WeasyPrint's signature
        path = _own_file(url)
        return URLFetcherResponse(path.as_uri(), path.read_bytes(), {"Content-Type": _TYPES[path.suffix]})


def check(log: logging.Logger) -> bool:
    """Whether letters come out small and quickly; otherwise an error in the log says what to do."""
    if ffi.harfbuzz_subset is None:
        log.error(
            "libharfbuzz-subset is not installed: letters will take seconds and megabytes. "
            "Install the package libharfbuzz-subset0."
        )
        return False
    return True


def render(html: str, *, language: str, title: str) -> bytes:
    """The document as PDF/A-3a, with this language (a tag such as "zh-Hans") and title in its metadata.

    Style sheets are linked by their address below /static/. Raises `NotOurs` when the document needs anything else from
    outside itself: a letter is complete, or it is not made.
    """
    with _one_at_a_time:
        document = HTML(string=html, base_url=STATIC.as_uri(), url_fetcher=_fetcher())
        links = _own_words(document.etree_element, language=language, title=title)
        sheets = [_sheet(_own_file(link)) for link in links]
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


def _own_file(address: str) -> Path:
    """The file below static/ at an address of this site or of this disk; raises `NotOurs`."""
    parts = urlsplit(address)
    if parts.scheme == "file" and not parts.netloc:
        path = Path(unquote(parts.path))
    elif not parts.scheme and not parts.netloc and parts.path.startswith("/static/"):
        path = STATIC / unquote(parts.path.removeprefix("/static/"))
    else:
        raise NotOurs(address)
    path = path.resolve()
    if not path.is_relative_to(STATIC) or path.suffix not in _TYPES or not path.is_file():
        raise NotOurs(address)
    return path


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
