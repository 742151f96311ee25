"""Looking at a document page by page: which page, how large and which way up stand in the address, nothing runs.

A room says where its own page is and where it gives out the pictures; the rest is `templates/ui/viewer.html`:

    look = viewing.look(document, here=Place("review.claim", {"claim": …, "evidence": …}),
                        pictures=Place("desk_pictures.picture", {…}), at=now())
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, request, url_for

from app.models import Evidence
from app.services import renditions
from app.services.renditions import Document, Shown
from app.web import doors
from app.web.downloads import opened_document

ZOOMS: Final = (1, 2, 3)
_TURNS: Final = (0, 90, 180, 270)
_ONCE_ROUND: Final = 360
MOST_TRIES: Final = 20
"""How often the page asks again by itself whether its picture is there, every two seconds."""
_BESIDE: Final = 3
"""How many pages before and after this one stand in the strip."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address of a room: its endpoint and what belongs to it."""

    endpoint: str
    values: Mapping[str, Any]

    def url(self, **more: Any) -> str:
        """The address, with more in it."""
        return url_for(self.endpoint, **{**self.values, **more})


@dataclass(frozen=True, slots=True)
class Laid:
    """A picture of this size in pixels on a paper just large enough, turned to the right by so many degrees."""

    width_px: int
    height_px: int
    degrees: int

    @property
    def view_box(self) -> str:
        """The paper."""
        lies_on_its_side = self.degrees in {90, 270}
        return f"0 0 {self.height_px} {self.width_px}" if lies_on_its_side else f"0 0 {self.width_px} {self.height_px}"

    @property
    def transform(self) -> str:
        """How the picture is moved onto it; empty when it lies as it is."""
        moved = {
            90: f"translate({self.height_px} 0)",
            180: f"translate({self.width_px} {self.height_px})",
            270: f"translate(0 {self.width_px})",
        }
        return f"{moved[self.degrees]} rotate({self.degrees})" if self.degrees else ""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one page."""

    document: Document
    page: int
    pages: int
    zoom: int
    turn: int
    """How far the reader turned it, beside how its owner laid it."""
    tried: int
    is_first: bool
    """Whether this is the first look, and not a step within one: then the heading takes focus."""
    shown: Shown
    lies: int
    """How far its owner turned it."""
    beside: tuple[tuple[int, bool], ...]
    """The pages of the strip, and whether each is drawn."""
    here: Place
    pictures: Place

    @property
    def asks_again(self) -> bool:
        """Whether the page asks again by itself."""
        return self.shown.state == "waiting" and self.tried < MOST_TRIES

    @property
    def laid(self) -> Laid:
        """How the picture lies on the screen."""
        return Laid(self.shown.width_px, self.shown.height_px, (self.lies + self.turn) % _ONCE_ROUND)

    def url(self, **changes: Any) -> str:
        """This look with something else: page, zoom or turn. Another page begins at the same size, the same way up."""
        now = {"page": self.page, "zoom": self.zoom, "turn": self.turn} | changes
        return self.here.url(**{name: value for name, value in now.items() if value != _USUAL.get(name)})

    def turned(self, degrees: int) -> str:
        """This look turned further."""
        return self.url(turn=(self.turn + degrees) % _ONCE_ROUND)

    def picture(self, page: int, kind: str = "page") -> str:
        """Where the picture of a page is given out."""
        return self.pictures.url(page=page, **({} if kind == "page" else {"kind": kind}))


_USUAL: Final = {"zoom": 1, "turn": 0}


def look(document: Document, *, here: Place, pictures: Place, at: dt.datetime) -> Look:
    """What the address asks to see of a document; anything it does not have becomes its first page, as it lies."""
    pages, lies = document.pages, document.turn_degrees
    page = _among("page", range(1, pages + 1), 1)
    near = [number for number in range(page - _BESIDE, page + _BESIDE + 1) if 1 <= number <= pages]
    drawn = renditions.drawn_pages(document, near) if pages > 1 else frozenset()
    return Look(
        document=document,
        page=page,
        pages=pages,
        zoom=_among("zoom", ZOOMS, 1),
        turn=_among("turn", _TURNS, 0),
        tried=_among("tried", range(MOST_TRIES + 1), 0),
        is_first=not any(name in request.args for name in ("page", "zoom", "turn", "tried")),
        shown=renditions.shown(document, page, at=at),
        lies=lies,
        beside=tuple((number, number in drawn) for number in near),
        here=here,
        pictures=pictures,
    )


@dataclass(frozen=True, slots=True)
class Small:
    """The small pictures of a list of documents."""

    laid: Mapping[str, Laid]
    """How the first page of each lies, by the document's reference; of those that are drawn."""
    again: int | None
    """Which time the list asks again by itself, because some are being drawn; None when it does not."""


def small_pictures(documents: Sequence[Evidence], *, at: dt.datetime) -> Small:
    """The small pictures of a list; those that nobody has drawn yet are asked for."""
    turns = {document.id: (document.ref, document.turn_degrees) for document in documents}
    found = renditions.first_pages(documents, at=at)
    laid = {
        turns[number][0]: Laid(one.width_px, one.height_px, turns[number][1])
        for number, one in found.items()
        if one.state == "drawn"
    }
    tried = _among("tried", range(MOST_TRIES + 1), 0)
    waits = tried < MOST_TRIES and any(one.state == "waiting" for one in found.values())
    return Small(laid, tried + 1 if waits else None)


def kind_asked_for() -> str:
    """Which picture of a page the address asks for: the large one, or the small one."""
    return "thumb" if request.args.get("kind") == "thumb" else "page"


def picture(pieces: Iterable[bytes], name: str) -> Response:
    """A picture of a page, kept by nobody in between."""
    return opened_document(pieces, "image/jpeg", name)


def picture_for_staff(document: Document, page: int, name: str, *, at: dt.datetime) -> Response:
    """A page as a picture for whoever works here; that it was looked at is written down before its first byte."""
    pieces = renditions.open_page(document, page, kind_asked_for(), by=doors.staff(), role=doors.role(), at=at)
    return picture(pieces, name)


def _among(name: str, known: Iterable[int], otherwise: int) -> int:
    wanted = request.args.get(name, otherwise, type=int)
    return wanted if wanted in set(known) else otherwise
