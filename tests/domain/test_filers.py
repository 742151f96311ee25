"""Who may make a claim, and in which capacity."""

from __future__ import annotations

import datetime as dt

import pytest

from app.domain.filers import capacities, hospital_key, may_file

TODAY, DIED = dt.date(2026, 11, 22), dt.date(2026, 11, 1)
CHILD, GROWN = dt.date(2015, 3, 4), dt.date(1990, 3, 4)


@pytest.mark.parametrize(
    ("relation", "born", "died_on", "by_report", "possible"),
    [
        ("self", GROWN, None, False, ("self",)),
        ("child", CHILD, None, False, ("guardian",)),
        ("child", dt.date(2008, 11, 22), None, False, ("guardian", "relative")),
        ("spouse", GROWN, None, False, ("guardian", "relative")),
        ("member", GROWN, None, False, ("guardian", "relative")),
        ("spouse", GROWN, DIED, False, ("relative",)),
        ("child", CHILD, DIED, False, ("relative",)),
        ("self", GROWN, DIED, True, ("relative",)),
        ("self", GROWN, None, True, ("relative",)),
    ],
)
def test_the_capacity_follows_from_what_is_known_and_is_asked_where_it_does_not(
    relation: str, born: dt.date, died_on: dt.date | None, possible: tuple[str, ...], *, by_report: bool
) -> None:
    assert capacities(relation, birth_on=born, died_on=died_on, by_report=by_report, on=TODAY) == possible


def test_owners_and_verified_relatives_file_and_nobody_files_after_the_own_death() -> None:
    assert may_file("self", died_on=None, is_owner=True, by_report=False)
    assert may_file("spouse", died_on=DIED, is_owner=True, by_report=False)
    assert may_file("self", died_on=DIED, is_owner=False, by_report=True)
    assert not may_file("self", died_on=DIED, is_owner=True, by_report=False)
    assert not may_file("self", died_on=None, is_owner=False, by_report=False)


def test_a_hospital_written_in_two_ways_is_one_hospital() -> None:
    assert hospital_key("浙江大学医学院 附属第一医院(庆春)") == hospital_key("浙江大学医学院附属第一医院（庆春）")
    assert hospital_key("Ｒen Ji  Hospital") == hospital_key("REN-JI hospital") != hospital_key("Hua Shan Hospital")
    assert hospital_key(" · ") == ""
