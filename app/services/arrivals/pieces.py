"""The pieces of an arrival: encrypted while they come, stored, and only then counted.

What was counted is here for good, whatever happens to the connection or to this process in the next instant. Of two
senders who bring the same place at once, the piece of the first is counted and that of the other thrown away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Final, NamedTuple

from sqlalchemy import func, select

from app.adapters import store
from app.db import db, transaction
from app.domain.arrival_states import ARRIVALS, MOST_PIECES
from app.domain.tus import Checksum
from app.models import Arrival, ArrivalPiece
from app.services import outbox, vault
from app.services.arrivals.beginning import patience
from app.services.intake import StoreFull

CHECK: Final = "check-arrival"
"""The kind of work in the outbox."""
PIECE_BYTES: Final = 16 * 1024 * 1024
"""After so many bytes of one request what came is counted, though more of it is still to come."""
SENT_BYTES: Final = 4 * 1024 * 1024
"""So much the page sends in one request: the most that a killed process, or a proxy that holds it back, takes along."""


class OffsetDiffers(Exception):
    """The piece does not begin where the last one ended; `received_bytes` says where that is."""

    def __init__(self, received_bytes: int) -> None:
        super().__init__(f"{received_bytes} bytes have arrived")
        self.received_bytes = received_bytes


class Gone(Exception):
    """Nothing more is waited for: the file was refused, dropped, or not finished in time."""


class NotWhatWasSent(Exception):
    """The piece is not what its sender said, by its checksum: nothing of it was kept."""


class TooManyPieces(Exception):
    """The file came in more pieces than one file may."""


class _Stored(NamedTuple):
    """A piece that lies in the store and is not counted yet."""

    start: int
    size: int
    object: str


def take(row: Arrival, coming: Iterable[bytes], *, start: int, said: Checksum | None, at: dt.datetime) -> int:
    """Keep what comes, as far as it comes; returns how many bytes are here now.

    `coming` ends early when the connection does. With a checksum all of it is kept or nothing. Raises `Gone`,
    `OffsetDiffers`, `NotWhatWasSent`, `TooManyPieces`, `StoreFull`.
    """
    if row.state not in {"arriving", "checking", "kept"} or (row.expires_at is not None and row.expires_at <= at):
        raise Gone
    if start != row.received_bytes:
        raise OffsetDiffers(row.received_bytes)
    if row.wrapped_key is None or row.received_bytes == row.size_bytes:
        return row.received_bytes
    number, key = row.id, vault.open_document_key(row.wrapped_key)
    pieces = iter(coming)
    db.session.rollback()  # nothing is held while it comes
    if said is not None:
        return _keep(number, _checked(pieces, said, start, key), at=at)
    here = start
    while (stored := _stored(pieces, here, key)) is not None:
        here = _keep(number, [stored], at=at)
    return here


def _checked(pieces: Iterator[bytes], said: Checksum, start: int, key: bytes) -> list[_Stored]:
    """All of one request, when it is what its sender said it is."""
    digest, here = said.begun(), start
    stored: list[_Stored] = []

    def watched() -> Iterator[bytes]:
        for piece in pieces:
            digest.update(piece)
            yield piece

    source = watched()
    try:
        while (one := _stored(source, here, key)) is not None:
            stored.append(one)
            here += one.size
    except BaseException:
        _discard(stored)
        raise
    if digest.digest() != said.digest:
        _discard(stored)
        raise NotWhatWasSent
    return stored


def _stored(pieces: Iterator[bytes], start: int, key: bytes) -> _Stored | None:
    """The next piece, encrypted on its way into the store; None when nothing more comes."""
    first = next(pieces, None)
    if first is None:
        return None
    name, counted = store.new_name(), [0]
    try:
        store.put(name, vault.encrypt_document(_some(first, pieces, counted), key=key, purpose=_purpose(start)))
    except store.NotKept as full:
        raise StoreFull from full
    return _Stored(start, counted[0], name)


def _some(first: bytes, pieces: Iterator[bytes], counted: list[int]) -> Iterator[bytes]:
    """At most about `PIECE_BYTES`; `counted[0]` says how many they were."""
    for piece in chain((first,), pieces):
        counted[0] += len(piece)
        yield piece
        if counted[0] >= PIECE_BYTES:
            return


def _keep(number: int, stored: list[_Stored], *, at: dt.datetime) -> int:
    """Count pieces that are stored; whoever comes second finds another offset, and what was stored is removed."""
    try:
        with transaction():
            row = db.session.get_one(Arrival, number, with_for_update=True, populate_existing=True)
            for piece in stored:
                _count(row, piece, at=at)
            return row.received_bytes
    except BaseException:
        _discard(stored)
        raise


def _count(row: Arrival, piece: _Stored, *, at: dt.datetime) -> None:
    if row.state in {"refused", "dropped"}:
        raise Gone
    if row.received_bytes != piece.start or row.state != "arriving":
        raise OffsetDiffers(row.received_bytes)
    last = db.session.scalar(select(func.max(ArrivalPiece.number)).where(ArrivalPiece.arrival_id == row.id)) or 0
    if last >= MOST_PIECES:
        raise TooManyPieces
    row.received_bytes, row.expires_at = piece.start + piece.size, at + patience()
    db.session.flush()
    db.session.add(
        ArrivalPiece(
            arrival_id=row.id, number=last + 1, start_bytes=piece.start, size_bytes=piece.size, object=piece.object
        )
    )
    db.session.flush()
    if row.received_bytes == row.size_bytes:
        row.state, row.expires_at = ARRIVALS.after(row.state, "complete", by="member"), None
        outbox.ask(CHECK, f"{CHECK}:{row.ref}", at=at, arrival=row.ref)


def content(row: Arrival) -> Iterator[bytes]:
    """Everything that has arrived, decrypted piece by piece. Raises an error of the vault or of the store."""
    if row.wrapped_key is None:
        raise Gone
    key = vault.open_document_key(row.wrapped_key)
    wanted = select(ArrivalPiece).where(ArrivalPiece.arrival_id == row.id).order_by(ArrivalPiece.number)
    places = [(piece.object, piece.start_bytes) for piece in db.session.scalars(wanted)]
    for name, start in places:
        yield from vault.decrypt_document(store.get(name), key=key, purpose=_purpose(start))


def _purpose(start: int) -> str:
    """A piece opens at its own place only."""
    return f"arrival-{start}"


def _discard(stored: list[_Stored]) -> None:
    """What a failing store does not give up now, the sweep of orphans finds."""
    for piece in stored:
        with suppress(store.NotKept):
            store.delete(piece.object)
