"""Refusals by clause: nobody is found by comparing what two periods tell."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.domain.claim_figures import K
from app.domain.refusal_groups import told

GROUPS = ("4", "5", "6")
PERIODS = st.lists(st.dictionaries(st.sampled_from(GROUPS), st.integers(-3, 9)), min_size=1, max_size=8)


def test_a_group_is_told_once_five_more_have_come():
    assert told({"5": 4}, {}, 4) == {"other": 4}
    first = told({"5": 7, "6": 5}, {}, 12)
    assert first == {"5": 7, "6": 5}
    assert told({"5": 8, "6": 5}, first, 13) == {"5": 7, "6": 5, "other": 1}
    assert told({"5": 12, "6": 10}, first, 22) == {"5": 12, "6": 10}


def test_what_waited_is_never_told_under_one_name_alone():
    one = told({"5": 1}, {}, 1)
    assert one == {"other": 1}
    assert told({"5": 5}, one, 5) == {"other": 5}, "else the first one would be known"
    assert told({"5": 12, "6": 5}, {"5": 7, "6": 5}, 17) == {"5": 7, "6": 5, "other": 5}
    assert told({"5": 12, "6": 5, "4": 5}, {"5": 7, "6": 5}, 22) == {"5": 12, "6": 5, "4": 5}


def test_where_the_others_are_few_the_smallest_group_that_would_be_told_waits():
    assert told({"5": 7, "6": 1}, {}, 8) == {"other": 8}
    assert told({"5": 9, "4": 6, "6": 2}, {}, 17) == {"5": 9, "other": 8}


def test_a_group_that_shrank_after_an_appeal_falls_by_five():
    assert told({"5": 6}, {"5": 7}, 6) == {"5": 2, "other": 4}
    assert told({}, {"5": 5}, 0) == {}


@given(PERIODS)
def test_every_period_adds_up_and_no_group_moves_by_less_than_five(steps: list[dict[str, int]]):
    true, last = Counter[str](), dict[str, int]()
    for step in steps:
        for group, change in step.items():
            true[group] = max(0, true[group] + change)
        refused = sum(true.values())
        now = told(true, last, refused)
        assert sum(now.values()) == refused
        assert all(number > 0 for number in now.values())
        for group in GROUPS:
            change = now.get(group, 0) - last.get(group, 0)
            assert change == 0 or abs(change) >= min(K, last.get(group, 0) or K), (group, last, now)
            assert now.get(group, 0) <= true[group]
        last = now
