"""`flask ledger check`: every question about the money, answered; exit 1 with the rows when one is not empty."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from app.services import selfcheck
from app.web import clock

group = AppGroup("ledger", help="Questions about the money.")


@group.command("check")
def check() -> None:
    """Ask every question of the ledger, keep the answers, and show them; each must come back empty."""
    run = selfcheck.audit("command", at=clock.now())
    for answer in run.answers:
        click.echo(f"{answer['name']}: {answer['found'] or 'empty'}")
        for row in answer["rows"]:
            click.echo(f"    {row}")
        if answer["found"] > len(answer["rows"]):
            click.echo(f"    and {answer['found'] - len(answer['rows'])} more")
    if run.findings:
        sys.exit(1)
    click.echo(f"{run.questions} questions, all empty.")
