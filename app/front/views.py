"""The home page, and the pages that explain the house. Public: the same for everybody."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, current_app, url_for
from flask.typing import ResponseReturnValue

from app.domain.equation import TermKey
from app.front import queries
from app.services import closings, figures
from app.web import clock
from app.web.doors import door
from app.web.hx import page
from app.web.sums import equation_terms

_PLACES: Final[dict[TermKey, str]] = {
    "payouts": "cases",
    "fee": "fee",
    "unpaid": "unpaid",
    "credits": "credits",
    "surplus": "surplus",
}
"""Where on the page of a period the rows behind each term stand."""

bp = Blueprint("front", __name__)
bp.before_request(door("visitor"))


@bp.get("/")
def home() -> ResponseReturnValue:
    """What this is, the latest share as the sum it is, the plans, and what was published last."""
    plans = figures.plans_now(clock.today())
    last = queries.latest_share(plans)
    terms = []
    address = ""
    if last is not None:
        address = url_for("disclosures.period", name=last.period.name)
        terms = equation_terms(
            last.equation,
            cases=last.settlement.cases,
            fee_bp=last.fee_bp,
            links={key: f"{address}#{place}" for key, place in _PLACES.items()},
        )
    return page(
        "front/home.html",
        plans=plans,
        closings=[one for one in closings.all_binding() if one.stage != "closed"],
        rules={one.plan.slug: one.rules for one in plans},
        names={one.plan.slug: one.rules.name for one in plans},
        last=last,
        terms=terms,
        address=address,
        together=figures.together(),
        latest=queries.latest_disclosures(),
    )


@bp.get("/how-it-works")
def how_it_works() -> ResponseReturnValue:
    """From the balance to the payout, step by step."""
    return page("front/how_it_works.html")


@bp.get("/not-insurance")
def not_insurance() -> ResponseReturnValue:
    """What this is not, and what stands in the place of what it is not."""
    return page("front/not_insurance.html")


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    """What is kept about whom, for how long, and who sees it."""
    return page("front/privacy.html")


@bp.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """Whom this site can be used by, and what does not work yet."""
    return page("front/accessibility.html")


@bp.get("/help")
def help_page() -> ResponseReturnValue:
    """How to reach a person, and where to find what is asked most."""
    return page("front/help.html", help=current_app.config["HELP"])
