"""A bank's answer is judged line by line: what is new and right is booked, everything else says why."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import bank_answers
from app.domain.bank_answers import Answer, Judged, Transfer

DAY = dt.date(2026, 9, 15)
ONE, OTHER = "AAAAAAAAAAAA", "BBBBBBBBBBBB"
TRANSFERS = {ONE: Transfer(20_00, "released"), OTHER: Transfer(10_00, "released")}
PAID = Answer(2, ONE, 20_00, "paid", "B-1", DAY, "")


def judge(*answers: Answer, transfers: dict[str, Transfer] = TRANSFERS) -> list[Judged]:
    return bank_answers.judge(
        answers, transfers, elsewhere=frozenset({"CCCCCCCCCCCC"}), used={"OLD": "DDDDDDDDDDDD"}, today=DAY
    )


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "book"),
        ({"amount_fen": 20_01}, "amount"),
        ({"amount_fen": None}, "unreadable"),
        ({"bank_reference": ""}, "unreadable"),
        ({"day": None}, "unreadable"),
        ({"result": "maybe"}, "unreadable"),
        ({"day": DAY + dt.timedelta(days=1)}, "ahead"),
        ({"reference": "EEEEEEEEEEEE"}, "unknown"),
        ({"reference": "CCCCCCCCCCCC"}, "other_batch"),
        ({"bank_reference": "OLD"}, "reference_used"),
        ({"result": "failed", "bank_reference": ""}, "book"),
    ],
)
def test_each_line_says_what_becomes_of_it(changed: dict[str, object], verdict: str) -> None:
    assert judge(replace(PAID, **changed))[0].verdict == verdict  # type: ignore[arg-type]


def test_a_bank_reference_belongs_to_one_transfer_also_within_a_file() -> None:
    other = replace(PAID, reference=OTHER, amount_fen=10_00)
    assert [one.verdict for one in judge(PAID, other)] == ["book", "reference_used"]


def test_what_came_back_had_arrived_and_then_nothing_more_becomes_of_it() -> None:
    returned = replace(PAID, result="returned")
    assert [one.verdict for one in judge(returned, PAID, returned)] == ["book", "booked", "booked"]
    assert [one.verdict for one in judge(PAID, returned, replace(PAID, result="failed"))] == ["book", "book", "moved"]


def test_a_transfer_that_somebody_else_moved_is_left_alone() -> None:
    for state in ("returned", "failed", "over"):
        assert judge(PAID, transfers={ONE: Transfer(20_00, state)})[0].verdict == "moved"


ANSWERS = st.lists(
    st.builds(
        Answer, st.just(2), st.sampled_from([*TRANSFERS, "CCCCCCCCCCCC", "X"]), st.sampled_from([20_00, 10_00, None]),
        st.sampled_from([*bank_answers.RESULTS, "?"]), st.sampled_from(["B-1", "B-2", "OLD", ""]),
        st.sampled_from([DAY, None, DAY + dt.timedelta(days=1)]), st.just(""),
    ),
    max_size=12,
)  # fmt: skip


@given(ANSWERS)
def test_no_transfer_is_booked_beyond_arriving_once_and_coming_back_once(answers: list[Answer]) -> None:
    booked: dict[str, list[str]] = {}
    owner: dict[str, str] = {}
    for one in judge(*answers):
        if one.verdict == "book":
            booked.setdefault(one.answer.reference, []).append(one.answer.result)
            if one.answer.bank_reference:
                assert owner.setdefault(one.answer.bank_reference, one.answer.reference) == one.answer.reference
    for results in booked.values():
        assert results in (["paid"], ["failed"], ["returned"], ["paid", "returned"])
