"""Tiles of the public log: where its hashes and entries lie in files anybody can fetch (c2sp.org/tlog-tiles).

A tile of level l holds up to 256 hashes of complete subtrees of 256^l entries, so that a full tile's own root is one
hash of the level above. What lies beside level 0 are bundles: the entries themselves, 256 to a file. A tile that is not
full yet bears its width in its name; one without any hash does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from app.domain.merkle import HASH_BYTES, node_hash

WIDTH: Final = 256
HEIGHT: Final = 8
"""Levels of the tree that one tile holds: 2^8 is its width."""
ENTRIES: Final = -1
"""The level of bundles."""
LONGEST_ENTRY: Final = 65_535
"""Bytes of one entry: its length is written as two bytes."""

_HIGHEST_LEVEL: Final = 63
_LENGTH_BYTES: Final = 2
_PATH: Final = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<groups>(?:x[0-9]{3}/)*)(?P<last>[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


class NoSuchTile(Exception):
    """A path that names no tile, or a tile that a log of this size does not have."""


class EntryTooLong(Exception):
    """An entry of more than 65,535 bytes cannot be logged."""


class Tile(NamedTuple):
    """One file of hashes, or, at level `ENTRIES`, of entries."""

    level: int
    number: int
    width: int = WIDTH

    def path(self) -> str:
        """Where it lies below the log's address, e.g. tile/0/x001/x234/067 or tile/0/273.p/112."""
        head, last = divmod(self.number, 1000)
        text = f"{last:03d}"
        while head:
            head, group = divmod(head, 1000)
            text = f"x{group:03d}/{text}"
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"tile/{level}/{text}" + ("" if self.width == WIDTH else f".p/{self.width}")


class Place(NamedTuple):
    """Where the hash of a complete subtree comes from: so many hashes of one tile, from `first` on, folded."""

    level: int
    number: int
    first: int
    hashes: int


def parse(path: str) -> Tile:
    """The tile a path names; only the one spelling of it is read. NoSuchTile otherwise."""
    found = _PATH.fullmatch(path)
    if not found:
        raise NoSuchTile(f"{path[:100]!r} is not the path of a tile")
    level = ENTRIES if found["level"] == "entries" else int(found["level"])
    number = int(found["groups"].replace("x", "").replace("/", "") + found["last"])
    tile = Tile(level, number, int(found["width"] or WIDTH))
    if level > _HIGHEST_LEVEL or tile.width > WIDTH or tile.path() != path:
        raise NoSuchTile(f"{path[:100]!r} is not the path of a tile")
    return tile


def width_at(size: int, level: int, number: int) -> int:
    """How many hashes (or entries) a tile has in a log of `size` entries; 0: there is no such tile."""
    hashes = size >> HEIGHT * max(level, 0)
    return min(max(hashes - number * WIDTH, 0), WIDTH)


def stands(size: int, tile: Tile) -> None:
    """That a log of `size` entries has the tile with as many hashes as its name says, or NoSuchTile."""
    if not 0 < tile.width <= width_at(size, tile.level, tile.number):
        raise NoSuchTile(f"a log of {size} entries has no {tile.path()}")


def tiles_at(size: int) -> Iterator[Tile]:
    """Every tile of hashes of a log of `size` entries, level by level, each as wide as it is at that size."""
    return grown(0, size)


def bundles_at(size: int) -> Iterator[Tile]:
    """Every bundle of entries of a log of `size` entries."""
    return grown_bundles(0, size)


def grown(old_size: int, new_size: int) -> Iterator[Tile]:
    """The tiles of hashes that are new or wider in a log that has grown from one size to another."""
    level = 0
    while new_size >> HEIGHT * level:
        yield from _grown_at(level, old_size >> HEIGHT * level, new_size >> HEIGHT * level)
        level += 1


def grown_bundles(old_size: int, new_size: int) -> Iterator[Tile]:
    """The bundles that are new or wider in a log that has grown from one size to another."""
    return _grown_at(ENTRIES, old_size, new_size)


def place(level: int, index: int) -> Place:
    """Where the hash of the complete subtree of a level and index is found."""
    tile_level, inside = divmod(level, HEIGHT)
    number, first = divmod(index << inside, WIDTH)
    return Place(tile_level, number, first, 1 << inside)


def folded(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[at], level[at + 1]) for at in range(0, len(level), 2)]
    return level[0]


def reader(tile_of: Callable[[int, int], bytes]) -> Callable[[int, int], bytes]:
    """Hashes of complete subtrees read from tiles: `tile_of(level, number)` gives the bytes of a tile.

    NoSuchTile when a tile is narrower than what is asked of it.
    """

    def read(level: int, index: int) -> bytes:
        wanted = place(level, index)
        hashes = tile_of(wanted.level, wanted.number)
        begin, end = wanted.first * HASH_BYTES, (wanted.first + wanted.hashes) * HASH_BYTES
        if len(hashes) < end:
            raise NoSuchTile(f"{Tile(wanted.level, wanted.number).path()} ends before what is asked of it")
        return folded(cut(hashes[begin:end]))

    return read


def cut(hashes: bytes) -> list[bytes]:
    """The hashes of a tile, one by one."""
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def fits(entry: bytes) -> None:
    """That an entry can be logged, or EntryTooLong."""
    if len(entry) > LONGEST_ENTRY:
        raise EntryTooLong(f"an entry has {len(entry)} bytes; at most {LONGEST_ENTRY} can be logged")


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries as one file: the length of each as two bytes, then its bytes. EntryTooLong when one does not fit."""
    parts = []
    for entry in entries:
        fits(entry)
        parts += [len(entry).to_bytes(_LENGTH_BYTES), entry]
    return b"".join(parts)


def unbundled(file: bytes) -> list[bytes]:
    """The entries of a bundle. NoSuchTile when the file is cut off."""
    entries, at = [], 0
    while at < len(file):
        begin = at + _LENGTH_BYTES
        at = begin + int.from_bytes(file[at:begin])
        if at > len(file) or begin > len(file):
            raise NoSuchTile("the bundle of entries is cut off")
        entries.append(file[begin:at])
    return entries


def _grown_at(level: int, old_hashes: int, new_hashes: int) -> Iterator[Tile]:
    if old_hashes >= new_hashes:
        return
    for number in range(old_hashes // WIDTH, -(-new_hashes // WIDTH)):
        yield Tile(level, number, min(new_hashes - number * WIDTH, WIDTH))
