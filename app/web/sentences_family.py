"""Errors of living with a membership: reminders, one top-up for a family, and taking over at 18."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _

from app.services import reminder_settings, takeovers
from app.web.filters import day, money

FAMILY: Final[dict[type[Exception], tuple[int, Callable[[Any], str]]]] = {
    reminder_settings.LevelBelowTheRules: (
        422,
        lambda e: _(
            "The rules remind everybody below %(least)s; you can be reminded earlier, not later. Enter %(least)s or "
            "more.",
            least=money(e.least_fen),
        ),
    ),
    reminder_settings.LevelTooHigh: (
        422,
        lambda e: _("At most %(most)s: above that you would be reminded all the time.", most=money(e.most_fen)),
    ),
    takeovers.NotOfAge: (409, lambda e: _("This is possible from %(day)s on, the 18th birthday.", day=day(e.on))),
    takeovers.NothingToTakeOver: (
        409,
        lambda _e: _("There is no membership left to take over: it has ended, or gone to another account already."),
    ),
    takeovers.TakeoverOver: (
        404,
        lambda _e: _("It was used, was taken back, or its days are over. Ask for a new one; nothing was changed."),
    ),
    takeovers.OwnLink: (
        409,
        lambda _e: _(
            "You made this link yourself. It is for the account of the person it is about: pass it on, or sign out "
            "and open it there."
        ),
    ),
    takeovers.AnotherPerson: (
        422,
        lambda _e: _("This is not the number of the person the link is for. Check it; nothing was changed."),
    ),
    takeovers.NotProved: (409, lambda _e: _("Show the identity number first. Nothing was changed.")),
    takeovers.SomebodyElsesAccount: (
        409,
        lambda _e: _(
            "Somebody else was named as the owner of this account. Take the membership over with an account of your "
            "own; nothing was changed."
        ),
    ),
}
"""Every error of these deeds that people may meet."""
