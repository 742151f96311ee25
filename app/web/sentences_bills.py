"""Errors about bills and payouts in parts, each with its status and its sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _

from app.domain import reimbursement
from app.services import bills
from app.web.filters import day
from app.web.words import word


def _no_bills(error: reimbursement.NoBillsTaken) -> str:
    if error.why == "used_up":
        return _("The bills have come to the whole approved total. No further bill could change anything.")
    if error.why == "lifetime":
        return _("The lifetime limit of this plan is used up. Nothing more can be paid, so no bills are taken.")
    if error.why == "too_late" and error.last_day is not None:
        return _("Bills of this claim were taken until %(day)s.", day=day(error.last_day))
    if error.why == "run_off_over" and error.last_day is not None:
        return _(
            "This plan has closed. Bills were taken until %(day)s; what was brought by then is still decided.",
            day=day(error.last_day),
        )
    if error.why == "said_all":
        return _("You have said that there are no more bills. For new costs please open a new claim.")
    return _("This claim takes no bills now: it is not approved.")


BILLS: Final[dict[type[Exception], tuple[int, Callable[[Any], str]]]] = {
    reimbursement.NoBillsTaken: (409, _no_bills),
    reimbursement.NothingLeftToPay: (
        422,
        lambda _e: _("Others have paid back all of this bill, so nothing is left of it to pay. Check both amounts."),
    ),
    reimbursement.BillTooEarly: (
        422,
        lambda e: _("Bills of this claim count from %(day)s on. This one is older.", day=day(e.first_day)),
    ),
    reimbursement.BillInTheFuture: (422, lambda _e: _("This day has not come yet. Enter the day the bill was paid.")),
    bills.SameBill: (
        409,
        lambda e: _(
            "This bill was brought before, with claim %(ref)s: the same number of the same hospital counts once.",
            ref=e.claim,
        ),
    ),
    bills.HandedInTwice: (
        409,
        lambda _e: _("This bill was looked at twice by different people and refused both times. That was the last."),
    ),
    bills.BillMoved: (
        409,
        lambda e: _("This bill is “%(state)s” by now. Nothing was changed.", state=word(e.state, "bill_state")),
    ),
    bills.PaperMissing: (
        422,
        lambda _e: _("No paper of this bill is here, so it can't be accepted. Refuse it, or wait."),
    ),
    bills.OwnBill: (403, lambda _e: _("This bill is your own, or of somebody of your own account.")),
}
