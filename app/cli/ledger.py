"""`flask ledger check`: every question about the money, answered; exit 1 with the rows when one is not empty."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from app.services import selfcheck

group = AppGroup("ledger", help="Questions about the money.")


@group.command("check")
def check() -> None:
    """Ask every question of the ledger; each must come back empty."""
    questions = selfcheck.check()
    for question in questions:
        click.echo(f"{question.name}: {'empty' if not question.rows else len(question.rows)}")
        for row in question.rows:
            click.echo(f"    {row}")
    if any(question.rows for question in questions):
        sys.exit(1)
    click.echo(f"{len(questions)} questions, all empty.")
