"""Open data as values: tables with their columns, and the package that describes them to strangers' programs.

A package is a Frictionless Data Package (datapackage.org): each table with its schema, its keys, its bytes and its
fingerprint. Pages, files and packages are made from the same tables (presets/open_data/tables.toml).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from app.domain.terms import Words

LATEST: Final = "latest"
"""The folder of all periods together."""
PACKAGE: Final = "datapackage.json"
ARCHIVE: Final = "juntan-open-data.zip"
VERIFIER: Final = "verify.py"
KEY: Final = "vkey"
READ_ME: Final = "READ-ME.txt"
LICENCE: Final = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0 International",
}

Type = Literal["string", "integer", "date", "datetime"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds, in which unit, and for how long."""

    name: str
    type: Type
    meaning: Words
    required: bool = True
    values: tuple[str, ...] = ()
    """All it can be, where that is a short list."""
    unit: str = ""
    """`fen`, or nothing."""
    goes: bool = False
    """Whether it disappears when the days of a case's details are over."""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns that name a row of another table of the same package."""

    columns: tuple[str, ...]
    table: str
    there: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: a file of this name and `.csv` in each folder where it stands."""

    name: str
    title: Words
    meaning: Words
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Its rows are sorted by these columns, and no two rows have the same."""
    points: tuple[ForeignKey, ...] = ()
    stands_in: tuple[str, ...] = (LATEST,)
    """The folders in which it stands: `period`, `plan`, `latest`."""

    @property
    def file(self) -> str:
        """The name of the file."""
        return f"{self.name}.csv"

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        return tuple(column.name for column in self.columns)

    def place(self, column: str) -> int:
        """The place of a column."""
        return self.header.index(column)


@dataclass(frozen=True, slots=True)
class Written:
    """A table as it stands in a file."""

    table: Table
    bytes: int
    sha256: str
    rows: int


def read_tables(data: Mapping[str, Any]) -> tuple[Table, ...]:
    """The tables of a file of presets, in their order. KeyError for one that does not say what it must."""
    return tuple(_table(one) for one in data["tables"])


def _table(data: Mapping[str, Any]) -> Table:
    return Table(
        name=data["name"],
        title=Words(**data["title"]),
        meaning=Words(**data["meaning"]),
        columns=tuple(_column(one) for one in data["columns"]),
        key=tuple(data["key"]),
        points=tuple(
            ForeignKey(tuple(one["columns"]), one["table"], tuple(one["there"])) for one in data.get("points", ())
        ),
        stands_in=tuple(data["stands_in"]),
    )


def _column(data: Mapping[str, Any]) -> Column:
    return Column(
        name=data["name"],
        type=data["type"],
        meaning=Words(data["zh"], data["en"]),
        required=not data.get("empty", False),
        values=tuple(data.get("values", ())),
        unit=data.get("unit", ""),
        goes=data.get("goes", False),
    )


def package(name: str, title: Words, written: Sequence[Written], *, home: str) -> dict[str, Any]:
    """The description of a folder; `home` is the address of the page of open data.

    A key into a table that is not in the folder is left out: nothing there could be looked up.
    """
    there = {one.table.name for one in written}
    return {
        "name": name,
        "title": f"{title.en} / {title.zh}",
        "homepage": home,
        "licenses": [LICENCE],
        "sources": [{"title": "Juntan / 均摊", "path": home}],
        "resources": [_resource(one, there) for one in written],
    }


def _resource(one: Written, there: Iterable[str]) -> dict[str, Any]:
    table = one.table
    return {
        "name": table.name.replace("_", "-"),
        "path": table.file,
        "title": f"{table.title.en} / {table.title.zh}",
        "description": f"{table.meaning.en} / {table.meaning.zh}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "bytes": one.bytes,
        "hash": f"sha256:{one.sha256}",
        "schema": {
            "fields": [_field(column, table) for column in table.columns],
            "missingValues": [""],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {
                    "fields": list(key.columns),
                    "reference": {"resource": key.table.replace("_", "-"), "fields": list(key.there)},
                }
                for key in table.points
                if key.table in there
            ],
        },
    }


def _field(column: Column, table: Table) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.values:
        constraints["enum"] = list(column.values)
    if (column.name,) == table.key:
        constraints["unique"] = True
    said: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "description": f"{column.meaning.en} / {column.meaning.zh}",
    }
    if constraints:
        said["constraints"] = constraints
    return said
