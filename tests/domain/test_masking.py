"""What may be seen of people, and how few are never singled out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.event_groups import EVENT_GROUPS, event_group, groups_for
from app.domain.masking import (
    AGE_BANDS,
    ALL,
    NOTHING_SHOWN,
    WITHHELD,
    Alike,
    Attributes,
    Shown,
    age_band,
    bank_account_masked,
    coarsen,
    document_masked,
    email_masked,
    family_name_masked,
    shown_at_level,
)
from app.domain.places import COUNTRY, PROVINCES, REGIONS, place_name, province, region_of

SHANGHAI = Attributes("31-40", "31", "lung")
CASES = st.builds(
    Attributes,
    st.sampled_from(AGE_BANDS[2:4]),
    st.sampled_from(["31", "32", "44"]),
    st.sampled_from(["lung", "breast"]),
)


def alike(case: Attributes, shown: Shown) -> bool:
    """Whether a case, by what is true of it, could be the one that is shown."""
    return (
        shown.age_band in (case.age_band, ALL)
        and shown.place in (case.province, region_of(case.province), COUNTRY)
        and shown.disease_group in (case.disease_group, ALL)
    )


def coarseness(shown: Shown) -> int:
    """How many steps of coarsening were taken."""
    place = 0 if len(shown.place) == 2 else 1 if shown.place in REGIONS else 2
    return place + (shown.disease_group == ALL) + (shown.age_band == ALL)


# --- names and numbers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王**"),
        ("王", "王**"),
        ("欧阳娜娜", "欧阳**"),
        ("司馬相如", "司馬**"),
        ("欧阳", "欧**"),
        ("买买提·吐尔逊", "买**"),
        ("Anna Schmidt", "A**"),
        ("  李 四 ", "李**"),
        ("𠮷田", "𠮷**"),
        ("", ""),
    ],
)
def test_of_a_name_only_the_family_name_is_left(name: str, masked: str) -> None:
    assert family_name_masked(name) == masked


@given(st.text(min_size=2, alphabet=st.characters(categories=["L"])))
def test_a_whole_name_is_never_seen(name: str) -> None:
    assert name not in family_name_masked(name)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("11010519491231002X", "110***********002X"),
        ("E12345678", "E1****678"),
        ("AB1234", "A****4"),
        ("1234", "****"),
        ("", ""),
    ],
)
def test_a_document_shows_its_first_three_and_last_four(number: str, masked: str) -> None:
    assert document_masked(number) == masked


@given(st.text(alphabet="0123456789X", max_size=30))
def test_at_least_four_characters_of_a_document_stay_hidden(number: str) -> None:
    masked = document_masked(number)
    assert len(masked) == len(number)
    assert masked.count("*") >= min(4, len(number))
    assert len(number) < 11 or (masked[:3], masked[-4:]) == (number[:3], number[-4:])


def test_an_address_keeps_its_first_letter_and_domain() -> None:
    assert email_masked("anna.lee@example.org") == "a***@example.org"
    assert email_masked("a@example.org") == "a***@example.org"
    assert email_masked("@example.org") == "***"
    assert email_masked("nobody") == "***"


def test_a_bank_account_keeps_four_digits() -> None:
    assert bank_account_masked("6222 0212 3456 7890 123") == "****0123"
    assert bank_account_masked("12345678") == "****5678"
    assert bank_account_masked("1234567") == "****"


# --- groups ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "0-6"), (6, "0-6"), (7, "7-17"), (17, "7-17"), (18, "18-30"), (31, "31-40"), (50, "41-50"), (51, "51-65"),
     (65, "51-65"), (66, "66+"), (120, "66+")],
)  # fmt: skip
def test_age_bands_meet_without_holes(age: int, band: str) -> None:
    assert age_band(age) == band
    assert band in AGE_BANDS


def test_nobody_is_younger_than_nothing() -> None:
    with pytest.raises(ValueError, match="-1"):
        age_band(-1)


def test_five_alike_are_shown_as_they_are_and_this_case_is_one_of_them() -> None:
    assert coarsen(SHANGHAI, [SHANGHAI] * 4) == Shown("31-40", "31", "lung")
    assert coarsen(SHANGHAI, [SHANGHAI] * 3) == Shown(ALL, COUNTRY, ALL)


def test_the_steps_are_region_then_country_then_every_illness_then_every_age() -> None:
    jiangsu, guangdong = Attributes("31-40", "32", "lung"), Attributes("31-40", "44", "lung")
    breast, older = Attributes("31-40", "44", "breast"), Attributes("41-50", "31", "lung")
    assert coarsen(SHANGHAI, [jiangsu] * 4) == Shown("31-40", "east", "lung")
    assert coarsen(SHANGHAI, [jiangsu] * 3 + [guangdong]) == Shown("31-40", COUNTRY, "lung")
    assert coarsen(SHANGHAI, [jiangsu] * 3 + [breast]) == Shown("31-40", COUNTRY, ALL)
    assert coarsen(SHANGHAI, [older] * 50) == Shown(ALL, COUNTRY, ALL)


def test_without_consent_only_plan_amount_and_date_are_left() -> None:
    assert shown_at_level(0, SHANGHAI, Alike([SHANGHAI] * 9)) == NOTHING_SHOWN == Shown(WITHHELD, WITHHELD, WITHHELD)
    for level in (1, 2, 3):
        assert shown_at_level(level, SHANGHAI, Alike([SHANGHAI] * 9)).place == "31"


@given(CASES, st.lists(CASES, max_size=30), st.integers(1, 8))
def test_a_shown_group_holds_at_least_k_cases_or_says_nothing(
    true: Attributes, others: list[Attributes], k: int
) -> None:
    shown = coarsen(true, others, k)
    assert alike(true, shown)
    assert sum(alike(case, shown) for case in [true, *others]) >= k or shown == Shown(ALL, COUNTRY, ALL)


@given(CASES, st.lists(CASES, max_size=30), CASES)
def test_one_more_case_never_makes_another_coarser(
    true: Attributes, others: list[Attributes], more: Attributes
) -> None:
    assert coarseness(coarsen(true, [*others, more])) <= coarseness(coarsen(true, others))


@given(CASES, st.lists(CASES, max_size=30), st.integers(1, 8))
def test_no_finer_way_of_showing_it_would_have_been_allowed(true: Attributes, others: list[Attributes], k: int) -> None:
    shown = coarsen(true, others, k)
    finer = [
        Shown(true.age_band, true.province, true.disease_group),
        Shown(true.age_band, region_of(true.province), true.disease_group),
        Shown(true.age_band, COUNTRY, true.disease_group),
        Shown(true.age_band, COUNTRY, ALL),
    ][: coarseness(shown)]
    assert all(sum(alike(case, step) for case in [true, *others]) < k for step in finer)


# --- places and groups of events --------------------------------------------------------------------------------------


def test_there_are_34_provinces_in_eight_regions_each_with_a_name() -> None:
    assert len({each.code for each in PROVINCES}) == len({each.name.zh for each in PROVINCES}) == 34
    assert {each.region for each in PROVINCES} == set(REGIONS)
    assert (place_name("31").zh, place_name("east").zh, place_name(COUNTRY).zh) == ("上海市", "华东", "全国")
    assert province("44").region == "south"
    for unknown in ("99", "", WITHHELD):
        with pytest.raises(KeyError):
            place_name(unknown)


def test_groups_of_events_belong_to_illness_or_accident() -> None:
    assert len({group.key for group in EVENT_GROUPS}) == len(EVENT_GROUPS)
    assert set(groups_for("illness")) | set(groups_for("accident")) == set(EVENT_GROUPS)
    assert event_group("leukaemia").name.zh == "白血病"
    assert event_group("traffic") in groups_for("accident")
    assert {ALL, WITHHELD}.isdisjoint(group.key for group in EVENT_GROUPS)
