"""Public files and their rows: written in one piece, and stated as a fact whenever their bytes are others."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from flask import current_app
from sqlalchemy import select

from app.db import db
from app.domain.open_data import LATEST
from app.models import Dataset
from app.services import facts
from app.services.public_log import files, signing

FOLDER: Final = "open-data"
"""The folder below the public files, and the address."""
_PIECE: Final = 1024 * 1024


class Damaged(Exception):
    """A file is not there, or does not hold what was written: its part is written anew."""

    def __init__(self, part: str) -> None:
        """The folder it stands in."""
        super().__init__(f"a public file of {part} is not as it was written")
        self.part = part


class Draft:
    """A file on its way: written in pieces, shown in one. What is not kept leaves nothing behind."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._target = path_of(path)
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._draft = self._target.with_name(f".{self._target.name}-{secrets.token_hex(8)}")
        self._handle = self._draft.open("xb")
        self._digest = hashlib.sha256()
        self._bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._handle.close()
        self._draft.unlink(missing_ok=True)

    def write(self, piece: bytes) -> int:
        """The next piece."""
        self._digest.update(piece)
        self._bytes += len(piece)
        return self._handle.write(piece)

    def flush(self) -> None:
        """What was written reaches the system."""
        self._handle.flush()

    def keep(self, rows: int, *, at: dt.datetime, ends_on: dt.date | None = None, made_of: str = "") -> bool:
        """Show it, and write down what it holds; whether its bytes are others than before. Part of a transaction."""
        self._handle.flush()
        os.fsync(self._handle.fileno())
        self._handle.close()
        self._draft.replace(self._target)
        return _record(self.path, self._digest.hexdigest(), self._bytes, rows, at=at, ends_on=ends_on, made_of=made_of)


def put(  # noqa: PLR0913 -- as `Draft.keep`
    path: str, data: bytes, rows: int, *, at: dt.datetime, ends_on: dt.date | None = None, made_of: str = ""
) -> bool:
    """Write a small file where it is another one than before; whether it is. Part of a transaction."""
    sha256, known = hashlib.sha256(data).hexdigest(), db.session.get(Dataset, path)
    if known is None or known.sha256 != sha256 or not _holds(known, data):
        files.write(f"{FOLDER}/{path}", data)
    return _record(path, sha256, len(data), rows, at=at, ends_on=ends_on, made_of=made_of)


def put_anew(path: str, data: bytes, *, at: dt.datetime) -> bool:
    """`put` a file of no table only if something in it has changed, which is read first; whether it has."""
    known = db.session.get(Dataset, path)
    if known is not None and known.sha256 == hashlib.sha256(data).hexdigest() and _holds(known, data):
        return False
    return put(path, data, 0, at=at)


def is_there(known: Dataset) -> bool:
    """Whether the file lies there with as many bytes as were written."""
    path = path_of(known.path)
    return path.is_file() and path.stat().st_size == known.bytes


def _holds(known: Dataset, data: bytes) -> bool:
    """Whether the file, a small one, still is what was written: disks forget, and people put things right by hand."""
    return is_there(known) and path_of(known.path).read_bytes() == data


def pieces_of(known: Dataset) -> Iterator[bytes]:
    """What a file holds, piece by piece. `Damaged` at the end when that is not what was written."""
    digest = hashlib.sha256()
    try:
        with path_of(known.path).open("rb") as handle:
            while piece := handle.read(_PIECE):
                digest.update(piece)
                yield piece
    except FileNotFoundError:
        raise Damaged(known.part) from None
    if digest.hexdigest() != known.sha256:
        raise Damaged(known.part)


def path_of(path: str) -> Path:
    """Where a file of open data lies."""
    return files.path_of(f"{FOLDER}/{path}")


def home() -> str:
    """The address of this site, for what is read elsewhere; a demonstration without one is called by its log."""
    return str(current_app.config["ORIGIN"]) or f"https://{signing.origin().rpartition('/')[0]}"


def in_part(part: str) -> list[Dataset]:
    """The files of a folder that are there, by path."""
    wanted = select(Dataset).where(Dataset.part == part, Dataset.sha256 != "").order_by(Dataset.path)
    return sorted(db.session.scalars(wanted), key=lambda one: one.path)


@contextlib.contextmanager
def alone() -> Iterator[bool]:
    """One process at a time writes open data; False for whoever finds another at it. A killed one lets go."""
    folder = files.root() / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(handle)


def _record(  # noqa: PLR0913 -- see above
    path: str, sha256: str, size: int, rows: int, *, at: dt.datetime, ends_on: dt.date | None, made_of: str
) -> bool:
    part, _, name = path.rpartition("/") if path.count("/") < 2 else path.partition("/")  # noqa: PLR2004 -- latest/rules/…
    known = db.session.get(Dataset, path)
    if known is not None and known.sha256 == sha256:
        known.ends_on, known.made_of = ends_on, made_of
        return False
    stated = {"bytes": size} if ends_on is None else {}  # the length of a few words that end is half of the words
    fact_id = _state(path, part, sha256, stated, rows, at=at) if part else None
    if known is None:
        known = Dataset(path=path, part=part, name=name)
        db.session.add(known)
    known.sha256, known.bytes, known.rows, known.at = sha256, size, rows, at
    known.fact_id, known.ends_on, known.made_of = fact_id, ends_on, made_of
    db.session.flush()
    return True


def _state(path: str, part: str, sha256: str, size: dict[str, int], rows: int, *, at: dt.datetime) -> int:  # noqa: PLR0913 -- see above
    period = "" if part == LATEST or not part[-1].isdigit() else part
    fact = facts.state("dataset", path, at=at, period=period, sha256=sha256, rows=rows, **size)
    db.session.flush()
    return fact.id
