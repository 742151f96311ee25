"""The virus scanner: clamd, asked over its own protocol (INSTREAM) on a socket of this machine or of another.

The bytes go there in chunks and are kept nowhere in between; clamd needs no right to read our files. Without an address
in the configuration there is no scanner, and nobody claims that there was one (docs/decisions/0028).
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from flask import current_app

CONNECT_SECONDS: Final = 5
SCAN_SECONDS: Final = 60
"""How long clamd may be silent; its own limit on the time of one scan is two minutes, for files larger than ours."""
_PING_SECONDS: Final = 1
_PORT: Final = 3310
_MOST_ANSWER_BYTES: Final = 4096
_LENGTH_BYTES: Final = 4


class ScannerSilent(Exception):
    """The scanner is configured and gave no verdict: it is down, too slow, or says that it cannot scan this."""


def is_configured() -> bool:
    """Whether the operator named a scanner."""
    return bool(current_app.config["CLAMD"])


def answers() -> bool:
    """Whether the configured scanner answers just now."""
    try:
        with _open(_PING_SECONDS) as line:
            line.sendall(b"zPING\0")
            return _answer(line) == "PONG"
    except OSError:
        return False


def harm_in(pieces: Iterable[bytes]) -> str | None:
    """The name of what was found in these bytes, None when nothing was. Raises `ScannerSilent` without a verdict."""
    try:
        with _open(CONNECT_SECONDS) as line:
            line.settimeout(SCAN_SECONDS)
            with suppress(BrokenPipeError, ConnectionResetError):  # it hangs up when it has seen enough, and says why
                _send(line, pieces)
            return _verdict(_answer(line))
    except OSError as silent:
        raise ScannerSilent(type(silent).__name__) from silent


def _send(line: socket.socket, pieces: Iterable[bytes]) -> None:
    line.sendall(b"zINSTREAM\0")
    for piece in pieces:
        if piece:
            line.sendall(len(piece).to_bytes(_LENGTH_BYTES, "big") + piece)
    line.sendall(bytes(_LENGTH_BYTES))


def _verdict(said: str) -> str | None:
    """`stream: OK`, `stream: NAME FOUND`; anything else is no verdict."""
    words = said.removeprefix("stream: ")
    if words == "OK":
        return None
    name, found, rest = words.rpartition(" FOUND")
    if found and not rest:
        return name
    raise ScannerSilent(said[:100] or "it hung up")


def _answer(line: socket.socket) -> str:
    """One answer, which ends with a zero byte or with the line."""
    held = b""
    while b"\0" not in held and len(held) < _MOST_ANSWER_BYTES:
        piece = line.recv(_MOST_ANSWER_BYTES)
        if not piece:
            break
        held += piece
    return held.partition(b"\0")[0].decode(errors="replace").strip()


def _open(seconds: float) -> socket.socket:
    """A line to the scanner: `unix:///path` or `tcp://host:port`, as the configuration has checked."""
    address = urlsplit(str(current_app.config["CLAMD"]))
    if address.scheme == "tcp":
        return socket.create_connection((str(address.hostname), address.port or _PORT), timeout=seconds)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(seconds)
    try:
        line.connect(address.path)
    except BaseException:
        line.close()
        raise
    return line
