"""The file store: encrypted documents on a local disk or in S3, through one library (obstore).

Objects are written once under names drawn here; nothing a person typed ever becomes a name. The store holds bytes only:
what they are and whom they belong to is in the database.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import secrets
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

import obstore
from flask import current_app
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

_NAME: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")
_ARRIVING: Final = "arriving"
_ARRIVED: Final = re.compile(r"arriving/[0-9a-f]{32}")
_LOCAL_PART_BYTES: Final = 256 * 1024
_S3_PART_BYTES: Final = 5 * 1024 * 1024
"""S3 takes no smaller parts; a local disk does."""
_READ_BYTES: Final = 64 * 1024


class NotAnObjectName(ValueError):
    """The name is not one that this store drew."""


class ObjectExists(Exception):
    """An object is written once, and this name is taken."""


class ObjectMissing(Exception):
    """There is no such object."""


class NotKept(Exception):
    """The store could not do it: no room left on the disk, or a store elsewhere that does not answer."""


def new_name() -> str:
    """A fresh name: 128 random bits, in 256 folders."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name}"


def put(name: str, chunks: Iterable[bytes]) -> None:
    """Write an object once, in parts, never holding more than one part in memory (256 KiB locally, 5 MiB to S3).

    It appears under its name when it is complete, or not at all. Raises `ObjectExists` and leaves what is there,
    `NotKept` when the store could not, and `NotAnObjectName`; whatever `chunks` raises goes through.
    """
    _check(name)
    store = _store()
    arriving = f"{_ARRIVING}/{secrets.token_hex(16)}"
    broke: list[Exception] = []
    try:
        _write(store, arriving, _watched(chunks, broke))
    except (BaseError, OSError) as failed:
        if broke:
            raise
        raise NotKept(name) from failed
    try:
        obstore.rename(store, arriving, name, overwrite=False)
    except AlreadyExistsError as taken:
        obstore.delete(store, arriving)
        raise ObjectExists(name) from taken
    except (BaseError, OSError) as failed:
        raise NotKept(name) from failed


def _write(store: ObjectStore, path: str, chunks: Iterable[bytes]) -> None:
    """In parts. Into a folder Python writes them itself: handing each part to another thread took longer."""
    if not isinstance(store, LocalStore) or store.prefix is None:
        obstore.put(store, path, chunks, use_multipart=True, chunk_size=_S3_PART_BYTES, max_concurrency=1)
        return
    file = Path(store.prefix) / path
    file.parent.mkdir(exist_ok=True)
    try:
        with file.open("xb", buffering=_LOCAL_PART_BYTES) as writing:
            for piece in chunks:
                writing.write(piece)
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def _watched(chunks: Iterable[bytes], broke: list[Exception]) -> Iterator[bytes]:
    """The same chunks; an error of theirs is noted, so that it is told from one of the store."""
    try:
        yield from chunks
    except Exception as error:
        broke.append(error)
        raise


def get(name: str) -> Iterator[bytes]:
    """The bytes of an object, piece by piece. Raises `ObjectMissing` at once, before the first piece."""
    _check(name)
    try:
        found = obstore.get(_store(), name)
    except FileNotFoundError as missing:
        raise ObjectMissing(name) from missing
    return (bytes(piece) for piece in found.stream(min_chunk_size=_READ_BYTES))


def delete(name: str) -> None:
    """Remove an object; one that is not there is removed already."""
    _check(name)
    try:
        obstore.delete(_store(), name)
    except FileNotFoundError:
        return
    except (BaseError, OSError) as failed:
        raise NotKept(name) from failed


def everything(*, older_than: dt.datetime) -> Iterator[str]:
    """The names of all objects last written before an instant, and of what began to arrive before it and never did."""
    for page in obstore.list(_store()):
        yield from (found["path"] for found in page if found["last_modified"] < older_than)


def sweep_away(path: str) -> None:
    """Remove what `everything` named, whatever it is."""
    if not _NAME.fullmatch(path) and not _ARRIVED.fullmatch(path):
        raise NotAnObjectName(path)
    with contextlib.suppress(FileNotFoundError):
        obstore.delete(_store(), path)


def exists(name: str) -> bool:
    """Whether there is such an object."""
    _check(name)
    try:
        obstore.head(_store(), name)
    except FileNotFoundError:
        return False
    return True


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise NotAnObjectName(name)


def _store() -> ObjectStore:
    return _open(current_app.config["STORE"])


@lru_cache(maxsize=8)
def _open(address: str) -> ObjectStore:
    """The store at an address: a folder, `file:///folder`, or `s3://bucket/prefix` with its keys in AWS_* variables."""
    if address.startswith("s3://"):
        return S3Store.from_url(address, copy_if_not_exists="multipart")
    if "://" in address and not address.startswith("file://"):
        raise ValueError(f"JUNTAN_STORE is {address!r}; it must be a folder, file:///folder or s3://bucket/prefix")
    folder = Path(address.removeprefix("file://"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return LocalStore(folder)
