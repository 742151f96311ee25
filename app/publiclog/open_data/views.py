"""Open data: pages that explain the files, and the files themselves. Public: the same for everybody.

A file is found by its row, never by what is typed into an address: what has no row does not exist.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import escape

from app.domain.open_data import ARCHIVE, KEY, LATEST, VERIFIER
from app.publiclog.open_data import queries
from app.services import figures
from app.services.open_data import keeping, reading, schema
from app.web.addresses import whole
from app.web.clock import today
from app.web.doors import door
from app.web.feeds import ATOM, JSON_FEED
from app.web.hx import page
from app.web.paging import asked_page

bp = Blueprint("open_data", __name__)
bp.before_request(door("visitor"))

_TYPES: Final = {
    "csv": "text/csv",
    "json": "application/json",
    "atom": ATOM,
    "zip": "application/zip",
    "py": "text/plain",
    "": "text/plain",
}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "public, no-cache"
_XML: Final = "application/xml"
_SITE_MAP: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


@bp.get("/open-data")
def index() -> ResponseReturnValue:
    """Which files there are, how to check them, under which licence."""
    plan = request.args.get("plan", "")
    plans = figures.plan_names(today())
    if plan and plan not in plans:
        abort(404, _("There is no such plan. Choose one of the list."))
    number, pages = asked_page(reading.count_folders(plan or None), reading.FOLDERS_A_PAGE)
    files, known = reading.everything()
    title = _("Open data of Juntan mutual aid")
    words = _("Every period, case, settlement and payout, with the public log that proves that nothing was changed.")
    return page(
        "open_data/index.html",
        fragments={"folders": "open_data/_folders.html"},
        files=files,
        known=known,
        folders=reading.folders(plan or None, page=number),
        page=number,
        pages=pages,
        plan=plan,
        plans=plans,
        own=reading.plans_with_files(),
        tables=schema.tables(),
        described=queries.described(files, known, address=whole(url_for(".index")), title=title, words=words),
    )


@bp.get("/open-data/dictionary")
def dictionary() -> ResponseReturnValue:
    """Every table and column: what it holds, in which unit, and when it disappears."""
    return page("open_data/dictionary.html", tables=schema.tables())


@bp.get("/open-data/statements")
def statements() -> ResponseReturnValue:
    """Needs received and amounts shared, month by month."""
    asked = request.args.get("year", "")
    years, months = queries.months(asked or None)
    if asked and asked not in years:
        abort(404, _("There is no statement of that year."))
    return page(
        "open_data/statements.html",
        years=years,
        year=asked or (years[0] if years else ""),
        months=months,
        plans=figures.plan_names(today()),
    )


@bp.get("/open-data/<period:part>")
@bp.get("/open-data/<plan:part>")
def folder(part: str) -> ResponseReturnValue:
    """The files of one period, of one plan, or of all periods together."""
    files = reading.files_in(part)
    if not files:
        abort(404, _("There are no files of this name. All of them are listed under Open data."))
    return page("open_data/folder.html", part=part, files=files, tables=schema.tables(), latest=LATEST)


@bp.get("/open-data/<period:part>/<datafile:name>")
@bp.get("/open-data/<plan:part>/<datafile:name>")
def file(part: str, name: str) -> Response:
    """One file of a folder."""
    return _send(f"{part}/{name}")


@bp.get(f"/open-data/{LATEST}/rules/<datafile:name>")
def rules(name: str) -> Response:
    """The whole text of a version of the rules: it never changes."""
    return _send(f"{LATEST}/rules/{name}", _FOR_EVER)


@bp.get(f"/open-data/{ARCHIVE}")
def archive() -> Response:
    """Everything in one file."""
    return _send(ARCHIVE)


@bp.get(f"/open-data/{VERIFIER}")
def verifier() -> Response:
    """The program that checks the archive."""
    return _send(VERIFIER)


@bp.get(f"/open-data/{KEY}")
def vkey() -> Response:
    """The keys that sign the log."""
    return _send(KEY)


@bp.get("/sitemap.xml")
def site_map() -> Response:
    """The parts of the site map."""
    parts = range(1, queries.site_map_parts() + 1)
    entries = (f"<sitemap><loc>{whole(url_for('.site_map_part', number=part))}</loc></sitemap>" for part in parts)
    return Response(_xml("sitemapindex", "".join(entries)), mimetype=_XML)


@bp.get("/site-map/<number:number>.xml")
def site_map_part(number: int) -> Response:
    """One part: pages, plans and periods, or 50,000 cases."""
    if number > queries.site_map_parts():
        abort(404, _("The site map has no such part."))
    entries = (f"<url><loc>{escape(whole(address))}</loc></url>" for address in queries.addresses(number))
    return Response(_xml("urlset", "\n".join(entries)), mimetype=_XML)


@bp.get("/robots.txt")
def robots() -> Response:
    """Whoever searches the web may read everything public, and finds the site map."""
    return Response(f"User-agent: *\nAllow: /\n\nSitemap: {whole(url_for('.site_map'))}\n", mimetype="text/plain")


def _send(path: str, keep: str = _ASK_AGAIN) -> Response:
    """A file as it lies there. One whose details are over today is not given out, even before it is written anew."""
    known = reading.file_at(path)
    if known is None:
        abort(404, _("There is no such file. All files are listed under Open data."))
    if (known.ends_on is not None and known.ends_on <= today()) or not keeping.is_there(known):
        abort(503, _("This file is being written anew. Please try again in a few minutes."))
    kind = (
        JSON_FEED if known.name == "feed.json" else _TYPES[known.name.rpartition(".")[2] if "." in known.name else ""]
    )
    response = send_file(
        keeping.path_of(path), mimetype=kind, etag=known.sha256, last_modified=known.at, conditional=True
    )
    response.headers["Cache-Control"] = keep
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if path == ARCHIVE:
        response.headers["Content-Disposition"] = f'attachment; filename="{ARCHIVE}"'
    return response


def _xml(root: str, body: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_SITE_MAP}">\n{body}\n</{root}>\n'
