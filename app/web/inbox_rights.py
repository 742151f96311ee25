"""Messages about complaints, corrections and one's own data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _

from app.web.filters import day
from app.web.letter import Letter

Values = Mapping[str, Any]


def _day(text: str) -> str:
    return str(day(dt.date.fromisoformat(text)))


def _complaint(values: Values) -> tuple[tuple[str, str], ...]:
    return ((_("See the complaint"), f"/account/complaints/{values['complaint']}"),)


def _complaint_received(values: Values) -> Letter:
    return Letter(
        _("Your complaint %(ref)s has reached us", ref=values["complaint"]),
        _("Somebody answers it by %(day)s.", day=_day(values["due_on"])),
        _complaint(values),
    )


def _complaint_answered(values: Values) -> Letter:
    return Letter(
        _("Your complaint %(ref)s was answered", ref=values["complaint"]),
        _("If the answer does not do, ask once more on its page: somebody else looks at it then."),
        _complaint(values),
    )


def _correction(values: Values) -> tuple[tuple[str, str], ...]:
    return ((_("See the correction"), f"/account/people/corrections/{values['correction']}"),)


def _corrected(values: Values) -> Letter:
    said = [_("It holds from now on. What was published, settled or decided stays as it was.")]
    for ref, reached in values["days"]:
        said.append(
            _("Membership %(ref)s: the age of the plan is reached on %(day)s.", ref=ref, day=_day(reached))
            if reached
            else _("Membership %(ref)s: no age ends it.", ref=ref)
        )
    return Letter(_("Your correction was accepted"), " ".join(said), _correction(values))


def _not_corrected(values: Values) -> Letter:
    return Letter(_("Your correction was not accepted"), _("Its page says more."), _correction(values))


def _export_ready(_values: Values) -> Letter:
    return Letter(
        _("The file with your data is ready"),
        _("You can download it for 7 days, with your password; then it is deleted."),
        ((_("To the file"), "/account/export"),),
    )


KINDS: Final[Mapping[str, Callable[[Values], Letter]]] = {
    "correction-accepted": _corrected,
    "correction-refused": _not_corrected,
    "export-ready": _export_ready,
    "complaint-received": _complaint_received,
    "complaint-answered": _complaint_answered,
}
"""Kind → what it says."""
