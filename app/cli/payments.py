"""`flask payments sign`: the header of a delivery, for whoever sets up a payment service and wants to try the line."""

from __future__ import annotations

from typing import IO

import click
from flask import current_app
from flask.cli import AppGroup

from app.domain.signatures import HEADER, sign
from app.web import clock

group = AppGroup("payments", help="The line to the payment service.")


@group.command("sign")
@click.argument("file", type=click.File("rb"))
def sign_file(file: IO[bytes]) -> None:
    """Sign the bytes of FILE (- for standard input) with the newest secret, for the next five minutes."""
    secrets = current_app.config["PAYMENTS"].secrets
    if not secrets:
        raise click.ClickException("There is nothing to sign with: set JUNTAN_PAYMENTS=webhook and its secrets.")
    click.echo(f"{HEADER}: {sign(secrets[0], file.read(), at=clock.real_now())}")
