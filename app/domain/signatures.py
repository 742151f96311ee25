"""Signed messages between us and a payment service: who sent it, that nothing was changed, and that it is not old.

The header is `t=<unix seconds>,v1=<hex>`; the signature is HMAC-SHA256 over `<t>.` and the raw body. Two secrets may
stand side by side while both sides change over: the newest signs, each of them is believed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Final

HEADER: Final = "Juntan-Signature"
WINDOW: Final = dt.timedelta(minutes=5)
"""How far the time of a message may be from ours, in either direction."""
_SHAPE: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})", re.ASCII)


class NotSigned(Exception):
    """The message carries no signature of the shape that was agreed on."""


class WrongSignature(Exception):
    """Nobody who knows a secret signed this body at that time."""


class TooOld(Exception):
    """The message was signed too long ago, or ahead of our time: it may have been recorded and sent once more."""


def sign(secret: bytes, body: bytes, *, at: dt.datetime) -> str:
    """The header for a body sent at an instant (whole seconds)."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_digest(secret, seconds, body)}"


def check(header: str, body: bytes, secrets: Sequence[bytes], *, at: dt.datetime) -> None:
    """Believe a message, or raise `NotSigned`, `WrongSignature` or `TooOld`. `at` is real time.

    Every secret is tried, in constant time, so that nobody learns which one was nearly right.
    """
    found = _SHAPE.fullmatch(header)
    if found is None:
        raise NotSigned
    seconds, given = int(found[1]), found[2]
    matches = [hmac.compare_digest(_digest(secret, seconds, body), given) for secret in secrets]
    if not any(matches):
        raise WrongSignature
    if abs(at.timestamp() - seconds) > WINDOW.total_seconds():
        raise TooOld


def _digest(secret: bytes, seconds: int, body: bytes) -> str:
    return hmac.new(secret, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
