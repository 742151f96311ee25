"""A worker that is killed: `python -m tests.jobs.killed ADDRESS INSTANCE AT POINT …`, run by test_killed.py.

For each point a child of its own does everything that is due at AT, and is killed with SIGKILL when it gets there; a
number is a point in time, in milliseconds. `end` lets the child finish. Real time passes between them, so that leases
of the dead run out. What reaches outside is written into two files: keys of mails, references of transfers.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Flask

import app.factory
from app.adapters import mail
from app.adapters.payments import Sandbox
from app.db import db
from app.jobs import numbering
from app.jobs.tick import tick
from app.services import ending, notices, outbox, pools, publishing
from app.services.counting import building
from app.services.public_log import files, sequencing
from app.web import clock
from tests.fixtures.application import make_app, release

_BETWEEN = dt.timedelta(minutes=3)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed_at(name: str, point: str, place: Any, function: str, *, after: bool = False) -> None:
    """Let the function of a place die before or after its own work, when this is the point."""
    original: Callable[..., Any] = getattr(place, function)

    @wraps(original)
    def dying(*given: Any, **named: Any) -> Any:
        if name == point and not after:
            die()
        answer = original(*given, **named)
        if name == point:
            die()
        return answer

    setattr(place, function, dying)


def write_down(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as book:
        book.write(line + "\n")


def child(site: Flask, instance: Path, at: dt.datetime, point: str, lives: int) -> None:
    """Everything that is due, until the point is reached."""
    real_now, send = clock.real_now, Sandbox.send
    clock.real_now = lambda: real_now() + lives * _BETWEEN

    def write_transfer(self: Sandbox, ref: str, amount_fen: int, recipient: str) -> Any:
        write_down(instance / "transfers", ref)
        return send(self, ref, amount_fen, recipient)

    def write_mail(*, key: str, **_parts: str) -> None:
        write_down(instance / "mails", key)

    Sandbox.send, mail.send = write_transfer, write_mail
    killed_at("leased", point, outbox, "_do")
    killed_at("mail sent", point, mail, "send", after=True)
    killed_at("mail done", point, outbox, "_mark_done", after=True)
    killed_at("transfer sent", point, Sandbox, "send", after=True)
    killed_at("locking", point, publishing, "publish_cases", after=True)
    killed_at("a tile read", point, building, "_tile", after=True)
    killed_at("counted, not stated", point, building, "_state")
    killed_at("entries, no tiles", point, sequencing, "_write", after=True)
    killed_at("tiles, no checkpoint", point, sequencing, "_sign")
    killed_at("a public file written", point, files, "write", after=True)
    killed_at("the checkpoint written", point, files, "_forget_narrower")
    killed_at("signed, not committed", point, publishing, "tell_claimants", after=True)
    killed_at("settling", point, notices, "issue", after=True)
    killed_at("ending a chunk", point, ending, "_close", after=True)
    killed_at("ended, not entered", point, pools, "let_pending_enter")
    killed_at("entering", point, pools, "move_counter", after=True)
    if point.isdigit():
        threading.Timer(int(point) / 1000, die).start()
    with site.app_context():
        if point == "before the commit of a transfer":
            db.event.listen(db.session, "before_commit", lambda _session: (instance / "transfers").exists() and die())
        tick(at)
        numbering.publish()
    os._exit(0)


def main() -> None:
    """One life after the other."""
    address, instance, at, *points = sys.argv[1:]
    assert app.factory
    site = make_app(address, Path(instance))
    release(site)  # no connection may be shared with a child
    for lives, point in enumerate(points):
        number = os.fork()
        if not number:
            child(site, Path(instance), dt.datetime.fromisoformat(at), point, lives)
        _number, status = os.waitpid(number, 0)
        died = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        sys.stdout.write(f"{point}: {'killed' if died else os.waitstatus_to_exitcode(status)}\n")


if __name__ == "__main__":
    main()
