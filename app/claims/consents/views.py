"""Routes of taking consents back."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.claims import queries
from app.claims.consents import actions
from app.claims.consents.forms import WithdrawForm
from app.db import transaction
from app.domain import claim_states
from app.models import Claim
from app.services import claim_file
from app.web import doors
from app.web.clock import now
from app.web.doors import door
from app.web.hx import done, page

bp = Blueprint("claim_consents", __name__, url_prefix="/claims")
bp.before_request(door("member"))


@bp.get("/<ref:claim>/consents-given")
def given(claim: str) -> Response:
    """The consents that stand, what follows from taking each back, and a button for each."""
    return _page(_mine(claim))


@bp.post("/<ref:claim>/consents-given")
def withdraw(claim: str) -> Response:
    """Take one back."""
    mine = _mine(claim)
    form = WithdrawForm(claim_file.consents_of(mine))
    if not form.validate_on_submit():
        return _page(mine, 409, next(iter(form.kind.errors), None))
    with transaction():
        actions.withdraw_consent(mine, str(form.kind.data), by=doors.account(), at=now())
    flash(_("The consent is taken back. What was done before stays valid."), "done")
    return done(url_for(".given", claim=claim))


def _mine(ref: str) -> Claim:
    return queries.claim_of(doors.account(), ref) or abort(404)


def _page(claim: Claim, status: int = 200, problem: str | None = None) -> Response:
    standing = claim_file.consents_of(claim)
    return page(
        "claims/consents_given.html",
        status=status,
        problem=problem,
        standing=sorted(standing.values(), key=lambda consent: consent.id),
        ends="withdraw" in claim_states.moves_from(claim.state, "member"),
        **queries.about(claim),
    )
