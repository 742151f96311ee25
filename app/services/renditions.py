"""Looking at documents: the pages of each as pictures, drawn by the worker when somebody first asks for them.

    shown(document, 3, at=now())        how it stands with page 3; asks for it to be drawn when nobody has yet
    open_page(document, 3, by=…, …)     the picture of page 3; that it was looked at is written down first
    open_thumb(document, 1)             the small picture of page 1, for its owner's own list of files

A document is drawn in bites of `AT_ONCE` pages: the one that is looked at and the one after it, so that nobody waits
for three hundred pages to see the first, and nothing is drawn that nobody asks for. Pictures are encrypted under the
document's own key and go with it.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from sqlalchemy import select

from app.adapters import store
from app.db import db, transaction
from app.models import Account, Audit, CorrectionPaper, CorrectionRendition, Evidence, Outbox, Rendition
from app.services import audit, outbox, vault
from app.services.apart import asking
from app.services.apart.answers import Drawn
from app.services.days import day_of, midnight
from app.services.evidence import Removed
from app.services.file_refusals import TooMuchWork
from app.services.intake import VIEW
from app.services.spool import EncryptedSpool

WORK: Final = "render-evidence"
LEASE: Final = dt.timedelta(minutes=15)
"""Longer than a bite may take when each of its pages has to be tried by itself."""
AT_ONCE: Final = 6
"""How many pages are drawn in one piece of work."""
OPENED: Final = "evidence.pages_opened"


Document = Evidence | CorrectionPaper
_PICTURES: Final[Mapping[type[Document], type[Rendition | CorrectionRendition]]] = {
    Evidence: Rendition,
    CorrectionPaper: CorrectionRendition,
}
"""Where the pictures of each kind of document are."""


class NotDrawn(Exception):
    """There is no picture of this page: it waits for the worker, or cannot be drawn."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How it stands with the picture of one page."""

    page: int
    state: str
    """`drawn`, `waiting` for the worker, or `impossible`."""
    width_px: int = 0
    height_px: int = 0


def shown(document: Document, page: int, *, at: dt.datetime) -> Shown:
    """How it stands with one page; what is not drawn is asked for, with the pages after it.

    Raises `Removed`, and IndexError for a page it does not have. Commits for itself what it asks for.
    """
    if document.removed_at is not None:
        raise Removed
    if not 1 <= page <= document.pages:
        raise IndexError(page)
    wanted = [number for number in (page, page + AT_ONCE) if number <= document.pages]
    found = _standing([document], wanted)
    answer = found.get((document.id, page), Shown(page, "waiting"))
    _want([(document, number) for number in wanted if (document.id, number) not in found], at=at)
    return answer


def first_pages(documents: Sequence[Evidence], *, at: dt.datetime) -> dict[int, Shown]:
    """How it stands with the first page of each document, by the document's number; what is missing is asked for."""
    alive = [document for document in documents if document.removed_at is None]
    found = _standing(alive, [1])
    answer = {document.id: found.get((document.id, 1), Shown(1, "waiting")) for document in alive}
    _want([(document, 1) for document in alive if (document.id, 1) not in found], at=at)
    return answer


def drawn_pages(document: Document, pages: Iterable[int]) -> frozenset[int]:
    """Those among the pages that are drawn."""
    found = _standing([document], pages)
    return frozenset(one.page for one in found.values() if one.state == "drawn")


def open_page(  # noqa: PLR0913 -- which picture of which page of what, and who looks when
    document: Document, page: int, kind: str = "page", *, by: Account, role: str, at: dt.datetime
) -> Iterator[bytes]:
    """The picture of a page, a JPEG. Before its first byte the look is written down, once a document, person and day.

    Raises `Removed`, `NotDrawn`, `store.ObjectMissing` or an error of the vault; RuntimeError inside a transaction.
    """
    if db.session().info.get("deed"):
        raise RuntimeError("a document is looked at outside of transactions: its audit row must be committed first")
    pieces = _pieces(document, page, kind)
    _write_down(document, page, by=by, role=role, at=at)
    return chain((next(pieces),), pieces)


def open_thumb(document: Evidence, page: int = 1) -> Iterator[bytes]:
    """The small picture of a page for its owner's own list, where it is no look (docs/decisions/0036)."""
    pieces = _pieces(document, page, "thumb")
    return chain((next(pieces),), pieces)


def draw(payload: Mapping[str, Any], at: dt.datetime) -> None:
    """Draw one bite of a document; nothing when it is drawn, or was taken back meanwhile."""
    document = _by_ref(payload["document"])
    if document is None or document.removed_at is not None:
        return
    first = int(payload["first"])
    last = min(first + AT_ONCE - 1, document.pages)
    found = _standing([document], range(first, last + 1))
    missing = [number for number in range(first, last + 1) if (document.id, number) not in found]
    if not missing:
        return
    with EncryptedSpool() as view:
        key, media_type, of = _into(view, document), document.view_media_type, (type(document), document.id)
        db.session.rollback()  # nothing is held in the database while it is drawn
        for pages, most in _drawn(view, media_type, missing):
            with most:
                _keep(of, pages, most, key=key, at=at)


def _by_ref(ref: str) -> Document | None:
    found: Document | None = db.session.scalar(select(Evidence).where(Evidence.ref == ref))
    return found or db.session.scalar(select(CorrectionPaper).where(CorrectionPaper.ref == ref))


