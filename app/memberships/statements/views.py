"""Routes of statements."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from flask import Blueprint, Response, abort, current_app, render_template, request, stream_with_context
from flask_babel import gettext as _

from app.adapters import pdf
from app.domain.calendar import parse_period_name
from app.domain.equation import Equation
from app.memberships.queries import membership_of
from app.memberships.statements import queries
from app.memberships.statements.forms import DayForm
from app.memberships.statements.queries import Whose, Year
from app.models import Account
from app.services import statement
from app.services.counting import proving
from app.services.statement import Line
from app.web import doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.downloads import download
from app.web.filters import iso
from app.web.hx import page
from app.web.i18n import TAGS, language
from app.web.paging import asked_page
from app.web.sums import equation_terms

bp = Blueprint("statements", __name__, url_prefix="/me")
bp.before_request(door("member"))

A_PAGE: Final = 20
COLUMNS: Final = ("at", "kind", "period", "amount_fen", "balance_fen")


@bp.get("/<ref:ref>/statement")
def statement_page(ref: str) -> Response:
    """The statement as it stood at the end of a day, newest line first; the day is today unless another is asked."""
    whose = _whose(ref)
    form = DayForm(request.args if "day" in request.args else None, first=whose.first_day, today=whose.today)
    refused = "day" in request.args and not form.validate()
    on = today() if refused or form.day.data is None else form.day.data
    before = queries.end_of(on)
    at_page, pages = asked_page(statement.count_lines(whose.membership, before=before), A_PAGE)
    lines = statement.lines(whose.membership, skip=(at_page - 1) * A_PAGE, most=A_PAGE, before=before)
    return page(
        "memberships/statement.html",
        fragments={"statement-on": "memberships/_statement.html"},
        status=422 if refused else 200,
        whose=whose,
        form=form,
        on=on,
        balance_fen=queries.balance_on(whose.membership, on),
        lines=_with_periods(lines),
        places=proving.places(whose.membership, [line.period for line in lines if line.period]),
        at_page=at_page,
        pages=pages,
    )


@bp.get("/<ref:ref>/statement/<int:year>")
def year(ref: str, year: int) -> Response:
    """One calendar year: what there was, what came and went, what was left."""
    whose = _whose(ref)
    found = _year(whose, year)
    return page(
        "memberships/statement_year.html",
        whose=whose,
        year=found,
        lines=_with_periods(found.lines),
        behind=_behind(found),
    )


@bp.get("/<ref:ref>/statement/<int:year>.pdf")
def year_pdf(ref: str, year: int) -> Response:
    """The same on paper, made anew each time: it promises the same figures, not the same bytes."""
    whose = _whose(ref)
    found = _year(whose, year)
    title = _("Statement of %(year)s", year=year)
    html = render_template(
        "memberships/statement_letter.html",
        whose=whose, year=found, lines=_with_periods(found.lines),
        behind=_behind(found), title=title, made_at=now(), owner=doors.account(),
        site=_origin().partition("://")[2],
    )  # fmt: skip
    content = pdf.render(html, language=TAGS[language()], title=f"{title} · {ref}")
    return download(content, "application/pdf", f"statement-{ref}-{year}.pdf", disposition="inline")


@bp.get("/<ref:ref>/statement.csv")
def table(ref: str) -> Response:
    """Every line, oldest first, for a spreadsheet: amounts in fen, instants with their offset."""
    whose = _whose(ref)
    return download(stream_with_context(_csv(queries.every_line(whose.membership))), "text/csv", f"statement-{ref}.csv")


@bp.get("/<ref:ref>/statement.json")
def record(ref: str) -> Response:
    """Every line, oldest first, for a program."""
    whose = _whose(ref)
    return download(stream_with_context(_json(whose)), "application/json", f"statement-{ref}.json")


def _whose(ref: str) -> Whose:
    owner: Account = doors.account()
    return Whose(membership_of(owner, ref) or abort(404), today())


def _year(whose: Whose, year: int) -> Year:
    if year not in whose.years:
        abort(404, _("This membership has no statement of that year."))
    return queries.year_of(whose.membership, year, today=today())


def _with_periods(lines: Iterable[Line]) -> list[tuple[Line, Any]]:
    """Each line with the parts of its period's name."""
    return [(line, parse_period_name(line.period) if line.period else None) for line in lines]


def _behind(year: Year) -> list[tuple[str, Any, Any, Equation]]:
    """The sum behind each share: the name of its period and its parts, the terms, and the equation."""
    return [
        (one.period, parse_period_name(one.period), equation_terms(one.equation, cases=one.cases), one.equation)
        for one in year.behind
    ]


def _csv(lines: Iterator[Line]) -> Iterator[str]:
    yield ",".join(COLUMNS) + "\n"
    for line in lines:
        row = io.StringIO()
        csv.writer(row, lineterminator="\n").writerow(_row(line).values())
        yield row.getvalue()


def _json(whose: Whose) -> Iterator[str]:
    membership = whose.membership
    head = {
        "membership": membership.ref,
        "plan": whose.rules.slug,
        "made_at": iso(now()),
        "balance_fen": statement.balance_at(membership, now()),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "lines": ['
    for number, line in enumerate(queries.every_line(membership)):
        yield (",\n" if number else "\n") + json.dumps(_row(line), ensure_ascii=False)
    yield "\n]}\n"


def _row(line: Line) -> dict[str, Any]:
    return dict(
        zip(COLUMNS, (iso(line.at), line.kind, line.period or "", line.amount_fen, line.balance_fen), strict=True)
    )


def _origin() -> str:
    origin: str = current_app.config["ORIGIN"]
    return origin or request.host_url.rstrip("/")
