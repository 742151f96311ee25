"""Pieces of a long piece of work done two at a time, each in a session and a transaction of its own.

PostgreSQL works for each connection on one processor; two connections keep two of them busy while Python reads the
pieces after. On SQLite one writer writes at a time, so there the pieces come one after the other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

from flask import current_app
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.db import ENDED_FOR_ANOTHER, engine_name, sqlstate

Piece = TypeVar("Piece")
Done = TypeVar("Done")
AT_ONCE: Final = 2
_TRIES: Final = 3


def done(pieces: Iterable[Piece], deed: Callable[[Piece], Done]) -> Iterator[Done]:
    """What `deed` makes of each piece, in the order of the pieces; they are taken only as room comes free.

    `deed` opens its own transaction and brings nothing of a session with it. A race that was lost, with another piece
    or with somebody else, is run again and seen after the third time; any other error ends the work with the pieces
    before it done.
    """
    if engine_name() != "postgresql":
        yield from (_persistently(piece, deed) for piece in pieces)
        return
    house = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 -- as Flask says for threads

    def apart(piece: Piece) -> Done:
        with house.app_context():
            return _persistently(piece, deed)

    with ThreadPoolExecutor(AT_ONCE) as workers:
        coming: deque[Future[Done]] = deque()
        try:
            for piece in pieces:
                coming.append(workers.submit(apart, piece))
                if len(coming) > AT_ONCE:
                    yield coming.popleft().result()
            while coming:
                yield coming.popleft().result()
        finally:
            for one in coming:
                one.cancel()


def _persistently(piece: Piece, deed: Callable[[Piece], Done]) -> Done:
    for _try in range(_TRIES - 1):
        try:
            return deed(piece)
        except DBAPIError as lost:
            if not isinstance(lost, IntegrityError) and sqlstate(lost) not in ENDED_FOR_ANOTHER:
                raise
    return deed(piece)
