"""Tiles lie where the specification says, as wide as it says, and no others exist."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import merkle, tiles
from app.domain.tiles import ENTRIES, EntryTooLong, NoSuchTile, Tile


def test_numbers_stand_in_groups_of_three() -> None:
    assert Tile(0, 1234067).path() == "tile/0/x001/x234/067"
    assert Tile(0, 273, 112).path() == "tile/0/273.p/112"
    assert Tile(ENTRIES, 5, 1).path() == "tile/entries/005.p/1"


def test_a_log_of_seventy_thousand_has_these_tiles() -> None:
    found = {(tile.level, tile.number): tile.width for tile in tiles.tiles_at(70_000)}
    assert found == {
        **{(0, number): 256 for number in range(273)},
        (0, 273): 112,
        (1, 0): 256,
        (1, 1): 17,
        (2, 0): 1,
    }
    assert list(tiles.bundles_at(70_000))[-1] == Tile(ENTRIES, 273, 112)
    assert list(tiles.tiles_at(0)) == []
    assert [tile.path() for tile in tiles.tiles_at(256)] == ["tile/0/000", "tile/1/000.p/1"]


@given(st.integers(-1, 63), st.integers(0, 10**12), st.integers(1, 256))
def test_a_path_is_read_back(level: int, number: int, width: int) -> None:
    tile = Tile(level, number, width)
    assert tiles.parse(tile.path()) == tile


@pytest.mark.parametrize(
    "path",
    [
        "", "tile/0/1", "tile/0/0001", "tile/0/x000/001", "tile/00/001", "tile/64/000", "tile/0/x01/001",
        "tile/0/001.p/0", "tile/0/001.p/256", "tile/0/001.p/257", "tile/0/001.p/01", "tile/0/001.p/", "tile/-1/000",
        "tile/0/../000",
        "tile/0/001/", "tile/0/١٢٣", "tile/entries/x1/000", "tile/0/x001", "checkpoint", "tile/0/000\n",
    ],
)  # fmt: skip
def test_any_other_path_names_no_tile(path: str) -> None:
    with pytest.raises(NoSuchTile):
        tiles.parse(path)


@pytest.mark.parametrize(
    "tile", [Tile(0, 274, 1), Tile(0, 273, 113), Tile(0, 273), Tile(1, 1, 18), Tile(2, 0, 2), Tile(3, 0, 1)]
)
def test_what_lies_beyond_the_log_does_not_exist(tile: Tile) -> None:
    with pytest.raises(NoSuchTile, match="70000 entries"):
        tiles.stands(70_000, tile)


@given(st.integers(0, 200_000), st.integers(0, 200_000))
def test_what_has_grown_between_two_sizes_is_what_differs_between_them(one: int, other: int) -> None:
    old, new = sorted((one, other))
    before = {(tile.level, tile.number): tile for tile in tiles.tiles_at(old)}
    after = {(tile.level, tile.number): tile for tile in tiles.tiles_at(new)}
    differing = {tile for place, tile in after.items() if before.get(place) != tile}
    assert set(tiles.grown(old, new)) == differing
    for tile in differing:
        tiles.stands(new, tile)
        with pytest.raises(NoSuchTile):
            tiles.stands(old, tile)


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_a_bundle_is_taken_apart_as_it_was_made(entries: list[bytes]) -> None:
    file = tiles.bundle(entries)
    assert tiles.unbundled(file) == entries
    if file:
        with pytest.raises(NoSuchTile, match="cut off"):
            tiles.unbundled(file + b"\0")
        with pytest.raises(NoSuchTile, match="cut off"):
            tiles.unbundled(file + b"\0\5abc")


def test_an_entry_is_at_most_as_long_as_two_bytes_can_say() -> None:
    assert tiles.unbundled(tiles.bundle([b"x" * 65_535])) == [b"x" * 65_535]
    with pytest.raises(EntryTooLong, match="65536"):
        tiles.bundle([b"x" * 65_536])


@given(st.integers(1, 3000), st.data())
def test_proofs_are_read_from_tiles(size: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(number.to_bytes(4)) for number in range(size)]
    kept = {}
    for tile in tiles.tiles_at(size):
        span = 256**tile.level
        begin = tile.number * 256 * span
        hashes = [tiles.folded(leaves[at : at + span]) for at in range(begin, begin + tile.width * span, span)]
        kept[tile.level, tile.number] = b"".join(hashes)
    read = tiles.reader(lambda level, number: kept[level, number])
    frontier = merkle.Frontier()
    frontier.extend(leaves)
    assert merkle.root(size, read) == frontier.root()
    index = data.draw(st.integers(0, size - 1))
    merkle.verify_inclusion(leaves[index], index, size, merkle.inclusion_proof(index, size, read), frontier.root())


def test_a_tile_that_ends_too_early_says_so() -> None:
    read = tiles.reader(lambda _level, _number: b"\0" * 64)
    assert len(read(1, 0)) == 32
    with pytest.raises(NoSuchTile, match="ends before"):
        read(2, 0)
