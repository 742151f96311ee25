"""The pages of figures and their files. Public: the same for everybody, and nothing is stored."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.disclosures.figures import queries
from app.disclosures.figures.files import queries as tables
from app.services import figures
from app.web.clock import now, today
from app.web.doors import door
from app.web.downloads import download
from app.web.hx import page

bp = Blueprint("figures", __name__, url_prefix="/figures")
bp.before_request(door("visitor"))


@bp.get("")
def index() -> ResponseReturnValue:
    """All plans together."""
    return page("figures/index.html", names=figures.plan_names(today()), shown=queries.together(), at=now())


@bp.get("/<plan:slug>")
def plan(slug: str) -> ResponseReturnValue:
    """One plan; before its first lock and its first settlement it says so."""
    shown = _plan(slug)
    return page("figures/plan.html", names=figures.plan_names(today()), shown=shown, at=now())


def table(figure: str) -> Response:
    """One figure of all plans as a file."""
    columns, rows = tables.TOGETHER[figure]
    return download(tables.text(columns, rows(queries.together())), "text/csv", f"figures-{figure}.csv")


def plan_table(slug: str, figure: str) -> Response:
    """One figure of one plan as a file."""
    columns, rows = tables.OF_PLAN[figure]
    return download(tables.text(columns, rows(_plan(slug))), "text/csv", f"figures-{slug}-{figure}.csv")


def _plan(slug: str) -> queries.OfPlan:
    return queries.of_plan(slug) or abort(404, _("There is no plan of this name. All plans are listed under Plans."))


for _figure in tables.TOGETHER:
    bp.add_url_rule(f"/{_figure}.csv", _figure, table, defaults={"figure": _figure})
for _figure in tables.OF_PLAN:
    bp.add_url_rule(f"/<plan:slug>/{_figure}.csv", f"plan_{_figure}", plan_table, defaults={"figure": _figure})
