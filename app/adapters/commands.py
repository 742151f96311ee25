"""The commands of `flask`, loaded when one is called: they bring the story of the demonstration and the worker.

A web server never calls one. What stands in app/cli is 10 MB that it need not hold.
"""

from __future__ import annotations

import importlib
from typing import Any

import click
from flask.cli import AppGroup


class Commands(AppGroup):
    """Our commands beside those that Flask brings."""

    def __init__(self, name: str) -> None:
        """For the application of this name."""
        super().__init__(name)
        self._is_loaded = False

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name."""
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        if not self._is_loaded:
            self._is_loaded = True
            register: Any = importlib.import_module("app.cli").register
            register(self)
