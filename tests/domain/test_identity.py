"""What an identity number says, however it was typed, and which numbers are refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.identity import (
    BirthAndSex,
    BirthDateDiffers,
    IdentityError,
    WrongBirthDate,
    WrongChecksum,
    WrongShape,
    birth_and_sex_of,
    canonical,
)
from app.services.identity import check_identity

# The example number printed in GB 11643-1999.
OF_THE_STANDARD = "11010519491231002X"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def numbered(birth: date, order: int, place: str = "310101") -> str:
    """A resident number with the check digit of the standard's own table of weights."""
    body = f"{place}{birth:%Y%m%d}{order:03}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def test_the_number_of_the_standard_says_birth_and_sex() -> None:
    assert birth_and_sex_of(OF_THE_STANDARD) == BirthAndSex(date(1949, 12, 31), "female")
    assert check_identity("resident", OF_THE_STANDARD, birth_on=date(1949, 12, 31)) == OF_THE_STANDARD


@pytest.mark.parametrize(
    "typed",
    ["11010519491231002x", " 110105 19491231 002X ", "110105-19491231-002X", "１１０１０５１９４９１２３１００２Ｘ",
     "110105\u300019491231\u00a0002ｘ"],
)  # fmt: skip
def test_a_number_is_the_same_however_it_was_typed(typed: str) -> None:
    assert canonical(typed) == OF_THE_STANDARD
    assert check_identity("resident", typed) == OF_THE_STANDARD


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(1, 999))
def test_every_day_of_birth_and_order_number_is_read_back(birth: date, order: int) -> None:
    number = numbered(birth, order)
    assert check_identity("resident", number, birth_on=birth) == number
    assert birth_and_sex_of(number) == BirthAndSex(birth, "male" if order % 2 else "female")


@given(st.dates(date(1950, 1, 1), date(2026, 1, 1)), st.integers(1, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_mistyped_digit_is_always_found(birth: date, order: int, place: int, shift: int) -> None:
    number = numbered(birth, order)
    digit = "0" if number[place] == "X" else str((int(number[place]) + shift) % 10)
    with pytest.raises((WrongChecksum, WrongBirthDate, WrongShape)):
        check_identity("resident", number[:place] + digit + number[place + 1 :])


@pytest.mark.parametrize(
    "number",
    ["", "11010519491231002", "11010519491231002XX", "1101051949123100XX", "01010519491231002X", "110105491231002",
     "一一〇一〇五一九四九一二三一〇〇二X", "11010519491231002Y"],
)  # fmt: skip
def test_a_number_of_another_shape_is_refused(number: str) -> None:
    with pytest.raises(WrongShape):
        check_identity("resident", number)


@pytest.mark.parametrize("birth", ["20230229", "19491331", "19490431", "00000101", "19490100"])
def test_a_birth_on_no_day_of_the_calendar_is_refused(birth: str) -> None:
    with pytest.raises(WrongBirthDate):
        birth_and_sex_of(f"110105{birth}002X")


def test_another_birth_date_than_the_persons_is_refused_and_named() -> None:
    with pytest.raises(BirthDateDiffers) as caught:
        check_identity("resident", OF_THE_STANDARD, birth_on=date(1949, 12, 30))
    assert caught.value.number_says == date(1949, 12, 31)


def test_numbers_from_abolished_counties_and_the_special_regions_are_sound() -> None:
    for place in ("810000", "830000", "310103"):
        number = numbered(date(1975, 6, 1), 12, place)
        assert check_identity("resident", number) == number


@pytest.mark.parametrize(("typed", "number"), [("e 1234 5678", "E12345678"), ("C01X00T47", "C01X00T47")])
def test_a_passport_needs_only_its_shape(typed: str, number: str) -> None:
    assert check_identity("passport", typed, birth_on=date(1980, 1, 1)) == number


@pytest.mark.parametrize("number", ["", "E1", "PASSPORT", "E1234567890123", "E12*45678"])
def test_what_is_no_passport_number_is_refused(number: str) -> None:
    with pytest.raises(WrongShape):
        check_identity("passport", number)


def test_other_documents_are_not_known() -> None:
    with pytest.raises(ValueError, match="library card") as caught:
        check_identity("library card", "12345678")
    assert not isinstance(caught.value, IdentityError)


def test_errors_never_carry_the_number() -> None:
    with pytest.raises(IdentityError) as caught:
        check_identity("resident", "110105194912310021")
    assert "1101051949" not in repr(caught.value)
