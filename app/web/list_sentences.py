"""Why a line of a list was not enrolled: what is wrong with it, and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.web import filters

REFUSED: Final[dict[str, LazyString]] = {
    "CellsMissing": _l("Cells are missing at the end of this line. Fill in all columns of the header."),
    "NoName": _l("The name is missing or has more than 60 characters. Write it as in the document."),
    "NoBirthDate": _l("This is no date of birth. Write it like 1998-05-02."),
    "NoAmount": _l("This is no amount. Write yuan, for example 30 or 12.50."),
    "NoSuchProvince": _l("There is no such province. Write its name or its code of two digits."),
    "NoSuchDocument": _l("This is no kind of document that is known here. Write resident or passport."),
    "WrongShape": _l("The number of the document has the wrong length or holds wrong characters. Check it."),
    "WrongBirthDate": _l("The date of birth in the document number does not exist. Check the number."),
    "WrongChecksum": _l("The last digit of the document number does not fit the others. Check the number."),
    "BirthDateDiffers": _l("The document number says another date of birth. Check both."),
    "TooYoung": _l("This person is too young for the plan on this day."),
    "TooOld": _l("This person is too old for the plan on this day."),
    "DepositTooSmall": _l("The first amount is below the least for joining. Raise it."),
    "DepositTooLarge": _l("The first amount is above the most at a time. Lower it; more can be paid in afterwards."),
    "TwiceInTheList": _l("This person stands in the list before. Keep one line of the two."),
    "NotOpenYet": _l("The plan is not open yet. Hand in the list when it is."),
    "NeedsMembership": _l("This person is not a member of the plan that comes first. Enrol them there first."),
    "AlreadyMember": _l("This person is a member of this plan in this account already. Nothing is to be done."),
    "ToBeChecked": _l("A person looks at this line first. Let this person join on the site, one by one."),
    "NoEmail": _l("This is no e-mail address. Correct it, or leave it empty and hand over the code on paper."),
    "InvitedAlready": _l("Your group has invited this person to this plan, and those invitations are not over yet."),
    "KnownOtherwise": _l("The account knows this document with another date of birth. Check it."),
}
"""By the name a refusal carries (`Refused.reason`); a test holds that every name has its sentence."""


_DATED: Final[Mapping[str, Callable[[str], str]]] = {
    "TooYoung": lambda day: _("This person is too young for the plan, and may join from %(day)s on.", day=day),
    "TooOld": lambda day: _("This person is too old for the plan; the last day to join was %(day)s.", day=day),
}


def refused_sentence(reason: str, day: dt.date | None) -> str:
    """What is wrong with a line, with the day it depends on where there is one."""
    if day is not None and reason in _DATED:
        return _DATED[reason](filters.day(day))
    return str(REFUSED[reason])
