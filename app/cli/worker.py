"""The worker: one process that does, once a minute, whatever is due, and lets its heart beat while it can."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Final

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.db import db, transaction
from app.jobs.tick import tick
from app.models.outbox import Heartbeat
from app.web import clock

EVERY_SECONDS: Final = 60
NAME: Final = "worker"


@click.command("worker")
@click.option("--every", default=EVERY_SECONDS, show_default=True, type=click.IntRange(1), help="Seconds a round.")
@click.option("--rounds", default=0, type=click.IntRange(0), help="Stop after so many rounds; 0 never stops.")
@with_appcontext
def work(every: int, rounds: int) -> None:
    """Do what is due, once a minute, until SIGTERM or SIGINT; a round that has begun is finished."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 -- the application itself
    stop = threading.Event()

    def leave(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    done = 0
    while not stop.is_set():
        round_of(app)
        done += 1
        if done == rounds:
            break
        stop.wait(every)


@click.command("tick")
@with_appcontext
def tick_once() -> None:
    """Do whatever is due, once, and say what was done."""
    for line in tick(clock.now()):
        click.echo(line)


def round_of(app: Flask) -> bool:
    """One round in a context of its own, so that nothing is remembered from the last one. False when it failed.

    The heart beats before and after the work, but not before a round that follows a failed one: `/healthz` then tells.
    """
    with app.app_context():
        try:
            if not app.extensions.get("worker_failed", False):
                beat()
            for line in tick(clock.now()):
                app.logger.info(line)
            beat()
        except Exception:
            app.logger.exception("a round of the worker failed; it is tried again")
            app.extensions["worker_failed"] = True
            return False
        finally:
            db.session.remove()
    app.extensions["worker_failed"] = False
    return True


def beat() -> None:
    """Say that the worker is alive, in real time."""
    with transaction():
        db.session.merge(Heartbeat(name=NAME, at=clock.real_now()))
