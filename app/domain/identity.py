"""Resident identity numbers: one way to write them, and what they say of birth and sex (GB 11643).

The check digit is verified in services/identity.py; nothing here looks a number up anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

MOST_NAME: Final = 60
"""A name has at most so many characters."""
FIRST_YEAR: Final = 1900
"""Nobody who joins was born before this year."""
_RESIDENT: Final = re.compile(r"[1-9][0-9]{16}[0-9X]")
_BIRTH: Final = slice(6, 14)
_SEX_DIGIT: Final = 16
_BETWEEN: Final = re.compile(r"[\s\-‐-―.·]+")


class IdentityError(ValueError):
    """The number cannot be the document it is said to be. Errors never carry the number: they end up in logs."""


class WrongShape(IdentityError):
    """Not the right number of letters and digits for this kind of document."""


class WrongBirthDate(IdentityError):
    """The eight digits of the birth are no day of the calendar."""


class WrongChecksum(IdentityError):
    """The last digit does not fit the others: something was mistyped."""


class BirthDateDiffers(IdentityError):
    """The number says another birth date than the person gave; `number_says` is that of the number."""

    def __init__(self, number_says: date) -> None:
        super().__init__(f"the number says {number_says.isoformat()}")
        self.number_says = number_says


@dataclass(frozen=True, slots=True)
class BirthAndSex:
    """What an 18-digit number says of its holder."""

    birth_on: date
    sex: Literal["female", "male"]


def canonical(number: str) -> str:
    """The number as it is stored and compared: no spaces, dots or hyphens, half-width digits, capital letters."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", number)).upper()


def birth_and_sex_of(number: str) -> BirthAndSex:
    """Birth date and sex in a resident identity number of 18 digits, written in any way `canonical` understands.

    Raises `WrongShape` unless it is 17 digits and a digit or X, `WrongBirthDate` when its date does not exist. The
    check digit is not looked at.
    """
    plain = canonical(number)
    if not _RESIDENT.fullmatch(plain):
        raise WrongShape
    digits = plain[_BIRTH]
    try:
        birth_on = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise WrongBirthDate from None
    return BirthAndSex(birth_on, "male" if int(plain[_SEX_DIGIT]) % 2 else "female")
