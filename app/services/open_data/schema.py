"""The tables of the open data, read once a process from the presets."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from app.domain.open_data import Table, read_tables

_PRESET: Final = Path(__file__).resolve().parents[2] / "presets" / "open_data" / "tables.toml"


@cache
def tables() -> dict[str, Table]:
    """Every table by its name, in the order in which they are shown."""
    return {table.name: table for table in read_tables(tomllib.loads(_PRESET.read_text(encoding="utf-8")))}


def of(folder: str) -> list[Table]:
    """The tables that stand in a folder of this kind: `period`, `plan` or `latest`."""
    return [table for table in tables().values() if folder in table.stands_in]
