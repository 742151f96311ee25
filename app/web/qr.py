"""QR codes as the path of an SVG: drawn on the server, the same on a page and on paper, no script and no picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import segno

QUIET: Final = 4
"""Empty modules around the code, as the standard asks."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """What `ui/files.html` draws: the path of the dark modules, the modules a side, and the words for who sees none."""

    path: str
    size: int
    words: str


def qr_code(address: str, words: str) -> QrCode:
    """The code that leads to `address`; `words` say where that is."""
    path, size = _drawn(address)
    return QrCode(path, size, words)


@lru_cache(maxsize=256)
def _drawn(address: str) -> tuple[str, int]:
    """Path and modules a side: drawing costs more than the rest of a page, and the same address is asked for often."""
    rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
    runs = (run for line, row in enumerate(rows, start=QUIET) for run in _runs(row, line))
    return "".join(runs), len(rows) + 2 * QUIET


def _runs(row: bytes, line: int) -> list[str]:
    """Each unbroken row of dark modules as one rectangle."""
    found = []
    start = row.find(1)
    while start >= 0:
        end = row.find(0, start)
        end = len(row) if end < 0 else end
        found.append(f"M{start + QUIET} {line}h{end - start}v1h-{end - start}z")
        start = row.find(1, end)
    return found
