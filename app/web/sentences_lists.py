"""What stands in the way of groups, lists and invitations, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _

from app.services.invitations.answers import InvitationOpensNothing
from app.services.invitations.groups import GroupMoved
from app.services.invitations.lists import MOST_BYTES, MOST_LINES, ListTooLong, NobodyOnTheList
from app.services.invitations.sending import ListMoved, NobodyToInvite
from app.services.list_files import NotAList
from app.web import filters

_WHY: Final[Mapping[str, Callable[[str], str]]] = {
    "no_text": lambda _detail: _(
        "This is not a text file. In the spreadsheet choose “Save as” and CSV, then upload that file."
    ),
    "encoding": lambda _detail: _(
        "The characters of this file cannot be read. Save it as CSV in UTF-8 or GB18030, then upload it again."
    ),
    "columns": lambda detail: _(
        "The first line has to name each column once. Missing or named twice: %(columns)s. The template has them all.",
        columns=detail,
    ),
    "broken": lambda detail: _(
        "The file breaks off at line %(line)s, usually at a quotation mark that is never closed. Correct that line.",
        line=detail,
    ),
}

LISTS: Final[dict[type[Exception], tuple[int, Callable[[Any], str]]]] = {
    NotAList: (422, lambda e: _WHY[e.why](e.detail)),
    ListTooLong: (
        422,
        lambda _e: _(
            "This list is too long: at most %(lines)s lines and %(size)s MB. Split it into several files.",
            lines=filters.number(MOST_LINES),
            size=MOST_BYTES // (1024 * 1024),
        ),
    ),
    NobodyOnTheList: (422, lambda _e: _("There is nobody below the first line. Fill in one line for each person.")),
    GroupMoved: (409, lambda _e: _("The group was decided about in the meantime, or has ended. The page shows it.")),
    ListMoved: (409, lambda _e: _("This list was sent or taken back in the meantime. The page shows where it is.")),
    NobodyToInvite: (409, lambda _e: _("No line of this list is good yet. Correct it and upload it again.")),
    InvitationOpensNothing: (
        404,
        lambda _e: _(
            "This invitation opens nothing: it was answered, has expired or was taken back, or the code is not right."
        ),
    ),
}
"""Status and sentence by the error."""
