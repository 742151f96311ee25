"""The page on which the play money is told what to do. In production it does not exist."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.demo.money import actions
from app.demo.money.forms import WishForm
from app.services import sandbox
from app.web.clock import now
from app.web.doors import door
from app.web.hx import done, page

bp = Blueprint("play_money", __name__, url_prefix="/demo/payments")
bp.before_request(door("anybody"))


@bp.before_request
def only_in_demo() -> None:
    """Production has no such room."""
    if current_app.config["MODE"] != "demo":
        abort(404)


@bp.route("", methods=["GET", "POST"])
def choose() -> Response:
    """Choose what the next payment does."""
    form = WishForm()
    if not form.validate_on_submit():
        return page(
            "demo/payments.html", status=422 if form.is_submitted() else 200, form=form, waiting=sandbox.waiting()
        )
    with transaction():
        actions.wish(form.wish(), at=now())
    flash(
        _("Payouts and refunds wait for a bank file from now on, until you choose something else for them.")
        if form.does.data == "by_file"
        else _("The next payment will do that, once. Those after it arrive at once again."),
        "done",
    )
    return done(url_for(".choose"))
