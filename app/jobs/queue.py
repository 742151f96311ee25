"""The queue that wakes workers: huey, over an SQLite file of its own or, where the operator names one, over Redis.

It only wakes. What has to be done stands in the database (app/services/outbox.py), so a message that is lost loses
nothing: once a minute a worker looks by itself. A message that comes twice finds nothing to do.
"""

from __future__ import annotations

import logging
import threading
from typing import Any, Final

from flask import Flask, Response, current_app

from app.adapters import wakers
from app.db import db, transaction
from app.jobs import nightly, publishing
from app.jobs.tick import sweep, tick
from app.models.outbox import Heartbeat
from app.services import outbox
from app.services.traces import trace_of
from app.web import clock

HEART: Final = "worker"
_EXTENSION: Final = "juntan-queue"
_ENOUGH: Final = 2
"""So many messages that wait will wake whoever there is; more say nothing new."""

_log = logging.getLogger(__name__)
_round = threading.Lock()


class Queue:
    """The queue of one application, with the two things it can wake a worker for."""

    def __init__(self, site: Flask) -> None:
        """Open the queue the settings name; nothing is connected before the first message."""
        self.huey = open_queue(site)
        self.sweep = self.huey.task(name="sweep")(lambda: sweep_once(site))
        self.tick = self.huey.task(name="tick")(lambda: round_of(site))
        every_minute = wakers.library(redis=bool(site.config["QUEUE"])).crontab()
        self.every_minute = self.huey.periodic_task(every_minute, name="every-minute")(lambda: round_of(site))

    def wake(self) -> None:
        """Let a worker look for work now, unless it has been called already."""
        if self.huey.pending_count() < _ENOUGH:
            self.sweep()


def open_queue(site: Flask) -> Any:
    """Redis when the operator names one, otherwise an SQLite file in the instance folder. No result is ever kept."""
    url: str = site.config["QUEUE"]
    if url:
        return wakers.library(redis=True).RedisHuey("juntan", url=url, results=False)
    file = str(site.config["INSTANCE"] / "queue.sqlite3")
    return wakers.library(redis=False).SqliteHuey("juntan", filename=file, results=False)


def queue_of(site: Flask) -> Queue:
    """The queue of this application, opened when it is first needed."""
    found: Queue | None = site.extensions.get(_EXTENSION)
    if found is None:
        found = site.extensions[_EXTENSION] = Queue(site)
    return found


def init_app(site: Flask) -> None:
    """After each request that asked for work, wake a worker."""
    site.after_request(_wake_when_asked)


def _wake_when_asked(response: Response) -> Response:
    if not db.session.info.pop(outbox.ASKED, False):
        return response
    try:
        queue_of(_site()).wake()
    except Exception:  # noqa: BLE001 -- whatever the queue says, the answer stands and the work waits for the next minute
        _log.warning("the queue cannot be reached; work waits for the next minute", exc_info=True)
    return response


def _site() -> Flask:
    found: Any = current_app
    site: Flask = found._get_current_object()  # noqa: SLF001 -- the application itself, not its proxy
    return site


def sweep_once(site: Flask) -> int:
    """Do the work that is due, in a context of its own."""
    with site.app_context():
        return sweep(clock.now())


def round_of(site: Flask) -> bool:
    """One round of everything that is due, in a context of its own. False when it failed, or when one is under way.

    The heart beats before and after the work, but not before a round that follows a failed one: `/healthz` then tells.
    """
    if not _round.acquire(blocking=False):
        return False
    try:
        with site.app_context():
            if not site.extensions.get("worker_failed", False):
                beat()
            nightly.ask(clock.now())
            for line in [*tick(clock.now()), *publishing.publish(clock.now())]:
                site.logger.info(line)
            beat()
    except Exception as error:  # noqa: BLE001 -- whatever it is, the next round tries again
        site.logger.error("a round of the worker failed; it is tried again: %s", trace_of(error))  # noqa: TRY400
        site.extensions["worker_failed"] = True
        return False
    finally:
        _round.release()
    site.extensions["worker_failed"] = False
    return True


def beat() -> None:
    """Say that the worker is alive, in real time."""
    with transaction():
        db.session.merge(Heartbeat(name=HEART, at=clock.real_now()))
