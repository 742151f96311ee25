"""The route on which an account is named anew: after the bank sent a payout back, or by a relative after a death."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.claims import queries
from app.claims.forms import BankAccountForm
from app.claims.payout_account import actions
from app.db import transaction
from app.models import Claim
from app.services import claim_file, claim_money, payees
from app.services.returns import NoAccountAsked
from app.web import doors
from app.web.clock import now
from app.web.doors import door
from app.web.hx import done, page
from app.web.sentences import sentence_of

bp = Blueprint("payout_account", __name__, url_prefix="/claims")
bp.before_request(door("member"))


@bp.route("/<ref:claim>/payout-account", methods=["GET", "POST"])
def name_again(claim: str) -> Response:
    """Name the account anew; what was named before is not shown, so that nothing wrong is sent twice by habit."""
    mine = queries.claim_of(doors.account(), claim) or abort(404)
    money = claim_money.money_of(mine)
    if money is None or not money.asks_account:
        return _of_relative(mine)
    form = BankAccountForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return page("claims/payout_account.html", status=status, form=form, money=money, **queries.about(mine))
    try:
        with transaction():
            actions.name_again(mine, form.account(), by=doors.account(), at=now())
    except NoAccountAsked as late:
        abort(409, sentence_of(late))
    flash(_("Thank you. A treasurer sends the money to this account now; you are told when it has arrived."))
    return done(url_for("claims.claim", claim=claim))


def _of_relative(mine: Claim) -> Response:
    """A relative names another account than the dead person had named: at once, or for a caseworker to confirm."""
    way = payees.way_of(mine)
    if way is None:
        late = payees.NoAccountNow(mine.state) if mine.filer_report_id else NoAccountAsked()
        abort(409, sentence_of(late))
    form = BankAccountForm()
    waits = payees.asked(mine)
    if waits is not None or not form.validate_on_submit():
        status = 409 if waits else 422
        return page(
            "claims/filer/payee.html",
            status=status if form.is_submitted() else 200,
            form=form,
            way=way,
            named=payees.account_of(waits) if waits else None,
            before=claim_file.bank_account_of(mine),
            **queries.about(mine),
        )
    with transaction():
        waits = actions.name_another(mine, form.account(), by=doors.account(), at=now())
    if waits is None:
        flash(_("Kept. If the claim is approved, the payout goes to this account."))
    else:
        flash(_("Thank you. A caseworker compares your proof and confirms the account; you are told."))
    return done(url_for("claims.claim", claim=mine.ref))
