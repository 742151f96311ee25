"""What hinders a settlement, in sentences for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _

from app.services import settling
from app.web import filters

SETTLING: Final[dict[type[Exception], tuple[int, Callable[[Any], str]]]] = {
    settling.NotYet: (409, lambda e: _("This period settles on %(day)s, not before.", day=filters.day(e.day))),
    settling.NotInTheLog: (
        409,
        lambda _e: _(
            "The members of this period are still being counted and written into the public log, so nobody outside has "
            "read its cases yet. It settles after that; the clock goes on by itself within minutes."
        ),
    ),
    settling.PreviewVoid: (
        409,
        lambda _e: _(
            "The sum is no longer the one that was approved. Look at the new one: two treasurers read it anew."
        ),
    ),
}
