"""The body of a request, taken from gunicorn as it comes: whole, in small pieces, and never past its end."""

from __future__ import annotations

import io
import os
import socket
import threading

from gunicorn.http.body import Body, LengthReader
from gunicorn.http.unreader import SocketUnreader

from app.adapters import wire

PIECE = 64 * 1024


def test_a_body_comes_whole_and_the_next_request_is_left_alone() -> None:
    sent, after = os.urandom(3 * PIECE + 5_000), b"HEAD /next HTTP/1.1\r\n"
    near, far = socket.socketpair()
    with near, far:
        source = SocketUnreader(far)
        source.unread(sent[:100])  # came with the headers
        sender = threading.Thread(target=near.sendall, args=(sent[100:] + after,))
        sender.start()
        body = Body(LengthReader(source, len(sent)))
        pieces = list(wire.coming(body, len(sent), piece_bytes=PIECE))
        sender.join()

        assert b"".join(pieces) == sent
        assert max(map(len, pieces)) <= PIECE
        assert body.read(1) == b"", "the server knows that the body is over"
        assert source.read(len(after)) == after


def test_no_more_is_taken_than_is_waited_for_and_the_rest_of_the_body_stays_readable() -> None:
    near, far = socket.socketpair()
    with near, far:
        near.sendall(b"wanted, and more")
        body = Body(LengthReader(SocketUnreader(far), len(b"wanted, and more")))

        assert b"".join(wire.coming(body, 6, piece_bytes=PIECE)) == b"wanted"
        assert body.read() == b", and more"


def test_a_connection_that_ends_early_gives_what_came() -> None:
    near, far = socket.socketpair()
    with far:
        near.sendall(b"half")
        near.close()
        body = Body(LengthReader(SocketUnreader(far), 8))

        assert b"".join(wire.coming(body, 8, piece_bytes=PIECE)) == b"half"


def test_any_other_server_is_asked_in_the_ordinary_way() -> None:
    sent = os.urandom(2 * PIECE + 1)

    assert b"".join(wire.coming(io.BytesIO(sent + b"more"), len(sent), piece_bytes=PIECE)) == sent
