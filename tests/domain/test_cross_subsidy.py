"""What bands paid and received adds up to the fen; incidence is an exact fraction of what was counted."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cross_subsidy import Received, bands, paid_by_band
from app.domain.incidence import half_member_days, in_tenths, incidence, member_years
from app.domain.masking import AGE_BANDS
from app.domain.suppression import UNTOLD

HEADS = st.dictionaries(st.sampled_from(AGE_BANDS), st.integers(1, 10**7), min_size=1)
CASES = st.dictionaries(st.sampled_from(AGE_BANDS), st.builds(Received, st.integers(5, 10**4), st.integers(0, 10**12)))


@given(HEADS, st.integers(0, 1000), CASES, st.builds(Received, st.integers(0, 9), st.integers(0, 10**9)))
def test_bands_add_up_to_what_was_charged_and_received(heads, share_fen, named, waiting) -> None:  # type: ignore[no-untyped-def]
    paid = paid_by_band(heads, share_fen)
    assert sum(paid.values()) == share_fen * sum(heads.values())
    found = bands(paid, named, waiting, AGE_BANDS)
    assert sum(band.paid_fen for band in found) == sum(paid.values())
    rest = waiting if waiting.cases else Received(0, 0)
    assert sum(band.received_fen for band in found) == sum(one.fen for one in named.values()) + rest.fen
    assert sum(band.cases for band in found) == sum(one.cases for one in named.values()) + rest.cases
    assert all(band.is_told for band in found if band.cases and band.band != UNTOLD)
    assert not waiting.cases or all(band.band in {*named, UNTOLD} for band in found if band.is_told)


def test_a_band_with_few_cases_is_never_named() -> None:
    with pytest.raises(ValueError, match="too few cases"):
        bands({}, {"0-6": Received(4, 1)}, Received(0, 0), AGE_BANDS)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 400)), min_size=1, max_size=9), st.integers(0, 999))
def test_incidence_is_cases_over_the_years_that_were_lived(locks: list[tuple[int, int]], cases: int) -> None:
    before, half_days, years = 0, 0, Fraction(0)
    for members, days in locks:
        half_days += half_member_days(before, members, days)
        years += Fraction(before + members, 2) * Fraction(days, 365)
        before = members
    assert member_years(half_days) == years
    assert incidence(cases, half_days) == (cases * 10_000 / years if years else None)


def test_known_answers() -> None:
    assert half_member_days(0, 73_000, 10) == 730_000  # 1,000 member-years
    assert incidence(3, 730_000) == 30
    assert [in_tenths(Fraction(1, n)) for n in (3, 20, 40)] == [3, 1, 0]
    with pytest.raises(ValueError, match="no exposure"):
        half_member_days(1, 1, -1)
