"""How a visitor says an age or a date of birth. Sent by GET, stored nowhere."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField
from wtforms.validators import ValidationError

MOST_YEARS: Final = 120
_AS_ASCII: Final = str.maketrans("０１２３４５６７８９－／．　", "0123456789-/. ")
_AGE: Final = re.compile(r"(?P<years>[0-9]{1,3}) ?(?:岁|周岁|years?)?", re.IGNORECASE)
_DATE: Final = re.compile(r"(?P<y>[0-9]{4}) ?[-/.年 ] ?(?P<m>[0-9]{1,2}) ?[-/.月 ] ?(?P<d>[0-9]{1,2}) ?日?|"
                          r"(?P<yy>[0-9]{4})(?P<mm>[0-9]{2})(?P<dd>[0-9]{2})")  # fmt: skip
_NO_AGE: Final = _l("Write an age from 0 to 120, or a date of birth such as 1991-03-08.")
_NO_DAY: Final = _l("There is no such day. Write the date of birth as year, month and day, for example 1991 3 8.")
_NOT_BORN: Final = _l("This date of birth lies in the future.")
_TOO_LONG_AGO: Final = _l("This date of birth is more than 120 years ago. Please check the year.")


def stripped(text: str | None) -> str:
    """What was typed, full-width digits and signs as half-width ones, without white space at its ends."""
    return (text or "").translate(_AS_ASCII).strip()


def _birth_date(year: int, month: int, day: int, today: dt.date) -> dt.date:
    """The date of birth; a ValidationError when there is no such day or nobody alive was born then."""
    try:
        found = dt.date(year, month, day)
    except ValueError as wrong:
        raise ValidationError(_NO_DAY) from wrong
    if found > today:
        raise ValidationError(_NOT_BORN)
    if today.year - found.year > MOST_YEARS:
        raise ValidationError(_TOO_LONG_AGO)
    return found


def read_born(text: str, today: dt.date) -> tuple[int | None, dt.date | None]:
    """An age, or a date of birth, or nothing; a ValidationError with a sentence for anything else."""
    if not text:
        return None, None
    if found := _AGE.fullmatch(text):
        if int(found["years"]) > MOST_YEARS:
            raise ValidationError(_NO_AGE)
        return int(found["years"]), None
    dated = _DATE.fullmatch(text)
    if dated is None:
        raise ValidationError(_NO_AGE)
    year, month, day = dated["y"] or dated["yy"], dated["m"] or dated["mm"], dated["d"] or dated["dd"]
    return None, _birth_date(int(year), int(month), int(day), today)


class BirthForm(Form):
    """A date of birth in three fields, as people remember it."""

    year = StringField(_l("year"), default="", filters=[stripped])
    month = StringField(_l("month"), default="", filters=[stripped])
    day = StringField(_l("day"), default="", filters=[stripped])
    today: dt.date

    @property
    def is_asked(self) -> bool:
        """Whether anything was typed at all."""
        return any(field.data for field in self)

    def validate_year(self, _field: StringField) -> None:
        """The three fields together are one day."""
        self.birth_on()

    def birth_on(self) -> dt.date:
        """The day; a ValidationError with a sentence when it is none."""
        parts = [str(field.data) for field in (self.year, self.month, self.day)]
        if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):  # noqa: PLR2004
            raise ValidationError(_NO_DAY)
        return _birth_date(int(parts[0]), int(parts[1]), int(parts[2]), self.today)
