"""What is not told cannot be worked out: not from totals, not from two editions, and every fen stays."""

from __future__ import annotations

from itertools import product

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
    assert told.rest == 0 or told.rest >= 2 * K or not told.named


@pytest.mark.parametrize("names", ["ab", "abc", "abcd"])
def test_whoever_knows_the_rule_the_total_and_every_name_cannot_tell_a_hidden_cell(names: str) -> None:
    """Every table of so many cells: what is published alike may hold different numbers wherever a small one hides."""
    alike: dict[tuple[tuple[str, int], ...], list[dict[str, int]]] = {}
    for numbers in product(range(13), repeat=len(names)):
        cells = dict(zip(names, numbers, strict=True))
        told = suppress(cells)
        alike.setdefault((*told.named.items(), ("rest", told.rest)), []).append(cells)
    for published, tables in alike.items():
        rest = dict(published)["rest"]
        if not K <= rest < 13:  # beyond, the tables tried here are not all there are
            continue
        for name in set(names) - {told for told, _number in published}:
            values = {cells[name] for cells in tables}
            assert len(values) > 1 or not 0 < min(values) < K, (published, name)


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
    assert suppress({"a": 50, "b": 90, "c": 2}).named == {"b": 90}
    assert suppress({"a": 5, "b": 9, "c": 2}).named == {}, "the first one alone leaves too few"
    assert suppress({"a": 4, "b": 4, "c": 4, "d": 40, "e": 50}).named == {"e": 50}, "each would be four"
    assert release({"lung": 5, "liver": 1}) == frozenset(), "the one that is left would be known"
    assert release({"lung": 5, "liver": 3, UNTOLD: 2}) == {"lung"}
    with pytest.raises(ValueError, match="less than no times"):
        suppress({"a": -1})
