"""What is not told cannot be worked out: not from totals, not from two editions, and every fen stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.suppression import UNTOLD, K, release, suppress

TABLES = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 12))
EDITIONS = st.lists(st.dictionaries(st.sampled_from(["a", "b", "c", UNTOLD]), st.integers(0, 4)), max_size=12)


@given(TABLES)
def test_named_cells_and_the_rest_are_the_whole_and_no_block_is_small(cells: dict[str, int]) -> None:
    told = suppress(cells)
    assert sum(told.named.values()) + told.rest == sum(cells.values())
    assert all(cells[name] == number >= K for name, number in told.named.items())
    assert told.rest == 0 or told.rest >= K or not told.named


@given(TABLES)
def test_a_cell_that_is_not_named_may_as_well_hold_something_else(cells: dict[str, int]) -> None:
    """Another table, with another number in that cell, is published exactly alike: nobody can tell which is true."""
    told = suppress(cells)
    hidden = [name for name, number in cells.items() if number and name not in told.named]
    for name in hidden:
        moves = [(name, other) for other in (*hidden, "z") if other != name] + [(o, name) for o in hidden if o != name]
        others = [
            {**cells, source: cells[source] - 1, target: cells.get(target, 0) + 1}
            for source, target in moves
            if cells.get(source)
        ]
        assert any(suppress(one) == told for one in others), f"{name} can only hold {cells[name]}"


@given(EDITIONS)
def test_two_editions_differ_by_blocks_and_everything_stays_counted(editions: list[dict[str, int]]) -> None:
    waiting: dict[str, int] = {}
    named: dict[str, int] = {}
    total = 0
    for new in editions:
        for value, number in new.items():
            waiting[value] = waiting.get(value, 0) + number
        total += sum(new.values())
        told = release(waiting)
        blocks = {value: waiting.pop(value) for value in told}
        for value, number in blocks.items():
            assert number >= K
            assert value != UNTOLD
            named[value] = named.get(value, 0) + number
        rest = sum(waiting.values())
        assert not blocks or rest == 0 or rest >= K
        assert rest or len(blocks) != 1, "each of them would be known by the one name"
        assert sum(named.values()) + rest == total


def test_known_tables() -> None:
    assert suppress({"a": 9, "b": 5, "c": 2}) == suppress({"a": 9, "b": 4, "c": 3})
    assert suppress({"a": 9, "b": 5, "c": 2}).named == {"a": 9}
    assert suppress({"a": 9, "b": 5, "c": 2}).rest == 7
    assert release({"lung": 5, "liver": 1}) == frozenset(), "the one that is left would be known"
    assert release({"lung": 5, "liver": 3, UNTOLD: 2}) == {"lung"}
    with pytest.raises(ValueError, match="less than no times"):
        suppress({"a": -1})
