"""Routes of the desk about relatives: another account is answered, a confirmation is taken back."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.models import Claim, PayeeChange, Report
from app.review import queries as desk
from app.review.filers import actions, queries
from app.review.filers.forms import ReasonForm, TakeBackForm
from app.review.reports.queries import report as report_of
from app.services import hands, payees, report_takebacks, restoring
from app.web import doors
from app.web.clock import now
from app.web.doors import door
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of

bp = Blueprint("filers", __name__, url_prefix="/review")
bp.before_request(door("caseworker"))


@bp.route("/claims/<ref:claim>/account/<ref:change>", methods=["GET", "POST"])
def account(claim: str, change: str) -> Response:
    """An account a relative named after the amount was decided: confirm it, or say why not."""
    found, named = _named(claim, change)
    form = ReasonForm()
    if not form.validate_on_submit():
        return _account_page(found, named, form, 422 if form.is_submitted() else 200)
    try:
        with transaction():
            actions.refuse_account(named, form.said(), by=doors.staff(), at=now())
    except (payees.OwnAccountNamed, payees.Answered) as refused:
        return _account_page(found, named, form, status_of(refused), sentence_of(refused))
    flash(_("Not accepted. The relative has been told why."), "done")
    return done(url_for("review.claim", claim=claim))


@bp.post("/claims/<ref:claim>/account/<ref:change>/confirmation")
def confirm(claim: str, change: str) -> Response:
    """The proof fits: the payout goes there."""
    found, named = _named(claim, change)
    try:
        with transaction():
            actions.confirm_account(named, by=doors.staff(), at=now())
    except (payees.OwnAccountNamed, payees.Answered, payees.NoAccountNow) as refused:
        shown = ReasonForm(formdata=None)
        return _account_page(found, named, shown, status_of(refused), sentence_of(refused))
    flash(_("Confirmed. The payout goes to this account, and the relative has been told."), "done")
    return done(url_for("review.claim", claim=claim))


@bp.route("/reports/<ref:report>/taking-back", methods=["GET", "POST"])
def take_back(report: str) -> Response:
    """Take the confirmation of a report back: what follows is said first."""
    found = report_of(report) or abort(404)
    if found.account_id == doors.staff().id:
        abort(403, _("This is your own report. Other people answer it."))
    form = TakeBackForm()
    if not form.validate_on_submit():
        return _take_back_page(found, form, 422 if form.is_submitted() else 200)
    try:
        with transaction():
            actions.take_back(found, form.said(), lives=bool(form.lives.data), by=doors.staff(), at=now())
    except (
        report_takebacks.NothingToTakeBack, report_takebacks.AccountWentOver, report_takebacks.WhoConfirmed,
        restoring.NobodyDied,
    ) as refused:  # fmt: skip
        return _take_back_page(found, form, status_of(refused), sentence_of(refused))
    if form.lives.data:
        flash(_("Taken back. The person lives: memberships go on or begin again, and the account was told."), "done")
    else:
        flash(_("Taken back. Whoever reported has been told why; the claims wait for the next relative."), "done")
    return done(url_for("reports.report", report=report))


def _named(claim: str, change: str) -> tuple[Claim, PayeeChange]:
    found = desk.claim_for_review(claim) or abort(404)
    if hands.is_own(found, doors.staff()):
        abort(403, sentence_of(payees.OwnAccountNamed()))
    return found, queries.change_of(found, change) or abort(404)


def _account_page(
    claim: Claim, change: PayeeChange, form: ReasonForm, status: int, problem: str | None = None
) -> Response:
    return page(
        "review/filers/account.html",
        status=status,
        claim=claim,
        change=change,
        named=payees.account_of(change),
        report=claim.filer_report,
        form=form,
        problem=problem,
    )


def _take_back_page(report: Report, form: TakeBackForm, status: int, problem: str | None = None) -> Response:
    return page(
        "review/filers/take_back.html",
        status=status,
        report=report,
        form=form,
        problem=problem,
        may_be=report_takebacks.may_be(report),
        died=restoring.is_possible(report),
    )
