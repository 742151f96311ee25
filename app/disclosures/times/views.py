"""How long claims take. Public: the same for everybody, and nothing is stored."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from app.disclosures.times import queries
from app.services import figures
from app.web.clock import today
from app.web.doors import door
from app.web.downloads import download
from app.web.hx import page

bp = Blueprint("times", __name__, url_prefix="/disclosures/how-long")
bp.before_request(door("visitor"))


@bp.get("")
def index() -> ResponseReturnValue:
    """How long each step took, what became of claims, why refusals, and what appeals changed."""
    names = figures.plan_names(today())
    return page("times/index.html", shown=queries.published(names))


@bp.get("/figures.csv")
def table() -> Response:
    """The same figures as a table."""
    shown = queries.published(figures.plan_names(today()))
    return download(queries.table(shown).encode(), "text/csv", "how-long-claims-take.csv")
