"""The migrations as `flask db` finds them, loaded when it asks and not before.

Alembic and what it brings take 8 MB and serve the two commands of an upgrade; a web server and a worker never migrate.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Final

from flask import Flask

_EXTENSION: Final = "migrate"


class Migrations:
    """Stands where Flask-Migrate looks for its settings; the first look puts the real ones there."""

    def __init__(self, site: Flask, database: Any, folder: Path) -> None:
        """For this application and its database, with the migrations of a folder."""
        self._site, self._database, self._folder = site, database, folder
        site.extensions[_EXTENSION] = self

    def __getattr__(self, name: str) -> Any:
        """What Flask-Migrate would have said."""
        if self._site.extensions[_EXTENSION] is self:
            importlib.import_module("flask_migrate").Migrate(self._site, self._database, directory=str(self._folder))
        return getattr(self._site.extensions[_EXTENSION], name)
