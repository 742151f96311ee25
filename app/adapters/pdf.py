"""PDF documents: letters in HTML set on A4 by WeasyPrint, made for the archive (PDF/A-3a: tagged, fonts inside).

WeasyPrint takes some 25 MB and most processes never write a letter, so it is loaded when the first one is written.
"""

from __future__ import annotations

import ctypes
import importlib
import logging
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from app.config import ROOT

STATIC: Final = ROOT / "static"
TYPES: Final = {".css": "text/css", ".ttf": "font/ttf", ".svg": "image/svg+xml", ".png": "image/png"}
_PRESS: Final = "app.adapters.press"
_FONT_CUTTERS: Final = ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll")


class NotOurs(ValueError):
    """A document asked for something that is no file of ours below static/."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


def check(log: logging.Logger) -> bool:
    """Whether letters come out small and quickly; otherwise an error in the log says what to do."""
    if any(_loads(name) for name in _FONT_CUTTERS):
        return True
    log.error(
        "libharfbuzz-subset is not installed: letters will take seconds and megabytes. "
        "Install the package libharfbuzz-subset0."
    )
    return False


def render(html: str, *, language: str, title: str) -> bytes:
    """The document as PDF/A-3a, with this language (a tag such as "zh-Hans") and title in its metadata.

    Style sheets are linked by their address below /static/. Raises `NotOurs` when the document needs anything else from
    outside itself: a letter is complete, or it is not made.
    """
    made: bytes = importlib.import_module(_PRESS).set_in_type(html, language=language, title=title)
    return made


def own_file(address: str) -> Path:
    """The file below static/ at an address of this site or of this disk; raises `NotOurs`."""
    parts = urlsplit(address)
    if parts.scheme == "file" and not parts.netloc:
        path = Path(unquote(parts.path))
    elif not parts.scheme and not parts.netloc and parts.path.startswith("/static/"):
        path = STATIC / unquote(parts.path.removeprefix("/static/"))
    else:
        raise NotOurs(address)
    path = path.resolve()
    if not path.is_relative_to(STATIC) or path.suffix not in TYPES or not path.is_file():
        raise NotOurs(address)
    return path


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
