"""Public files: what anybody can fetch without asking a database. Written after the commit, so they lag and never lead.

Each file appears in one piece or not at all. Tiles and entries come first, the checkpoint last: whoever reads the
checkpoint finds everything it speaks of. What a killed process left undone is done by the next run, which begins at the
checkpoint that lies there.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from flask import current_app

from app.db import db
from app.domain import checkpoints, notes, tiles
from app.domain.checkpoints import CheckpointNotReadable
from app.domain.merkle import HASH_BYTES
from app.domain.notes import Note, NoteNotReadable
from app.domain.tiles import ENTRIES, WIDTH, Tile
from app.models import Checkpoint
from app.services.public_log import growing, reading, signing

LOG: Final = "log"
CHECKPOINT: Final = f"{LOG}/checkpoint"
VKEY: Final = f"{LOG}/vkey"


class NotBelow(ValueError):
    """A path that would leave the folder of public files."""


class LogIsOlder(Exception):
    """The checkpoint that lies there was signed with a key of this log, and this database does not lead to it."""

    def __init__(self, there: int, here: int) -> None:
        """How many entries it speaks of, and how many the database has."""
        super().__init__(
            f"The public files hold a signed checkpoint of {there} entries, and this database, with {here}, does not "
            "lead to it: it is an older copy. Going on would tell two histories under one name. Restore the database "
            "up to its last transaction (docs/public-log.md)."
        )


def root() -> Path:
    """The folder of public files (`JUNTAN_PUBLIC`)."""
    return Path(current_app.config["PUBLIC"])


def path_of(below: str) -> Path:
    """Where a file lies, by its path below the folder. NotBelow for a path that leads elsewhere."""
    parts = PurePosixPath(below)
    if not below or parts.is_absolute() or "\0" in below or str(parts) != below or ".." in parts.parts:
        raise NotBelow(f"{below[:100]!r} is not a path below the public files")
    return root() / below


def write(below: str, data: bytes) -> None:
    """Write one file in one piece: whoever reads finds the old one or the new one, also after a power cut."""
    target = path_of(below)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}-{secrets.token_hex(8)}")
    try:
        with draft.open("xb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def remove(below: str) -> None:
    """Take one file away; one that is not there is away already."""
    path_of(below).unlink(missing_ok=True)


def refuse_older_log() -> None:
    """LogIsOlder when this database does not lead to what was signed in its name and lies there for everybody."""
    there = _there()
    if there is None:
        return
    note, found = there
    kept = reading.checkpoint(found.size)
    keys = (notes.parse_vkey(vkey) for vkey in signing.verifier_keys())
    if (kept is None or kept.root != found.root) and any(signing.is_signed(note, key) for key in keys):
        raise LogIsOlder(found.size, reading.size())


def publish() -> int:
    """Write what lags behind the latest checkpoint; returns how many files were written. 0: nothing does.

    LogIsOlder when a later checkpoint of this log lies there already.
    """
    signed = reading.latest()
    if signed is None or _is_there(signed):
        return 0
    with _alone():
        db.session.rollback()  # what was read before another process had done its writing is let go
        refuse_older_log()
        signed = reading.latest()
        return _publish(signed) if signed is not None else 0


def bytes_of(tile: Tile) -> bytes:
    """What a tile or bundle of this width holds, from the database."""
    if tile.level == ENTRIES:
        return tiles.bundle(reading.bodies(tile.number * WIDTH, tile.width))
    return growing.hashes_of(tile.level, tile.number)[: tile.width * HASH_BYTES]


def _publish(signed: Checkpoint) -> int:
    """The tiles and entries that are new since the checkpoint that lies there, then the checkpoint."""
    since = _size_there()
    if since > signed.size:
        return 0  # another process has written a later one meanwhile
    written = 0
    for tile in (*tiles.grown(since, signed.size), *tiles.grown_bundles(since, signed.size)):
        write(f"{LOG}/{tile.path()}", bytes_of(tile))
        written += 1
    write(VKEY, "".join(f"{vkey}\n" for vkey in signing.verifier_keys()).encode())
    write(CHECKPOINT, signed.note.encode())
    for tile in (*tiles.grown(since, signed.size), *tiles.grown_bundles(since, signed.size)):
        _forget_narrower(tile)
    return written + 2


def _forget_narrower(tile: Tile) -> None:
    """A wider tile says all that a narrower one said, and the database still answers for that one."""
    whole = path_of(f"{LOG}/{Tile(tile.level, tile.number).path()}")
    folder = whole.with_name(f"{whole.name}.p")
    if not folder.is_dir():
        return
    for file in folder.iterdir():
        if tile.width == WIDTH or file.name != str(tile.width):
            file.unlink(missing_ok=True)
    if tile.width == WIDTH:
        with contextlib.suppress(OSError):
            folder.rmdir()


def _is_there(signed: Checkpoint) -> bool:
    path = path_of(CHECKPOINT)
    return path.is_file() and path.read_bytes() == signed.note.encode()


def _size_there() -> int:
    """How many entries the checkpoint speaks of that lies there; 0 when it is none of this log."""
    there = _there()
    kept = reading.checkpoint(there[1].size) if there else None
    return there[1].size if there and kept is not None and kept.root == there[1].root else 0


def _there() -> tuple[Note, checkpoints.Checkpoint] | None:
    """The checkpoint that lies there, if it is in the name of this log; whether it is signed is not asked."""
    try:
        note = notes.parse(path_of(CHECKPOINT).read_text(encoding="utf-8"))
        found = checkpoints.parse(note.text)
    except (OSError, UnicodeDecodeError, NoteNotReadable, CheckpointNotReadable):
        return None
    return (note, found) if found.origin == signing.origin() else None


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One process writes at a time; another waits."""
    root().mkdir(parents=True, exist_ok=True)
    folder = os.open(root(), os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
