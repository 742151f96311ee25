"""The worker: does whatever is due once a minute, and at once when the queue wakes it; several may run."""

from __future__ import annotations

import logging
from typing import Final

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from huey.consumer import Consumer

from app.db import db
from app.jobs import nightly, publishing
from app.jobs.queue import queue_of
from app.jobs.tick import tick
from app.web import clock

LONGEST_NAP_SECONDS: Final = 1.0
"""How long an idle worker sleeps between two looks into the queue."""
PATIENCE_SECONDS: Final = 30
"""How long work that has begun may take when the worker is told to stop; what is not done then is taken up again."""


@click.command("worker")
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1), help="Pieces of work done at once.")
@with_appcontext
def work(threads: int) -> None:
    """Do what is due until SIGTERM; what has begun is finished. Killed at any point, it loses nothing."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 -- the application itself
    logging.getLogger("huey").setLevel(logging.WARNING)
    db.session.remove()
    queue = queue_of(app)
    queue.tick()  # whatever became due while no worker was there
    Consumer(
        queue.huey,
        workers=threads,
        max_delay=LONGEST_NAP_SECONDS,
        graceful_signal="TERM",
        shutdown_timeout=PATIENCE_SECONDS,
    ).run()


@click.command("tick")
@with_appcontext
def tick_once() -> None:
    """Do whatever is due, once, and say what was done."""
    at = clock.now()
    nightly.ask(at)
    for line in [*tick(at), *publishing.publish(at)]:
        click.echo(line)
