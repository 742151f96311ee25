"""The public pages of the money. The same for everybody, and nothing is stored."""

from __future__ import annotations

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.disclosures.money import queries
from app.services import closings, fees, figures, reserves
from app.services.movements import Movement
from app.web.clock import now, today
from app.web.doors import door
from app.web.hx import page

bp = Blueprint("money", __name__, url_prefix="/money")
bp.before_request(door("visitor"))


@bp.get("")
def index() -> ResponseReturnValue:
    """What is held and what is owed, account by account; who waits for what; what the reserves hold."""
    accounts = queries.accounts()
    return page(
        "disclosures/money.html",
        accounts=accounts,
        reserves={slug: fen for one in accounts for slug, fen in one.custody.reserves_fen.items()},
        names=figures.plan_names(today()),
        fees={slug: fen for one in accounts for slug, fen in one.custody.fees_fen.items()},
        closings=closings.all_binding(),
        at=now(),
    )


@bp.get("/reserves/<plan:slug>")
def reserve(slug: str) -> ResponseReturnValue:
    """Every movement of one reserve, newest first."""
    plan = queries.plan(slug) or abort(404, _("There is no plan of this name. All plans are listed under Plans."))
    found = reserves.movements(plan, before=_before(), most=queries.MOVEMENTS_A_PAGE + 1)
    return page(
        "disclosures/reserve.html",
        plan=plan,
        rules=figures.plan_names(today())[slug],
        held_fen=reserves.held_fen(plan),
        movements=found[: queries.MOVEMENTS_A_PAGE],
        older=_older(found),
    )


@bp.get("/fees/<plan:slug>")
def fee(slug: str) -> ResponseReturnValue:
    """The operator's fee of one plan: what each settlement named, and what has left of it, newest first."""
    plan = queries.plan(slug) or abort(404, _("There is no plan of this name. All plans are listed under Plans."))
    found = fees.movements(plan, before=_before(), most=queries.MOVEMENTS_A_PAGE + 1)
    return page(
        "disclosures/fee.html",
        plan=plan,
        rules=figures.plan_names(today())[slug],
        fee=fees.of(plan),
        movements=found[: queries.MOVEMENTS_A_PAGE],
        older=_older(found),
    )


def _before() -> int | None:
    return request.args.get("before", type=int)


def _older(found: list[Movement]) -> int | None:
    """The number below which older movements stand; None when these are all."""
    return found[queries.MOVEMENTS_A_PAGE - 1].number if len(found) > queries.MOVEMENTS_A_PAGE else None
