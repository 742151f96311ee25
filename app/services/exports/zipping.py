"""One ZIP file written while it is read: no more of it is in memory than one piece of one document."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from typing import Final

_SAME_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""Every entry carries the first day that a ZIP file knows: when it was made stands inside."""


class _Pipe:
    """What the archive writes, taken away piece by piece; it cannot go back in it."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes, /) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        """Nothing is behind it."""

    def close(self) -> None:
        """Nothing is held open."""

    def taken(self) -> Iterator[bytes]:
        if self._held:
            piece = bytes(self._held)
            self._held.clear()
            yield piece


def zipped(entries: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """The ZIP file of these entries (path and content), in pieces. Errors of a content go through."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in entries:
            known = zipfile.ZipInfo(path, _SAME_DAY)
            known.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(known, "w", force_zip64=True) as entry:
                for piece in content:
                    entry.write(piece)
                    yield from pipe.taken()
            yield from pipe.taken()
    yield from pipe.taken()
