"""The program that reads documents: it waits on a socket and forks once for each, so that none meets another.

    python -m app.services.apart.reader    with the socket as standard input; asking.py starts it

It ends when whoever started it is gone.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sys
import traceback
from dataclasses import asdict
from typing import Any, Final

from app.services import document_days, documents, page_pictures
from app.services.apart.answers import MOST_ASKED_BYTES
from app.services.file_types import EvidenceRefused
from app.services.spool import EncryptedSpool

FILES: Final = 3
"""How many descriptors come with each question: the line of the answer, the document, its view."""
_VIEW_FACTOR: Final = 4
_VIEW_ROOM_BYTES: Final = 16 * 1024 * 1024


def main() -> None:
    """Answer until nobody asks any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever answered leaves no trace
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted server finishes what it has begun
    with socket.socket(fileno=os.dup(sys.stdin.fileno())) as line:
        while True:
            asked, files, _flags, _address = socket.recv_fds(line, MOST_ASKED_BYTES, FILES)
            if not asked:
                return
            if len(files) == FILES and os.fork() == 0:
                line.close()
                _answer(json.loads(asked), *files)
            for file in files:
                os.close(file)


def _answer(asked: dict[str, Any], answer: int, document: int, view: int) -> None:
    """Read one document within its limits, say what was found, and end this process."""
    try:
        _set_limits(**asked["limits"])
        said = _found(asked, document, view)
    except MemoryError:
        said = {"refused": "TooMuchWork", "values": []}
    except BaseException as failed:  # noqa: BLE001 -- whatever it was is said to whoever asked
        where = "; ".join(f"{at.filename}:{at.lineno}" for at in traceback.extract_tb(failed.__traceback__))
        said = {"failed": f"{type(failed).__name__} at {where}"}
    os.write(answer, json.dumps(said).encode())
    os._exit(0)


def _set_limits(*, memory_bytes: int, cpu_seconds: int, seconds: int) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(seconds)


def _found(asked: dict[str, Any], document: int, view: int) -> dict[str, Any]:
    original = EncryptedSpool.taken_over(document, bytes.fromhex(asked["document"]), size=asked["size"])
    shown = EncryptedSpool.taken_over(view, bytes.fromhex(asked["view"]))
    if "draw" in asked:
        return _drawn(asked["draw"], original, shown)
    shown.most_bytes = asked["size"] * _VIEW_FACTOR + _VIEW_ROOM_BYTES
    try:
        found = documents.check(original, shown)
    except EvidenceRefused as refused:
        return {"refused": type(refused).__name__, "values": list(vars(refused).values())}
    shown.seek(0)
    if shown.is_too_large:
        return {"refused": "TooMuchWork", "values": []}
    return {
        "media_type": found.media_type, "pages": found.pages, "carries": found.carries,
        "made_on": document_days.made_on(original, found.media_type),
        "size": shown.size, "is_broken": shown.is_broken,
    }  # fmt: skip


def _drawn(wanted: dict[str, Any], document: EncryptedSpool, pictures: EncryptedSpool) -> dict[str, Any]:
    """Draw pages into the second spool, and say where each picture stands in it."""
    drawn = page_pictures.draw(document, **wanted, into=pictures)
    pictures.seek(0)
    return {"drawn": [asdict(one) for one in drawn], "size": pictures.size, "is_broken": pictures.is_broken}


if __name__ == "__main__":
    main()
