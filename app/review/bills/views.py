"""Routes of the bills at the desk: the list, one bill, its recommendation and its decision."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.domain.claim_states import SamePerson
from app.domain.moves import MoveNotAllowed
from app.models import Bill
from app.review.bills import queries
from app.review.bills.forms import BillForm
from app.services import bills, claim_file, hands
from app.services.bills import BillMoved, BillVerdict, PaperMissing
from app.services.decisions import Incomplete
from app.web import doors
from app.web.clock import now
from app.web.doors import door
from app.web.fields import blame
from app.web.hx import done, page
from app.web.sentences import sentence_of

bp = Blueprint("judging", __name__, url_prefix="/review/bills")
bp.before_request(door("caseworker", readers=("auditor",)))


@bp.get("")
def index() -> Response:
    """The bills that wait for a caseworker, and what was decided lately."""
    by = doors.staff()
    return page("review/bills.html", waiting=queries.waiting(by=by), decided=queries.decided_lately(by=by))


@bp.get("/<ref:bill>")
def bill(bill: str) -> Response:
    """One bill with its papers, and the form to judge it."""
    return _shown(_bill(bill))


@bp.post("/<ref:bill>/recommend")
def recommend(bill: str) -> Response:
    """Recommend to accept or to refuse it; another caseworker decides."""
    one = _bill(bill)
    said = _("Your recommendation is kept. Another caseworker decides.")
    return _judged(one, lambda verdict: bills.recommend(one, verdict, by=doors.staff(), at=now()), said)


@bp.post("/<ref:bill>/decide")
def decide(bill: str) -> Response:
    """Accept or refuse it, by another caseworker than the recommendation."""
    one = _bill(bill)
    said = _("Decided. The claimant has been told.")
    return _judged(one, lambda verdict: bills.decide(one, verdict, by=doors.staff(), at=now()), said)


def _bill(ref: str) -> Bill:
    """The bill; 403 when it is the caseworker's own, whichever account it was made from."""
    found = queries.bill(ref) or abort(404)
    if hands.is_own(found.claim, doors.staff()):
        abort(403, sentence_of(bills.OwnBill()))
    return found


def _judged(one: Bill, deed: Callable[[BillVerdict], None], said: str) -> Response:
    """Do the deed; 422 says what is missing, 409 what was faster, 403 who may not."""
    form = BillForm(queries.opened(one, by=doors.staff(), reads=False).clauses)
    if not form.validate_on_submit():
        return _shown(one, form, status=422)
    try:
        with transaction():
            deed(form.value())
    except Incomplete:
        blame(form.reason, _("This differs from the recommendation: give the reason."))
        return _shown(_bill(one.ref), form, status=422)
    except PaperMissing as refused:
        blame(form.verdict, sentence_of(refused))
        return _shown(_bill(one.ref), form, status=422)
    except SamePerson as refused:
        return _shown(_bill(one.ref), form, status=403, problem=sentence_of(refused))
    except (BillMoved, MoveNotAllowed):
        fresh = _bill(one.ref)
        return _shown(fresh, form, status=409, problem=sentence_of(BillMoved(fresh.state)))
    flash(said, "done")
    return done(url_for(".index"))


def _unread(one: Bill) -> str:
    """Why the words and papers of a bill are not shown to this reader; empty when they are."""
    if doors.role() != "caseworker":
        return _("Only caseworkers may see this: that is what the claimant agreed to.")
    if claim_file.is_reading_taken_back(one.claim):
        return _("The claimant has taken back the consent to reading the claim file. It is shown to nobody any more.")
    return ""


def _shown(one: Bill, form: BillForm | None = None, *, status: int = 200, problem: str | None = None) -> Response:
    """The page of one bill; what was typed stays on it."""
    unread = _unread(one)
    opened = queries.opened(one, by=doors.staff(), reads=not unread)
    return page(
        "review/bill.html",
        status=status,
        opened=opened,
        bill=one,
        claim=one.claim,
        unread=unread,
        problem=problem,
        form=form or BillForm(opened.clauses),
        may_act=doors.role() == "caseworker",
    )
