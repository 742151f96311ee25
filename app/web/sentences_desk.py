"""Errors of assignments, conflicts and investigations, each with its status and its sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _

from app.services import assignments, conflicts, decisions
from app.web.sentences_investigations import INVESTIGATIONS

DESK: Final[dict[type[Exception], tuple[int, Callable[[Any], str]]]] = {
    assignments.AssignedMeanwhile: (
        409,
        lambda _e: _("Somebody was faster: this claim was taken or given back meanwhile. See who looks after it now."),
    ),
    assignments.MayNotLookAfter: (
        403,
        lambda _e: _("This person may not look after this claim: too near to it, or a hand in it before."),
    ),
    assignments.NotAtTheDesk: (
        409,
        lambda _e: _("This claim is at nobody's desk any more: it was decided or withdrawn."),
    ),
    assignments.NotYours: (
        409,
        lambda _e: _("You do not look after this claim any more, so there is nothing to give back or hand over."),
    ),
    assignments.SayWhy: (
        422,
        lambda _e: _("A colleague looks after this claim. Say in a sentence why you take it over."),
    ),
    decisions.AdmittedIt: (
        403,
        lambda _e: _("You admitted an objection to this case. Others look at the claim anew and decide it."),
    ),
    conflicts.DeclaredBefore: (409, lambda _e: _("You have declared a conflict with this claim already.")),
    **INVESTIGATIONS,
}
