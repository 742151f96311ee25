"""The line to a payment service: one signed order, one answer. It follows no redirect and asks no proxy.

Why the standard library's client is enough: docs/decisions/0015.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import ssl
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from app.domain.signatures import HEADER, sign
from app.payment_settings import PaymentSettings

SECONDS: Final = 10
"""How long the service may take to connect, and for each part of its answer."""
_MOST_ANSWER: Final = 64 * 1024
_TAKEN: Final = range(200, 300)


class OrderNotTaken(Exception):
    """The payment service did not take an order: it cannot be reached, or said no. It is asked again later."""

    def __init__(self, status: int | None) -> None:
        super().__init__("it cannot be reached" if status is None else f"it answered {status}")
        self.status = status


def order(settings: PaymentSettings, what: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Hand one order over; its `reference` makes it idempotent. `at` is real time. Raises `OrderNotTaken`."""
    body = json.dumps(what, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": str(what["reference"]),
        HEADER: sign(settings.secrets[0], body, at=at),
    }
    address = urlsplit(settings.url)
    target = urlunsplit(("", "", address.path or "/", address[3], ""))
    line = _line(address.scheme, address.hostname or "", address.port)
    try:
        line.request("POST", target, body, headers)
        answer = line.getresponse()
        answer.read(_MOST_ANSWER)
    except (OSError, http.client.HTTPException) as unreachable:
        raise OrderNotTaken(None) from unreachable
    finally:
        line.close()
    if answer.status not in _TAKEN:
        raise OrderNotTaken(answer.status)


def _line(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=SECONDS)
