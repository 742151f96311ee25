"""Many rows at once: COPY on PostgreSQL, one prepared statement on SQLite. Part of the transaction around it.

Types are checked as with one row, constraints and triggers at rest hold as always; what is left out is the work of
the session for each row. A column with a default in its model is named here like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, Final

from sqlalchemy import ColumnElement, LargeBinary, Select, Table, func, literal, select, text, true
from sqlalchemy import Row as SqlRow
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeDecorator

from app.db import Model, db, engine_name

Row = tuple[Any, ...]
HASH_BYTES: Final = 32


def new_ids(noun: type[Model], count: int) -> range:
    """So many numbers of rows that nobody else takes, ascending. On SQLite only under the write lock."""
    table = _table(noun)
    if engine_name() == "postgresql":
        return _drawn(table.name, count)
    last = db.session.scalar(select(func.max(table.c.id))) or 0
    return range(last + 1, last + 1 + count)


def _drawn(table: str, count: int) -> range:
    """Numbers of a sequence, drawn again when somebody else drew in between: what is left out harms nobody."""
    draw = text(
        "SELECT min(drawn), max(drawn) FROM (SELECT nextval(name) AS drawn FROM "
        "(SELECT pg_get_serial_sequence(:name, 'id')::regclass AS name OFFSET 0) AS found, generate_series(1, :count)"
        ") AS numbers"
    )
    while True:
        first, last = db.session.execute(draw, {"name": table, "count": count}).one()
        if last - first + 1 == count:
            return range(first, last + 1)


def add(noun: type[Model], columns: Sequence[str], rows: Iterable[Row], *, same: Mapping[str, Any]) -> None:
    """Add rows: `columns` are those that differ from row to row, `same` is what all of them have.

    Raises TypeError for a value its column does not take, and IntegrityError.
    """
    table = _table(noun)
    names = (*same, *columns)
    shared = tuple(_storing(table, name)(value) for name, value in same.items())
    db.session.flush()
    if engine_name() == "postgresql":
        _copy(table, names, (shared + row for row in rows))
        return
    places = ", ".join(repeat("?", len(names)))
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})"  # noqa: S608 -- names of the model
    if stored := [shared + row for row in _stored(table, columns, rows)]:
        db.session.connection().exec_driver_sql(statement, stored)


def each(
    question: Select[*tuple[Any, ...]], column: InstrumentedAttribute[bytes], hashes: Sequence[bytes]
) -> Sequence[SqlRow[Any]]:
    """Ask a question about each of many keyed hashes of 32 bytes, which travel as one value; `column` holds the hash.

    Each hash has one row in the answer or none. On PostgreSQL an index is asked hash by hash, also right after the
    table has grown, while its statistics still call it small.
    """
    cut = _cut(hashes)
    if engine_name() != "postgresql":
        return db.session.execute(question.where(column.in_(cut))).all()
    one_by_one = cut.subquery()
    answer = question.where(column == one_by_one.c.hash).limit(1).lateral()
    return db.session.execute(select(answer).select_from(one_by_one).join(answer, true())).all()


def _cut(hashes: Sequence[bytes]) -> Select[Any]:
    """The hashes as rows, cut out of one value by the server."""
    if engine_name() == "postgresql":
        place: ColumnElement[int] = func.generate_series(0, len(hashes) - 1).column_valued("place")
    else:
        places = select(literal(0).label("place")).where(literal(len(hashes)) > 0).cte("places", recursive=True)
        places = places.union_all(select(places.c.place + 1).where(places.c.place < len(hashes) - 1))
        place = places.c.place
    return select(func.substr(literal(b"".join(hashes), LargeBinary), 1 + place * HASH_BYTES, HASH_BYTES).label("hash"))


def _table(noun: type[Model]) -> Table:
    table = noun.__table__
    assert isinstance(table, Table)
    return table


def _copy(table: Table, names: Sequence[str], rows: Iterable[Row]) -> None:
    """Rows in the binary form: each type of the driver refuses what is none of its own."""
    connection = db.session.connection()
    types = [table.c[name].type.compile(connection.dialect).lower() for name in names]
    statement = f"COPY {table.name} ({', '.join(names)}) FROM STDIN (FORMAT BINARY)"
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(["text" if kind == "varchar" else kind for kind in types])
            for row in rows:
                copy.write_row(row)
        driver.execute("DISCARD PLANS")  # made while the table was small
    except connection.dialect.loaded_dbapi.IntegrityError as wrong:
        raise IntegrityError(statement, None, wrong) from wrong


def _stored(table: Table, columns: Sequence[str], rows: Iterable[Row]) -> Iterator[Row]:
    """The rows as SQLite keeps them. Columns that are kept as they are cost nothing."""
    kept = [(place, _storing(table, name)) for place, name in enumerate(columns) if _is_typed(table, name)]
    for row in rows:
        values = list(row)
        for place, storing in kept:
            values[place] = storing(values[place])
        yield tuple(values)


def _is_typed(table: Table, name: str) -> bool:
    kind = type(table.c[name].type)
    return issubclass(kind, TypeDecorator) and kind.process_bind_param is not TypeDecorator.process_bind_param


def _storing(table: Table, name: str) -> Callable[[Any], Any]:
    """What a column's type does to a value before it is kept."""
    if not _is_typed(table, name):
        return lambda value: value
    kind, dialect = table.c[name].type, db.session.connection().dialect
    assert isinstance(kind, TypeDecorator)
    return lambda value: kind.process_bind_param(value, dialect)
