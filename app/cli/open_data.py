"""`flask open-data`: write every public file anew, when a folder was lost or came back from an older copy."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.db import transaction
from app.jobs import publishing
from app.services.open_data import due
from app.web import clock

group = AppGroup("open-data", help="The files anybody can fetch.")


@group.command("rewrite")
def rewrite() -> None:
    """Look at every file again: what is lost or damaged is written, what changed is stated, the rest stays."""
    at = clock.now()
    with transaction():
        parts = due.mark_all(at)
    click.echo(f"{parts} folders")
    for line in publishing.publish(at):
        click.echo(line)
