"""Errors at the end of a membership and at the desk of applications, each with its status and its sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from app.services import ending, handing_over, joining, leaving, refunds, report_checks, reports, rescissions, suspense
from app.web.filters import day
from app.web.words import word

ENDS: Final[dict[type[Exception], tuple[int, Callable[[Any], str]]]] = {
    handing_over.NotHandedOver: (
        409,
        lambda _e: _(
            "Nobody can look after the membership there: that account is closed, or its address was never confirmed. "
            "Confirm the address first."
        ),
    ),
    handing_over.HandedOverAlready: (
        409,
        lambda _e: _("This membership has gone to another account already. Nothing was done twice."),
    ),
    ending.EndsAlready: (409, lambda _e: _("This membership is ending already. Nothing was done twice.")),
    leaving.HasEnded: (409, lambda _e: _("This membership has ended. There is nothing left to leave.")),
    leaving.ConsentGone: (
        409,
        lambda _e: _("This consent was taken back already, or never given. Nothing was done twice."),
    ),
    leaving.NotLeaving: (
        409,
        lambda _e: _(
            "There is nothing to undo: it has taken effect, or was undone already. The page shows how it stands."
        ),
    ),
    refunds.NothingOwed: (
        409,
        lambda _e: _("There is nothing to pay back, or it is on its way already. Nothing was done twice."),
    ),
    refunds.RefundMoved: (
        409,
        lambda e: _("Somebody was faster: this refund is now “%(state)s”.", state=word(e.state, "payout_state")),
    ),
    suspense.NotHeld: (409, lambda _e: _("This payment has left suspense already. Nothing was done twice.")),
    joining.NotToBeChecked: (
        409,
        lambda e: _(
            "Somebody was faster: this application is now “%(state)s”.", state=word(e.state, "application_state")
        ),
    ),
    reports.ReportedAlready: (
        409,
        lambda _e: _("You have reported this already, and a caseworker compares the proof. Nothing was kept twice."),
    ),
    reports.ProofMissing: (422, lambda _e: _("Add at least one document that proves it.")),
    reports.ReportAnswered: (
        409,
        lambda e: _("Somebody was faster: this report is now “%(state)s”.", state=word(e.state, "report_state")),
    ),
    report_checks.UnknownPerson: (409, lambda _e: _("Nobody here has this document, so there is nothing to confirm.")),
    report_checks.DeathKnown: (
        409,
        lambda _e: _(
            "This death was confirmed already from another report; its day and its payee stay. "
            "Dismiss this report, and say so."
        ),
    ),
    report_checks.ReporterGone: (
        409,
        lambda _e: _(
            "Whoever reported has no confirmed account any more, so nothing can go to it. Dismiss the report."
        ),
    ),
    report_checks.OwnReport: (403, lambda _e: _("This report concerns your own account. Other people answer it.")),
    report_checks.ProofsUnopened: (
        409,
        lambda e: ngettext(
            "Open every proof before you confirm: %(num)s was not opened by you.",
            "Open every proof before you confirm: %(num)s were not opened by you.",
            e.number,
        ),
    ),
    report_checks.NotProposed: (
        409,
        lambda _e: _("A whole account would go over: one caseworker proposes it, another one confirms it."),
    ),
    report_checks.ProposedAlready: (
        409,
        lambda _e: _("Somebody was faster: it was proposed already. Another caseworker than that one confirms it."),
    ),
    report_checks.SameCaseworker: (
        403,
        lambda _e: _("You proposed it yourself. This needs another caseworker."),
    ),
    rescissions.NotToRescind: (
        409,
        lambda _e: _("This membership is ending, has ended, or a decision about it stands already."),
    ),
    rescissions.NoSuchClause: (422, lambda _e: _("Choose the clause it rests on.")),
    rescissions.ContestOver: (
        409,
        lambda e: _("It was contested already, or its days are over: the last was %(day)s.", day=day(e.until)),
    ),
    rescissions.SameCaseworker: (403, lambda _e: _("Whoever decided does not answer. This needs another caseworker.")),
    rescissions.NotContested: (
        409,
        lambda e: _("Somebody was faster: this decision is now “%(state)s”.", state=word(e.state, "rescission_state")),
    ),
    joining.MemberElsewhere: (
        409,
        lambda _e: _("This person is a member of this plan now, so the application can only be refused."),
    ),
}
"""Every error of these deeds that people may meet."""
