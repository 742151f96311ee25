"""The tiles of the log as it grows: only the right edge of each level is read and written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import insert, select, tuple_, update

from app.db import db
from app.domain import merkle, tiles
from app.domain.merkle import HASH_BYTES
from app.domain.tiles import HEIGHT, WIDTH
from app.models import LogTile

_FULL = WIDTH * HASH_BYTES


def grow(size: int, leaves: Sequence[bytes]) -> bytes:
    """Add the hashes of entries to the tiles of a log that has `size` so far; returns the new root."""
    edge: dict[int, bytes] = {}
    level, begin, hashes = 0, size, leaves
    while hashes:
        hashes = _grow_level(level, begin, hashes, edge)
        level, begin = level + 1, begin >> HEIGHT
    return root_at(size + len(leaves), edge)


def root_at(size: int, edge: dict[int, bytes] | None = None) -> bytes:
    """The root of the first `size` entries, from the tiles; `edge` holds the last tile of levels known already."""
    known = edge or {}

    def tile_of(level: int, number: int) -> bytes:
        return known[level] if level in known else hashes_of(level, number)

    return merkle.root(size, tiles.reader(tile_of))


def hashes_of(level: int, number: int) -> bytes:
    """The hashes of a tile as they are now; none when there is no such tile."""
    return db.session.scalar(select(LogTile.hashes).where(LogTile.level == level, LogTile.number == number)) or b""


def several(places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """The hashes of several tiles by level and number, in one question; those there are."""
    wanted = tuple_(LogTile.level, LogTile.number).in_(sorted(places))
    found = db.session.execute(select(LogTile.level, LogTile.number, LogTile.hashes).where(wanted))
    return {(level, number): hashes for level, number, hashes in found}


def _grow_level(level: int, begin: int, hashes: Sequence[bytes], edge: dict[int, bytes]) -> list[bytes]:
    """Write one level; returns the roots of the tiles that are full now, and leaves the last tile in `edge`."""
    number, inside = divmod(begin, WIDTH)
    kept = hashes_of(level, number) if inside else b""
    if len(kept) != inside * HASH_BYTES:
        raise LookupError(f"tile {level}/{number} does not end where the log ends")
    whole = kept + b"".join(hashes)
    pieces = [whole[at : at + _FULL] for at in range(0, len(whole), _FULL)]
    if kept:
        wider = update(LogTile).where(LogTile.level == level, LogTile.number == number)
        db.session.execute(wider.values(hashes=pieces[0]).execution_options(synchronize_session=False))
    fresh = [
        {"level": level, "number": number + step, "hashes": piece}
        for step, piece in enumerate(pieces)
        if step or not kept
    ]
    if fresh:
        db.session.execute(insert(LogTile), fresh)
    edge[level] = pieces[-1]
    return [tiles.folded(tiles.cut(piece)) for piece in pieces if len(piece) == _FULL]
