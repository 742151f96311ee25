"""The database: one session, one way to write, and column types that mean something on both engines.

SQLite tables are STRICT, so the types here map to INTEGER, TEXT and BLOB there, and to the natural types of PostgreSQL.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import random
import secrets
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Boolean, Date, DateTime, LargeBinary, MetaData, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

from app import connections

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
ENDED_FOR_ANOTHER = frozenset({"40P01", "40001"})
"""What PostgreSQL says of a deed that it ended so that another one could go on: a deadlock, an order of events."""


class _Base(DeclarativeBase):
    """What every noun at rest inherits: STRICT tables on SQLite and constraint names that migrations can name."""

    metadata = MetaData(naming_convention=NAMES)
    __table_args__: Any = {"sqlite_strict": True}  # noqa: RUF012 -- SQLAlchemy wants it so


connections.watch()
db = SQLAlchemy(model_class=_Base)

if TYPE_CHECKING:
    Model = _Base
else:
    Model = db.Model


def sqlstate(error: DBAPIError) -> str:
    """PostgreSQL's word for what went wrong, e.g. "23505"; empty on SQLite.

    Asked of the error by name: who runs on SQLite need not load the driver of PostgreSQL.
    """
    return getattr(error.orig, "sqlstate", None) or ""


def laws(*constraints: object) -> tuple[object, ...]:
    """Table arguments: the constraints of a noun, on a STRICT table."""
    return (*constraints, {"sqlite_strict": True})


class _Typed(TypeDecorator[Any]):
    """A column type with one implementation for each engine."""

    cache_ok = True
    on_sqlite: TypeEngine[Any]
    on_postgresql: TypeEngine[Any]

    def __init_subclass__(cls, **options: Any) -> None:
        """SQLAlchemy asks each type itself, not its parents, whether statements with it may be cached."""
        super().__init_subclass__(**options)
        cls.cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> TypeEngine[Any]:
        """The engine's own type behind this one."""
        return cast(
            "TypeEngine[Any]",
            dialect.type_descriptor(self.on_sqlite if dialect.name == "sqlite" else self.on_postgresql),
        )


class Whole(_Typed):
    """A whole number of things (64 bits). Refuses anything that is not an int: no float ever reaches the database."""

    impl = BigInteger
    on_sqlite = sqlite.INTEGER()
    on_postgresql = postgresql.BIGINT()

    def process_bind_param(self, value: Any, dialect: Any) -> int | None:  # noqa: ARG002 -- the interface
        """Only an int goes through; a bool is not a number of things."""
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise TypeError(f"{type(self).__name__} takes a whole number, not {value!r}")


class Fen(Whole):
    """An amount of money in fen (1 yuan = 100 fen)."""


class Key(Whole):
    """A row's own number. Never shown to people: they see a reference."""


class Text_(_Typed):  # noqa: N801 -- Text is SQLAlchemy's own
    """Text of any length."""

    impl = Text
    on_sqlite = sqlite.TEXT()
    on_postgresql = postgresql.TEXT()


class Ref(Text_):
    """A reference people can say on the telephone: twelve letters of Crockford's base 32 (see `new_ref`)."""


class Sealed(_Typed):
    """Bytes nobody reads without a key: a sealed value, a keyed hash, a wrapped key."""

    impl = LargeBinary
    on_sqlite = sqlite.BLOB()
    on_postgresql = postgresql.BYTEA()


class Flag(_Typed):
    """Yes or no."""

    impl = Boolean
    on_sqlite = sqlite.INTEGER()
    on_postgresql = postgresql.BOOLEAN()

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """SQLite keeps 0 and 1."""
        if value is None or dialect.name != "sqlite":
            return value
        return int(value)

    def process_result_value(self, value: Any, dialect: Any) -> bool | None:  # noqa: ARG002 -- the interface
        """Back to a bool."""
        return None if value is None else bool(value)


