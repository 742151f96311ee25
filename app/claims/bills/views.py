"""Routes of the bills of a claim that is paid in parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage

from app.claims.bills import queries as asked
from app.claims.bills.forms import BillForm, PapersForm
from app.claims.queries import about, claim_of
from app.db import transaction
from app.domain.moves import MoveNotAllowed
from app.domain.reimbursement import BillRefusedAtTheDoor, NoBillsTaken
from app.models import Bill, Claim
from app.services import bill_papers, bills, evidence, limits, parts
from app.services.bills import BillMoved, HandedInTwice, SameBill
from app.web import doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.hx import done, page
from app.web.sentences import sentence_of

bp = Blueprint("claim_bills", __name__, url_prefix="/claims")
bp.before_request(door("member"))

_Refused = tuple[str, str]


@bp.url_value_preprocessor
def let_files_in(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Somebody signed in may send all papers of a bill at once; each is measured for itself while it arrives."""
    if endpoint in {"claim_bills.new", "claim_bills.bill"} and doors.account_or_none() is not None:
        files = bill_papers.MOST_PAPERS + 1
        request.max_content_length = files * current_app.config["UPLOAD_FILE_BYTES"]


def _mine(ref: str) -> Claim:
    """The account's own claim, when it is paid in parts and was approved; what is not yours does not exist."""
    claim = claim_of(doors.account(), ref) or abort(404)
    return claim if parts.of_claim(claim) is not None else abort(404)


def _bill(claim: Claim, ref: str) -> Bill:
    return bills.bill_of(claim, ref) or abort(404)


@bp.get("/<ref:claim>/bills")
def index(claim: str) -> Response:
    """What was approved and received, and every bill."""
    mine = _mine(claim)
    return page("claims/bills.html", parts=asked.shown(mine, on=today()), **about(mine))


@bp.route("/<ref:claim>/bills/new", methods=["GET", "POST"])
def new(claim: str) -> Response:
    """Bring one bill with its papers."""
    mine, form = _mine(claim), BillForm()
    closed = parts.why_closed(mine, on=today())
    if closed is not None:
        return _closed(mine, form, NoBillsTaken(closed, parts.last_day_of(mine, closed)))
    if not form.validate_on_submit():
        return _new_page(mine, form, status=422 if form.is_submitted() else 200)
    try:
        limits.take("claim-upload", doors.account().ref, at=now())
        with transaction():
            brought = bills.hand_in(mine, form.value(), by=doors.account(), at=now())
    except NoBillsTaken as late:
        return _closed(_mine(claim), form, late)
    except (BillRefusedAtTheDoor, SameBill, HandedInTwice, limits.TooMany) as refused:
        form.object_to(refused)
        return _new_page(_mine(claim), form, status=409 if isinstance(refused, SameBill) else 422)
    sent, refusals = _bring(brought)
    if refusals or not sent:
        return _bill_page(_mine(claim), brought, refusals, kept=sent - len(refusals), status=422 if refusals else 200)
    flash(_("The bill has reached us. Two caseworkers look at it, one after the other."))
    return done(url_for(".index", claim=claim))


@bp.route("/<ref:claim>/bills/<ref:bill>", methods=["GET", "POST"])
def bill(claim: str, bill: str) -> Response:
    """One bill: its papers, how it stands, and the way to add a paper."""
    mine = _mine(claim)
    one, form = _bill(mine, bill), PapersForm()
    if not form.validate_on_submit():
        return _bill_page(mine, one, [], status=422 if form.is_submitted() else 200)
    sent, refusals = _bring(one)
    if not sent:
        refusals = [("", _("No file was chosen. Choose one or several, then send them."))]
    if refusals:
        return _bill_page(mine, one, refusals, kept=max(sent - len(refusals), 0), status=422)
    flash(ngettext("%(num)s file was kept.", "%(num)s files were kept.", sent))
    return done(url_for(".bill", claim=claim, bill=bill))


@bp.post("/<ref:claim>/bills/<ref:bill>/withdrawal")
def withdraw(claim: str, bill: str) -> Response:
    """Take one bill back before it is decided."""
    mine = _mine(claim)
    one = _bill(mine, bill)
    try:
        with transaction():
            bills.withdraw(one, by=doors.account(), at=now())
    except (MoveNotAllowed, BillMoved):
        one = _bill(_mine(claim), bill)
        said = sentence_of(BillMoved(one.state))
        return _bill_page(_mine(claim), one, [("", said)], status=409)
    flash(_("The bill was taken back. You can bring it again."))
    return done(url_for(".index", claim=claim))


@bp.route("/<ref:claim>/bills/all", methods=["GET", "POST"])
def say_all(claim: str) -> Response:
    """Say that there are no more bills."""
    mine, form = _mine(claim), FlaskForm()
    closed = parts.why_closed(mine, on=today())
    if closed is not None:
        return _closed(mine, form, NoBillsTaken(closed, parts.last_day_of(mine, closed)))
    if not form.validate_on_submit():
        shown = asked.shown(mine, on=today())
        return page("claims/bills_all.html", status=422 if form.is_submitted() else 200, form=form, parts=shown,
                    **about(mine))  # fmt: skip
    with transaction():
        bills.say_all(mine, by=doors.account(), at=now())
    flash(_("Thank you. Bills that are here are still decided; no others are taken for this claim."))
    return done(url_for(".index", claim=claim))


def _bring(one: Bill) -> tuple[int, list[_Refused]]:
    """How many files came with the form, and those that were not kept, each with its reason."""
    sent = [file for file in request.files.getlist(PapersForm.FIELD) if file.filename]
    return len(sent), [said for file in sent if (said := _take(one, file))]


def _take(one: Bill, file: FileStorage) -> _Refused | None:
    name = file.filename or ""
    try:
        limits.take("claim-upload", doors.account().ref, at=now())
        bill_papers.receive(file.stream, bill=one, filename=name, account=doors.account(), at=now())
    except (evidence.EvidenceRefused, limits.TooMany, BillMoved) as refused:
        return evidence.clean_name(name), sentence_of(refused)
    return None


def _closed(mine: Claim, form: FlaskForm, late: NoBillsTaken) -> Response:
    """Why no bill is taken; what was typed stays on the page, to be copied."""
    typed = [str(field.data) for field in form if field.data and field.name in {"hospital", "number", "incurred"}]
    return page("claims/too_late.html", status=409, said=sentence_of(late), typed=" · ".join(typed), **about(mine))


def _new_page(mine: Claim, form: BillForm, *, status: int) -> Response:
    shown = asked.shown(mine, on=today())
    return page("claims/bill_new.html", status=status, form=form, parts=shown, **about(mine))


def _bill_page(mine: Claim, one: Bill, refused: list[_Refused], *, kept: int = 0, status: int = 200) -> Response:
    return page(
        "claims/bill.html",
        status=status,
        bill=one,
        form=PapersForm(),
        refused=refused,
        kept=kept,
        takes=bill_papers.takes(one),
        decided=bills.decision_of(one),
        name_of=evidence.name_of,
        **about(mine),
    )
