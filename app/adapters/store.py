"""The file store: encrypted documents on a local disk or in S3, through one library (obstore).

Objects are written once under names drawn here; nothing a person typed ever becomes a name. The store holds bytes only:
what they are and whom they belong to is in the database.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

import obstore
from flask import current_app
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore, S3Store

_NAME: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")
_ARRIVING: Final = "arriving"
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


def new_name() -> str:
    """A fresh name: 128 random bits, in 256 folders."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name}"


def put(name: str, chunks: Iterable[bytes]) -> None:
    """Write an object once, in parts, never holding more than one part in memory (256 KiB locally, 5 MiB to S3).

    It appears under its name when it is complete, or not at all. Raises `ObjectExists` and leaves what is there, and
    `NotAnObjectName`; whatever `chunks` raises goes through.
    """
    _check(name)
    store = _store()
    arriving = f"{_ARRIVING}/{secrets.token_hex(16)}"
    part = _S3_PART_BYTES if isinstance(store, S3Store) else _LOCAL_PART_BYTES
    obstore.put(store, arriving, iter(chunks), use_multipart=True, chunk_size=part, max_concurrency=1)
    try:
        obstore.rename(store, arriving, name, overwrite=False)
    except AlreadyExistsError as taken:
        obstore.delete(store, arriving)
        raise ObjectExists(name) from taken


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
