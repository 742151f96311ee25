"""`flask log`: number what waits and write the files now, or show the key by which the log is verified."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from app.jobs import publishing
from app.services.public_log import files, reading, sequencing, signing
from app.services.public_log.files import LogIsOlder
from app.services.public_log.signing import AnotherOrigin
from app.web import clock

group = AppGroup("log", help="The public log.")


@group.command("sequence")
def sequence() -> None:
    """Number and sign what waits, and write the public files; exit 1 when the log is not the one that lies there."""
    try:
        sequencing.is_due()
        files.refuse_older_log()
    except (AnotherOrigin, LogIsOlder) as wrong:
        click.echo(str(wrong), err=True)
        sys.exit(1)
    for line in publishing.publish(clock.now()):
        click.echo(line)
    click.echo(f"{signing.origin()}: {reading.size()} entries signed")


@group.command("vkey")
def vkey() -> None:
    """Show the verifier keys that sign now, the newest first."""
    for line in signing.verifier_keys():
        click.echo(line)
