"""Routes of "May I apply?" for members, and the way from its answer to a draft."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _

from app.claims import queries
from app.claims.before import actions
from app.claims.before.forms import MayIApplyForm
from app.db import transaction
from app.models import Membership
from app.services import examples, may_apply
from app.services.may_apply import Answer
from app.web import doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.filters import in_words
from app.web.hx import done, page

bp = Blueprint("before_claims", __name__, url_prefix="/claims/may-i-apply")
bp.before_request(door("member"))


@bp.route("", methods=["GET", "POST"])
def ask() -> Response:
    """Membership, event and day lead to one sentence with its clause; nothing of it is kept."""
    form = _form()
    answer = _answer(form)[1] if form.validate_on_submit() else None
    return page(
        "claims/before/may_i_apply.html",
        status=422 if form.is_submitted() and answer is None else 200,
        form=form,
        answer=answer,
        memberships=form.membership.choices,
        examples=examples.every(),
    )


@bp.post("/draft")
def begin() -> Response:
    """Begin a claim with what was asked about filled in."""
    form = _form()
    if not form.validate_on_submit():
        return page(
            "claims/before/may_i_apply.html",
            status=422,
            form=form,
            answer=None,
            memberships=form.membership.choices,
            examples=examples.every(),
        )
    membership, answer = _answer(form)
    with transaction():
        claim = actions.begin_with(membership, answer, by=doors.account(), at=now())
    if claim.event_on != answer.asked.event_on:
        flash(_("A draft on this membership was begun before; what it says was not changed."))
    return done(url_for("claims.claim", claim=claim.ref))


def _answer(form: MayIApplyForm) -> tuple[Membership, Answer]:
    membership = queries.membership_of(doors.account(), form.chosen()) or abort(404)
    return membership, may_apply.for_membership(membership, form.asked(), on=today())


def _form() -> MayIApplyForm:
    form = MayIApplyForm(membership=request.args.get("membership"))
    form.today = today()
    return form.offer([
        (row, f"{queries.name_of(row)} · {in_words(queries.rules_behind(row).name)}")
        for row in queries.memberships_of(doors.account())
    ])  # fmt: skip
