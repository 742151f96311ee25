"""Ask the reader what a document is: one program for each server process, started when first needed."""

from __future__ import annotations

import atexit
import errno
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from app.services import file_refusals
from app.services.apart.answers import MOST_ASKED_BYTES, PROGRAM, Checked, Drawn
from app.services.file_types import WrongType
from app.services.spool import EncryptedSpool

AT_ONCE: Final = 2
"""How many documents one server process has read at the same time; others wait for their turn."""
MOST: Final[Mapping[str, int]] = {"memory_bytes": 1536 * 1024 * 1024, "cpu_seconds": 40, "seconds": 120}
"""What reading one document may take. A picture of 50 million pixels that has to be turned upright needs most of the
memory, a PDF of 100 MB a quarter of it."""
_ROOT: Final = Path(__file__).resolve().parents[3]
_REFUSALS: Final = {
    kind.__name__: kind
    for kind in (
        WrongType, file_refusals.Damaged, file_refusals.TooManyPixels, file_refusals.TooManyPages,
        file_refusals.Locked, file_refusals.ActsByItself, file_refusals.TooMuchWork,
    )
}  # fmt: skip


class ReaderFailed(RuntimeError):
    """The reader met something nobody foresaw; the text says what and where, and nothing of the document."""


def check(document: EncryptedSpool, view: EncryptedSpool) -> Checked:
    """What the document is, and its view written into the second spool. Raises a kind of `EvidenceRefused`.

    This process holds nothing of either: a document that needs more memory or time than one may take ends the process
    that reads it and is refused as `TooMuchWork`. `view.is_broken` says that the disk had no room for it.
    """
    said = _asked(document, view)
    if "refused" in said:
        raise _REFUSALS[said["refused"]](*said["values"])
    if "failed" in said:
        raise ReaderFailed(said["failed"])
    view.written_elsewhere(said["size"], is_broken=said["is_broken"])
    return Checked(said["media_type"], said["pages"], said["carries"], said["made_on"])


def draw(view: EncryptedSpool, media_type: str, *, first: int, last: int, into: EncryptedSpool) -> list[Drawn]:
    """Pictures of the pages from `first` to `last` of a view, written into the second spool.

    Raises `TooMuchWork` when they take more memory or time than one document may, and OSError without room on the disk.
    """
    said = _asked(view, into, draw={"media_type": media_type, "first": first, "last": last})
    if "refused" in said:
        raise _REFUSALS[said["refused"]](*said["values"])
    if "failed" in said:
        raise ReaderFailed(said["failed"])
    if said["is_broken"]:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    into.written_elsewhere(said["size"], is_broken=False)
    return [Drawn(**one) for one in said["drawn"]]


def _asked(document: EncryptedSpool, view: EncryptedSpool, **more: Any) -> dict[str, Any]:
    """The reader's answer; that of one who fell over is that it was too much."""
    held, shown = document.handed_over(), view.handed_over()
    question = {
        "document": held.key.hex(),
        "size": document.size,
        "view": shown.key.hex(),
        "limits": dict(MOST),
        **more,
    }
    with _TURNS:
        near, far = socket.socketpair()
        with near:
            with far:
                _READER.ask(json.dumps(question).encode(), [far.fileno(), held.file, shown.file])
            answer = b"".join(iter(lambda: near.recv(MOST_ASKED_BYTES), b""))
    return json.loads(answer) if answer else {"refused": "TooMuchWork", "values": []}


class _Reader:
    """The program of this process, and the socket on which it is asked; a forked process starts its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._program: subprocess.Popen[bytes] | None = None
        self._process = 0

    def ask(self, question: bytes, files: list[int]) -> None:
        """Send one question; a reader that is gone is started anew, once."""
        with self._lock:
            try:
                socket.send_fds(self._open(), [question], files)
            except OSError:
                self.close()
                socket.send_fds(self._open(), [question], files)

    def close(self) -> None:
        """Let the program end, which it does when its line closes."""
        if self._line is not None:
            self._line.close()
        if self._program is not None and self._process == os.getpid():
            self._program.wait(timeout=MOST["seconds"])
        self._line = self._program = None

    def _open(self) -> socket.socket:
        if self._line is None or self._process != os.getpid():
            near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with far:
                self._program = subprocess.Popen(  # noqa: S603 -- our own program, by its own name
                    [sys.executable, "-m", PROGRAM],
                    stdin=far.fileno(),
                    stdout=subprocess.DEVNULL,
                    cwd=_ROOT,
                    env={},
                )
            self._line, self._process = near, os.getpid()
        return self._line


_TURNS: Final = threading.BoundedSemaphore(AT_ONCE)
_READER: Final = _Reader()
atexit.register(_READER.close)