def _drawn(view: EncryptedSpool, media_type: str, pages: list[int]) -> Iterator[tuple[list[Drawn], EncryptedSpool]]:
    """Pictures with the spool they are in: all at once, or page by page when that is too much."""
    pictures = EncryptedSpool()
    try:
        yield asking.draw(view, media_type, first=pages[0], last=pages[-1], into=pictures), pictures
    except TooMuchWork:
        pictures.close()
        for page in pages if len(pages) > 1 else ():
            yield from _drawn(view, media_type, [page])
        if len(pages) == 1:
            yield [Drawn(pages[0], kind, 0, 0, 0, 0) for kind in ("page", "thumb")], EncryptedSpool()


def _keep(
    of: tuple[type[Document], int], drawn: list[Drawn], pictures: EncryptedSpool, *, key: bytes, at: dt.datetime
) -> None:
    """Store the pictures and write their rows; of two workers who draw the same the first one's stay."""
    with ExitStack() as unwanted:
        rows = []
        for one in drawn:
            rows.append(_row(one, of, at=at))
            unwanted.callback(_forget, rows[-1].object)
            _store(rows[-1], one, pictures, key=key)
        with transaction():
            document: Any = db.session.get(*of, with_for_update=True, populate_existing=True)
            if document is None or document.removed_at is not None:
                return
            if _standing([document], [row.page for row in rows]):
                return
            db.session.add_all(rows)
            db.session.flush()
        unwanted.pop_all()


def _row(one: Drawn, of: tuple[type[Document], int], *, at: dt.datetime) -> Rendition | CorrectionRendition:
    row = _PICTURES[of[0]](document_id=of[1], page=one.page, kind=one.kind, made_at=at)
    if one.size_bytes:
        row.object, row.width_px, row.height_px = store.new_name(), one.width_px, one.height_px
    return row


def _store(row: Rendition | CorrectionRendition, one: Drawn, pictures: EncryptedSpool, *, key: bytes) -> None:
    if row.object is None:
        return
    pictures.seek(one.start)
    content = pictures.read(one.size_bytes)
    store.put(row.object, vault.encrypt_document([content], key=key, purpose=_purpose(one.page, one.kind)))


def _forget(name: str | None) -> None:
    if name is not None:
        with suppress(store.NotKept):
            store.delete(name)


def _into(spool: EncryptedSpool, document: Document) -> bytes:
    """The view of the document, into a spool; returns the key of the document."""
    key = vault.open_document_key(document.wrapped_key)
    for piece in vault.decrypt_document(store.get(document.view_object), key=key, purpose=VIEW):
        spool.write(piece)
    if spool.is_broken:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return key


def _standing(documents: Sequence[Document], pages: Iterable[int]) -> dict[tuple[int, int], Shown]:
    """What is known of the pages of documents of one kind, by document and page."""
    if not documents:
        return {}
    made = _PICTURES[type(documents[0])]
    rows = db.session.execute(
        select(made.document_id, made.page, made.width_px, made.height_px).where(
            made.document_id.in_([document.id for document in documents]),
            made.page.in_(list(pages)),
            made.kind == "page",
        )
    )
    return {
        (number, page): Shown(page, "drawn" if width else "impossible", width or 0, height or 0)
        for number, page, width, height in rows
    }


def _want(pages: Sequence[tuple[Document, int]], *, at: dt.datetime) -> None:
    """Ask the worker for the bites these pages are in. Reads first: who looks again takes no lock from anybody."""
    bites = {(document.ref, (page - 1) // AT_ONCE * AT_ONCE + 1) for document, page in pages}
    keys = {f"{WORK}:{ref}:{first}": (ref, first) for ref, first in sorted(bites)}
    asked = set(db.session.scalars(select(Outbox.key).where(Outbox.key.in_(keys)))) if keys else set()
    new = [key for key in keys if key not in asked]
    if not new:
        return
    with transaction():
        for key in new:
            ref, first = keys[key]
            outbox.ask(WORK, key, at=at, document=ref, first=first)


def _pieces(document: Document, page: int, kind: str) -> Iterator[bytes]:
    if document.removed_at is not None:
        raise Removed
    made = _PICTURES[type(document)]
    name = db.session.scalar(
        select(made.object).where(made.document_id == document.id, made.page == page, made.kind == kind)
    )
    if name is None:
        raise NotDrawn
    key = vault.open_document_key(document.wrapped_key)
    return vault.decrypt_document(store.get(name), key=key, purpose=_purpose(page, kind))


def _write_down(document: Document, page: int, *, by: Account, role: str, at: dt.datetime) -> None:
    """One row a document, person, role and day; the first page that was opened is named.

    A page and its small neighbours are asked for at once: the document is held while it is asked whether one stands.
    """
    looked = select(Audit.id).where(
        Audit.about_kind == "evidence",
        Audit.about_ref == document.ref,
        Audit.deed == OPENED,
        Audit.account_id == by.id,
        Audit.role == role,
        Audit.at >= midnight(day_of(at)),
    )
    if db.session.scalar(looked.limit(1)) is not None:
        return
    kind, number, ref, who = type(document), document.id, document.ref, by.id
    with transaction():
        db.session.execute(select(kind.id).where(kind.id == number).with_for_update())
        if db.session.scalar(looked.limit(1)) is None:
            audit.note(OPENED, "evidence", ref, by=who, role=role, at=at, detail=f"page {page} first")


def _purpose(page: int, kind: str) -> str:
    return f"{kind} {page}"
