"""Errors of a plan that closes, each with its status and its sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _

from app.domain.closing import ClosingDayTooSoon, ClosingNeedsReason
from app.services import closing, closing_money, closings, crediting
from app.web.filters import day
from app.web.words import word

CLOSINGS: Final[dict[type[Exception], tuple[int, Callable[[Any], str]]]] = {
    closings.PlanCloses: (
        409,
        lambda e: _(
            "This plan closes on %(day)s. Since the announcement nobody joins and nothing is paid in; every balance "
            "goes back to its member after the last settlement.",
            day=day(e.closing_day),
        ),
    ),
    closings.RunOffOver: (
        422,
        lambda e: _(
            "This plan has closed. Claims could be made until %(day)s, so this one cannot be handed in any more.",
            day=day(e.until),
        ),
    ),
    ClosingDayTooSoon: (
        422,
        lambda e: _("The rules ask for more notice: choose a closing day from %(day)s on.", day=day(e.earliest)),
    ),
    ClosingNeedsReason: (422, lambda _e: _("Say why: everybody reads it.")),
    closing.ClosesAlready: (409, lambda _e: _("Somebody was faster: a closing of this plan is proposed or announced.")),
    closing.SameProposer: (403, lambda _e: _("You proposed this closing yourself. Another person announces it.")),
    closing.ClosingMoved: (
        409,
        lambda e: _("This closing has gone on: it is now “%(stage)s”.", stage=word(e.stage, "closing_stage")),
    ),
    crediting.NobodyLeftToBear: (
        409,
        lambda _e: _("This plan has closed and nobody shares any more: only the operator can bear this. Choose that."),
    ),
    closing_money.NothingLeft: (
        409,
        lambda _e: _("Nothing is left to give on now, or the sum has changed since it was recorded. Record it anew."),
    ),
    closing_money.RecordedAlready: (
        409,
        lambda _e: _("A transfer of what is left waits for a second treasurer, or its reference is known already."),
    ),
    closing_money.SameTreasurer: (
        403,
        lambda _e: _("You recorded this yourself. Another treasurer has to confirm it."),
    ),
    closing_money.AnsweredBefore: (
        409,
        lambda e: _("Somebody was faster: this is “%(state)s” by now.", state=word(e.state, "funding_state")),
    ),
}
"""Every error of a closing that people may meet."""
