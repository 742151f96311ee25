"""Identity documents of people who join: shape, check digit and birth date, before anything is sealed or hashed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stdnum.cn import ric

from app.domain.identity import (
    BirthDateDiffers,
    IdentityError,
    WrongBirthDate,
    WrongChecksum,
    WrongShape,
    birth_and_sex_of,
    canonical,
)

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "DOCUMENT_TYPES",
    "BirthDateDiffers",
    "IdentityError",
    "WrongBirthDate",
    "WrongChecksum",
    "WrongShape",
    "check_identity",
]

DOCUMENT_TYPES: Final = ("resident", "passport")

# ICAO Doc 9303 gives nine places; a few countries print more. At least one digit, so that a name is no number.
_PASSPORT: Final = re.compile(r"(?=.*[0-9])[A-Z0-9]{6,12}")


def check_identity(document_type: str, number: str, *, birth_on: date | None = None) -> str:
    """The canonical form of a sound document number: what is sealed, hashed and compared.

    `document_type` is one of `DOCUMENT_TYPES` (`ValueError` otherwise). Raises `WrongShape`; for a resident number also
    `WrongBirthDate`, `WrongChecksum` (GB 11643), and `BirthDateDiffers` when `birth_on` is given and is not the day in
    the number. The place code is not checked: counties are renamed and abolished, the numbers of their people stay.
    """
    if document_type not in DOCUMENT_TYPES:
        message = f"not a kind of identity document: {document_type!r}"
        raise ValueError(message)
    plain = canonical(number)
    if document_type == "passport":
        if not _PASSPORT.fullmatch(plain):
            raise WrongShape
        return plain
    said = birth_and_sex_of(plain)
    if ric.calc_check_digit(plain) != plain[-1]:
        raise WrongChecksum
    if birth_on is not None and birth_on != said.birth_on:
        raise BirthDateDiffers(said.birth_on)
    return plain
