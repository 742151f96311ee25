"""The body of a request as it comes over the wire, without the copies that lie between.

The web server reads ahead and joins what it read to pieces of the wished size: each byte of a large file is copied four
times before anybody sees it. Where the server is gunicorn and the length is known, the same bytes are taken as the
connection gives them; the server's count of what is left goes along, so that it finds the next request. Any other
server is asked in the ordinary way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

_READ_BYTES: Final = 1024 * 1024
"""So much is asked for at once in the ordinary way: a server that joins pieces copies what it holds with every read."""


def coming(stream: Any, length: int, *, piece_bytes: int) -> Iterator[bytes]:
    """At most `length` bytes of a body in pieces of at most `piece_bytes`; ends early when the connection does.

    Raises OSError when the connection breaks.
    """
    reader: Any = getattr(stream, "reader", None)
    source: Any = getattr(reader, "unreader", None)
    if not hasattr(source, "take_buffered") or stream.buf.tell() or getattr(reader, "length", -1) < length:
        yield from _asked(stream, length, piece_bytes)
        return
    while length > 0:
        piece = source.read(read_ahead=min(length, piece_bytes))
        if len(piece) > length:  # what was read ahead belongs to the next request
            source.unread(piece[length:])
            piece = piece[:length]
        if not piece:
            return
        length -= len(piece)
        reader.length -= len(piece)
        yield from _cut(piece, piece_bytes)


def _asked(stream: Any, length: int, piece_bytes: int) -> Iterator[bytes]:
    while length > 0 and (piece := stream.read(min(length, _READ_BYTES))):
        length -= len(piece)
        yield from _cut(piece, piece_bytes)


def _cut(piece: bytes, most: int) -> Iterator[bytes]:
    if len(piece) <= most:
        yield piece
        return
    for start in range(0, len(piece), most):
        yield piece[start : start + most]
