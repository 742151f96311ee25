"""Routes of ending a membership by decision."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.models import Membership
from app.review.rescinding import actions, queries
from app.review.rescinding.forms import AnswerForm, DecideForm
from app.services import ending, rescissions, rulebook
from app.web import doors
from app.web.clock import now
from app.web.doors import door
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of

bp = Blueprint("rescinding", __name__, url_prefix="/review/memberships")
bp.before_request(door("caseworker", readers=("auditor",)))


@bp.get("")
def index() -> Response:
    """The decisions that are contested."""
    return page("rescinding/list.html", contested=queries.contested())


@bp.get("/<ref:membership>")
def membership(membership: str) -> Response:
    """One membership, the decisions about it, and the form for a new one."""
    found = _found(membership)
    return _shown(found, _form(found))


@bp.post("/<ref:membership>/rescind")
def rescind(membership: str) -> Response:
    """Decide that it ends."""
    found = _found(membership)
    form = _form(found)
    if not form.validate_on_submit():
        return _shown(found, form, 422)
    try:
        with transaction():
            actions.decide(found, str(form.clause.data), str(form.reason.data), by=doors.staff(), at=now())
    except (rescissions.NotToRescind, rescissions.NoSuchClause) as refused:
        return _shown(found, form, status_of(refused), sentence_of(refused))
    flash(_("Decided. The member has been told the clause, the reason and the last day to contest it."), "done")
    return done(url_for(".membership", membership=membership))


@bp.post("/<ref:membership>/answer")
def answer(membership: str) -> Response:
    """Uphold or lift a decision that is contested."""
    found, form = _found(membership), AnswerForm()
    made = rescissions.of_membership(found) or abort(404)
    if not form.validate_on_submit():
        abort(400)
    try:
        with transaction():
            actions.answer(made, uphold=form.verdict.data == "uphold", by=doors.staff(), at=now())
    except (rescissions.SameCaseworker, rescissions.NotContested) as refused:
        return _shown(found, _form(found), status_of(refused), sentence_of(refused))
    flash(_("Answered for good, and the member has been told."), "done")
    return done(url_for(".membership", membership=membership))


def _form(found: Membership) -> DecideForm:
    return DecideForm(rulebook.member_terms(found.member_terms))


def _found(ref: str) -> Membership:
    found = queries.membership(ref) or abort(404)
    if found.account_id == doors.staff().id:
        abort(403, _("This is your own membership. Other people look after it."))
    return found


def _shown(found: Membership, form: DecideForm, status: int = 200, problem: str | None = None) -> Response:
    standing = rescissions.of_membership(found)
    reads = doors.role() == "caseworker"
    return page(
        "rescinding/membership.html",
        status=status,
        membership=found,
        name=queries.name_of(found),
        standing=standing,
        decisions=[(made, *(queries.words_of(made) if reads else ("", ""))) for made in queries.decisions_of(found)],
        may_decide=reads and standing is None and ending.may_still_end(found),
        may_answer=reads
        and standing is not None
        and standing.state == "contested"
        and standing.decided_by != doors.staff().id,
        form=form,
        problem=problem,
    )
