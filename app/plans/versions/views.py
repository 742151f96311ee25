"""Routes of two versions side by side, and of files. Public, and the same for everybody."""

from __future__ import annotations

from functools import lru_cache

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.adapters import pdf
from app.domain.rules import canonical
from app.models import RuleVersion
from app.plans.queries import clauses_in_order, versions
from app.plans.versions import queries
from app.services import rulebook
from app.web import clock
from app.web.doors import door
from app.web.downloads import download
from app.web.filters import in_words
from app.web.hx import page
from app.web.i18n import TAGS, language
from app.web.qr import qr_code

bp = Blueprint("plan_versions", __name__)
bp.before_request(door("visitor"))


@bp.get("/plans/<plan:slug>/rules/changes")
def between(slug: str) -> ResponseReturnValue:
    """What differs between any two versions, named by `from` and `to`; without them, the form to choose two."""
    every = _versions(slug)
    first, second = request.args.get("from", ""), request.args.get("to", "")
    change = problem = None
    if first or second:
        try:
            change = queries.between(every, first, second)
        except queries.NotTwoVersions:
            problem = _("Choose two different versions of the list.")
    return page(
        "plans/changes.html",
        status=422 if problem else 200,
        change=change,
        problem=problem,
        versions=every,
        rules=rulebook.rules_of(change.after if change else every[0]),
        day=clock.today(),
    )


@bp.get("/plans/<plan:slug>/rules/<number:number>.pdf")
def paper(slug: str, number: int) -> Response:
    """One version on paper, its fingerprint printed on it. The same words give the same file: it is kept in memory."""
    found = _version(slug, number)
    rules = rulebook.rules_of(found)
    title = _("%(plan)s, rule version %(number)s", plan=in_words(rules.name), number=number)
    origin: str = current_app.config["ORIGIN"] or request.host_url.rstrip("/")
    address = f"{origin}/plans/{slug}/rules/{number}"
    html = render_template(
        "plans/version_letter.html",
        found=found,
        rules=rules,
        clauses=clauses_in_order(rules),
        title=title,
        site=origin.partition("://")[2],
        address=address,
        qr=qr_code(address, _("QR code: the rules of this plan")),
    )
    name = f"{slug}-{number}-{language()}.pdf"
    return download(_printed(html, TAGS[language()], title), "application/pdf", name, disposition="inline")


@bp.get("/plans/<plan:slug>/rules/<number:number>.json")
def record(slug: str, number: int) -> Response:
    """One version as the bytes that its fingerprint was taken of: `sha256sum` of this file gives the same."""
    found = _version(slug, number)
    content = canonical(rulebook.rules_of(found))
    return download(content, "application/json", f"{slug}-{number}.json")


@bp.get("/plans/<plan:slug>/shares.csv")
def shares(slug: str) -> Response:
    """Every settlement of the plan, oldest first, for a spreadsheet: amounts in fen."""
    plan = queries.plan_with(slug) or abort(404, _("There is no plan of this name. All plans are listed under Plans."))
    return download("".join(queries.shares_table(plan.id)).encode(), "text/csv", f"{slug}-shares.csv")


@lru_cache(maxsize=32)
def _printed(html: str, tag: str, title: str) -> bytes:
    return pdf.render(html, language=tag, title=title)


def _versions(slug: str) -> list[RuleVersion]:
    return versions(slug) or abort(404, _("There is no plan of this name. All plans are listed under Plans."))


def _version(slug: str, number: int) -> RuleVersion:
    found = next((one for one in _versions(slug) if one.number == number), None)
    return found or abort(404, _("This plan has no rule version %(number)s.", number=number))
