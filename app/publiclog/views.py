"""The public log: a page for people, and files for whoever checks it with tools of their own. Same for everybody."""

from __future__ import annotations

import base64
from typing import Final

from flask import Blueprint, Response, abort, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.domain import tiles
from app.domain.merkle import OutOfTree
from app.domain.tiles import WIDTH, NoSuchTile
from app.publiclog import queries
from app.services import facts, figures
from app.services.public_log import files, proving, reading, signing
from app.services.public_log.proving import NothingSigned
from app.web import clock, filters, log_entries
from app.web.doors import door
from app.web.hx import page
from app.web.paging import asked_page

bp = Blueprint("publiclog", __name__, url_prefix="/log")
bp.before_request(door("visitor"))

FOR_EVER: Final = "public, max-age=31536000, immutable"
AN_HOUR: Final = "public, max-age=3600"
SECONDS: Final = "public, max-age=5"
_TEXT: Final = "text/plain"
_BYTES: Final = "application/octet-stream"


@bp.get("")
def log() -> ResponseReturnValue:
    """What the log is, how far it has come, what was recorded last, and how to check it; with `?page=` every entry."""
    found = queries.overview()
    number, pages = asked_page(found.size, queries.A_PAGE)
    every = "page" in request.args
    return page(
        "publiclog/log.html",
        fragments={"entries": "publiclog/_entries.html"},
        log=found,
        entries=queries.newest(found.size, number) if every else queries.recorded_last(found.size),
        every=every,
        plans=_plans(),
        words=log_entries,
        page=number,
        pages=pages,
    )


@bp.get("/entry/<index:number>")
def entry(number: int) -> ResponseReturnValue:
    """One entry in words, as it stands there, with its proof."""
    found = queries.entry(number)
    if found is None:
        abort(404, _beyond())
    return page(
        "publiclog/entry.html",
        entry=found,
        title=log_entries.title(found.fact.type),
        sentence=log_entries.sentence(found.fact.type),
        lines=log_entries.lines(found.fact.body, _plans()),
        fingerprint=facts.digest(found.fact.body),
    )


@bp.get("/entry/<index:number>.json")
def raw(number: int) -> Response:
    """The bytes of one entry, as they are hashed."""
    found = reading.entry(number)
    if found is None:
        return _not_there(_beyond())
    return _for_machines(Response(found.body, mimetype="application/json"), FOR_EVER)


@bp.get("/checkpoint")
def checkpoint() -> Response:
    """The latest checkpoint, signed."""
    signed = reading.latest()
    if signed is None:
        return _not_there(_beyond())
    return _for_machines(Response(signed.note, mimetype=_TEXT), SECONDS)


@bp.get("/vkey")
def vkey() -> Response:
    """The verifier keys that sign now, one a line, the newest first."""
    return _for_machines(Response("".join(f"{key}\n" for key in signing.verifier_keys()), mimetype=_TEXT), AN_HOUR)


@bp.get("/tile/<tile:where>")
def tile(where: str) -> Response:
    """A tile of hashes or a bundle of entries: the file, or the same from the database when no file is there (yet)."""
    try:
        wanted = tiles.parse(f"tile/{where}")
        tiles.stands(reading.size(), wanted)
    except NoSuchTile as beyond:
        return _not_there(_("There is no such tile: %(why)s.", why=str(beyond)))
    kept = FOR_EVER if wanted.width == WIDTH else AN_HOUR
    path = files.path_of(f"{files.LOG}/{wanted.path()}")
    if path.is_file():
        return _for_machines(send_file(path, mimetype=_BYTES), kept)
    return _for_machines(Response(files.bytes_of(wanted), mimetype=_BYTES), kept)


@bp.get("/proof/<index:number>")
def proof(number: int) -> Response:
    """The file by which an entry is checked against the latest checkpoint, for whoever wants to keep it."""
    try:
        text = proving.proof_file(number)
    except (OutOfTree, NothingSigned):
        return _not_there(_beyond())
    response = _for_machines(Response(text, mimetype=_TEXT), SECONDS)
    response.headers["Content-Disposition"] = f'attachment; filename="juntan-log-{number}.tlog-proof"'
    return response


@bp.get("/consistency/<index:old>/<index:new>")
def consistency(old: int, new: int) -> Response:
    """What shows that the log of one size is the beginning of the log of another: one hash in base64 a line."""
    try:
        found = proving.consistency(old, new)
    except OutOfTree:
        said = _("The log of %(new)s entries does not begin with one of %(old)s.", old=old, new=new)
        return _not_there(f"{said} {_beyond()}")
    lines = "".join(f"{base64.b64encode(part).decode()}\n" for part in found)
    return _for_machines(Response(lines, mimetype=_TEXT), AN_HOUR)


def _plans() -> dict[str, str]:
    """The names of all plans by slug, in the reader's language."""
    names = figures.plan_names(clock.today())
    return {slug: filters.in_words(rules.name) for slug, rules in names.items()}


def _beyond() -> str:
    size = reading.size()
    if not size:
        return _("Nothing stands in the public log yet.")
    return _("The public log has %(size)s entries, numbered from 0 to %(last)s.", size=size, last=size - 1)


def _not_there(said: str) -> Response:
    """What does not exist, said to a machine in a sentence."""
    response = Response(f"{said}\n", 404, mimetype=_TEXT)
    response.headers["Cache-Control"] = "no-store"
    return response


def _for_machines(response: Response, kept: str) -> Response:
    """A file that anybody's tool may fetch, from pages of others too."""
    response.headers["Cache-Control"] = kept
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    if not response.direct_passthrough:
        response.add_etag()
        response.make_conditional(request)
    return response