class Instant(_Typed):
    """A point in time, aware, in UTC. SQLite keeps text of one width, so that order of text is order of time."""

    impl = DateTime
    on_sqlite = sqlite.TEXT()
    on_postgresql = postgresql.TIMESTAMP(timezone=True)

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """Refuse a naive time: it would be somebody's guess."""
        if value is None:
            return None
        if not isinstance(value, dt.datetime) or value.tzinfo is None:
            raise TypeError(f"Instant takes an aware datetime, not {value!r}")
        moment = value.astimezone(dt.UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Any) -> dt.datetime | None:  # noqa: ARG002 -- the interface
        """An aware UTC datetime."""
        if value is None:
            return None
        if isinstance(value, str):
            value = dt.datetime.fromisoformat(value)
        return cast("dt.datetime", value).astimezone(dt.UTC)


class Day(_Typed):
    """A local calendar day."""

    impl = Date
    on_sqlite = sqlite.TEXT()
    on_postgresql = postgresql.DATE()

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """Refuse a datetime: which day it falls on depends on the zone, and that is the caller's to say."""
        if value is None:
            return None
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            raise TypeError(f"Day takes a date, not {value!r}")
        return value.isoformat() if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Any) -> dt.date | None:  # noqa: ARG002 -- the interface
        """A date."""
        return dt.date.fromisoformat(value) if isinstance(value, str) else value


class Record(_Typed):
    """Plain values (JSON) written once and read whole; never searched inside."""

    impl = Text
    on_sqlite = sqlite.TEXT()
    on_postgresql = postgresql.TEXT()

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:  # noqa: ARG002 -- the interface
        """Canonical text: sorted keys, no spaces."""
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:  # noqa: ARG002 -- the interface
        """The values again."""
        return None if value is None else json.loads(value)


def canonical_json(value: object) -> str:
    """JSON with one spelling: sorted keys, no spaces, UTF-8 as it is. TypeError on floats: none is exact."""
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a record holds whole numbers and text, never a float")
    if isinstance(value, dict):
        for inner in value.values():
            _refuse_floats(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _refuse_floats(inner)


# Chance: references and salts. The demo tells the same story for the same seed, so there, and only there,
# the source is a seeded one; everywhere else it is the operating system's.

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_THREES = tuple(a + b + c for a in _ALPHABET for b in _ALPHABET for c in _ALPHABET)
_system_chance: random.Random = secrets.SystemRandom()
_chance: random.Random = _system_chance


@contextlib.contextmanager
def seeded_chance(seed: int) -> Iterator[None]:
    """Draw references and salts from a seeded source while the demo story is told."""
    global _chance  # noqa: PLW0603 -- one process tells one story
    _chance = random.Random(seed)  # noqa: S311 -- demo data only
    try:
        yield
    finally:
        _chance = _system_chance


def new_ref() -> str:
    """A fresh reference: 60 bits, unguessable, twelve characters without I, L, O and U."""
    bits = _chance.getrandbits(60)
    return _THREES[bits >> 45] + _THREES[bits >> 30 & 32767] + _THREES[bits >> 15 & 32767] + _THREES[bits & 32767]


def new_refs(count: int) -> list[str]:
    """So many fresh references at once."""
    drawn = struct.unpack(f">{count}Q", _chance.randbytes(8 * count))
    return [
        _THREES[bits >> 49] + _THREES[bits >> 34 & 32767] + _THREES[bits >> 19 & 32767] + _THREES[bits >> 4 & 32767]
        for bits in drawn
    ]


def new_salt() -> str:
    """A fresh salt of 32 bytes, in hex: what a commitment in the public log is mixed with."""
    return _chance.randbytes(32).hex()


@contextlib.contextmanager
def transaction() -> Iterator[None]:
    """One deed: everything in it is committed, or nothing is.

    A read that went before is let go first, so that the deed sees what is true now and, on SQLite, holds the write lock
    from its first statement. Inside another transaction it simply takes part in that one.
    """
    session = db.session()
    if session.info.get("deed"):
        yield
        return
    session.rollback()
    session.info["deed"] = True
    try:
        session.connection(execution_options={"writing": True})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("deed", None)


def engine_name() -> str:
    """`sqlite` or `postgresql`."""
    return db.session().get_bind().dialect.name
