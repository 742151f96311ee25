"""Messages about investigations: to the claimant, to the investigator, and to whoever opened one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _

from app.web.filters import day
from app.web.letter import Letter

Values = Mapping[str, Any]
_Links = tuple[tuple[str, str], ...]


def _day(values: Values) -> str:
    return str(day(dt.date.fromisoformat(values["due_on"])))


def _of_claimant(values: Values) -> _Links:
    return ((_("See the investigation"), f"/claims/{values['claim']}/investigations/{values['investigation']}"),)


def _of_investigator(values: Values) -> _Links:
    return ((_("See the investigation"), f"/investigations/{values['investigation']}"),)


def _of_desk(values: Values) -> _Links:
    return ((_("See the investigation"), f"/review/investigations/{values['investigation']}"),)


def _begun(values: Values) -> Letter:
    return Letter(
        _("An investigation of your claim %(ref)s has begun", ref=values["claim"]),
        _(
            "As you agreed, an investigator was asked to find something out by %(day)s. It stops no clock. You see "
            "every look, and you can take the consent back at any time.",
            day=_day(values),
        ),
        _of_claimant(values),
    )


def _finished(values: Values) -> Letter:
    return Letter(
        _("The investigation of your claim %(ref)s has ended", ref=values["claim"]),
        _("The investigator has reported. A caseworker reads the findings first; then you can, and answer."),
        _of_claimant(values),
    )


def _ended(values: Values) -> Letter:
    return Letter(
        _("The investigation of your claim %(ref)s has ended", ref=values["claim"]),
        _("There is no report. The claim is decided on what is there."),
        _of_claimant(values),
    )


def _report(values: Values) -> Letter:
    return Letter(
        _("You can read what an investigator found about your claim %(ref)s", ref=values["claim"]),
        _("If something is wrong or was not seen, say so on its page: whoever decides reads it beside the report."),
        _of_claimant(values),
    )


def _assigned(values: Values) -> Letter:
    return Letter(
        _("Investigation %(ref)s is yours", ref=values["investigation"]),
        _("The report is due on %(day)s. If you know somebody concerned, give it back.", day=_day(values)),
        _of_investigator(values),
    )


def _closed(values: Values) -> Letter:
    return Letter(
        _("Investigation %(ref)s has been closed", ref=values["investigation"]),
        _("There is no report, and nothing of the claim can be seen for it any more. The claim goes on as before."),
    )


def _filed(values: Values) -> Letter:
    return Letter(
        _("Investigation %(ref)s: the report is there", ref=values["investigation"]),
        _("Read it, and let the claimant read the findings."),
        _of_desk(values),
    )


def _declined(values: Values) -> Letter:
    return Letter(
        _("Investigation %(ref)s was given back", ref=values["investigation"]),
        _("Its page says why. You can ask somebody else, or decide on what is there."),
        _of_desk(values),
    )


def _answered(values: Values) -> Letter:
    return Letter(
        _("Investigation %(ref)s: the claimant answered", ref=values["investigation"]),
        _("The answer stands beside the report."),
        _of_desk(values),
    )


KINDS: Final[Mapping[str, Callable[[Values], Letter]]] = {
    "investigation-begun": _begun,
    "investigation-finished": _finished,
    "investigation-ended": _ended,
    "investigation-report": _report,
    "investigation-assigned": _assigned,
    "investigation-closed": _closed,
    "investigation-filed": _filed,
    "investigation-declined": _declined,
    "investigation-answered": _answered,
}
"""Kind → what it says."""
