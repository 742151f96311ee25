"""Commands for operators: the same deeds as on the web, on the same clock."""

from __future__ import annotations

from typing import Final

import click
from flask import Flask

from app.cli import demo, ledger, members, payments, rules, staff, worker

COMMANDS: Final[tuple[click.Command, ...]] = (
    staff.group,
    rules.group,
    ledger.group,
    members.group,
    payments.group,
    demo.group,
    worker.work,
    worker.tick_once,
)
"""Every command of the house; they are called as `flask NAME`."""


def register(app: Flask) -> None:
    """Make the commands known to `flask`."""
    for command in COMMANDS:
        app.cli.add_command(command)
