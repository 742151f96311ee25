"""What may still be changed of a public case, and how coarsely it is shown."""

from __future__ import annotations

import datetime as dt

import pytest

from app.domain.masking import ALL, NOTHING_LEFT, Alike, Attributes, Shown, shown_at_level, shown_at_step, step_of
from app.domain.publication import CannotBeOpener, check_change, last_day_of_detail

LUNG = Attributes("31-40", "33", "lung")


@pytest.mark.parametrize(("before", "after"), [(0, 1), (1, 3), (1, 2), (3, 2), (0, 2)])
def test_a_public_case_is_never_shown_more_openly(before: int, after: int) -> None:
    check_change(before, after, published=False)
    check_change(after, before, published=True)
    with pytest.raises(CannotBeOpener):
        check_change(before, after, published=True)


def test_what_was_previewed_is_never_refined() -> None:
    alike = Alike([LUNG] * 9)
    assert shown_at_level(1, LUNG, alike) == Shown("31-40", "33", "lung")
    assert shown_at_level(1, LUNG, alike, least=3) == Shown("31-40", "country", ALL)
    assert shown_at_level(1, LUNG, Alike([LUNG]), least=1) == Shown(ALL, "country", ALL)


def test_a_step_is_known_by_what_it_shows() -> None:
    assert [step_of(shown_at_step(step, LUNG)) for step in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="nothing is shown"):
        step_of(NOTHING_LEFT)


def test_details_are_shown_for_ninety_days() -> None:
    assert last_day_of_detail(dt.date(2026, 9, 7)) == dt.date(2026, 12, 6)
