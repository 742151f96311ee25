"""Commands for operators: the same deeds as on the web, on the same clock."""

from __future__ import annotations

from typing import Final

import click
from flask.cli import AppGroup
from flask_migrate import cli as upgrades  # type: ignore[attr-defined]

from app.cli import demo, ledger, log, members, open_data, payments, rules, staff, worker

COMMANDS: Final[tuple[click.Command, ...]] = (
    staff.group,
    rules.group,
    ledger.group,
    log.group,
    members.group,
    open_data.group,
    payments.group,
    demo.group,
    worker.work,
    worker.tick_once,
    upgrades.db,
)
"""Every command of the house; they are called as `flask NAME`."""


def register(group: AppGroup) -> None:
    """Make the commands known to `flask`."""
    for command in COMMANDS:
        group.add_command(command)
