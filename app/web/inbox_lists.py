"""What an organiser is told about the group and its lists, in words. Numbers only: nobody is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from app.web.letter import Letter

Values = Mapping[str, Any]


def _group(values: Values) -> tuple[tuple[str, str], ...]:
    return ((_("See the group"), f"/groups/{values['group']}"),)


def _list(values: Values) -> tuple[tuple[str, str], ...]:
    return ((_("See the list"), f"/groups/{values['group']}/lists/{values['list']}"),)


def _admitted(values: Values) -> Letter:
    return Letter(
        _("Your group was admitted"), _("You can upload its list now, and invite the people on it."), _group(values)
    )


def _refused(values: Values) -> Letter:
    return Letter(_("Your group was not admitted"), _("Its page gives the reason."), _group(values))


def _checked(values: Values) -> Letter:
    return Letter(
        _("Your list was checked"),
        ngettext("%(num)s line is good.", "%(num)s lines are good.", values["good"])
        + " "
        + ngettext("%(num)s line has to be corrected.", "%(num)s lines have to be corrected.", values["bad"]),
        _list(values),
    )


def _sent(values: Values) -> Letter:
    return Letter(
        _("Your invitations are out"),
        ngettext("%(num)s person is invited.", "%(num)s people are invited.", values["good"])
        + " "
        + _("Whoever has no e-mail address needs the code from the sheet."),
        _list(values),
    )


def _ended(values: Values) -> Letter:
    return Letter(
        _("Your list was stopped"),
        _("%(plan)s is being closed and takes nobody any more. Names and addresses were erased.", plan=values["plan"]),
        _list(values),
    )


KINDS: Final[Mapping[str, Callable[[Values], Letter]]] = {
    "group-admitted": _admitted,
    "group-refused": _refused,
    "list-checked": _checked,
    "list-sent": _sent,
    "list-ended": _ended,
}
