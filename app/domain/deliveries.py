"""News of a payment service: what each may say of a payment or a transfer, and what follows from where that stands.

A service tells its news at least once and in any order. Nothing is booked that was not told: news that come too early
wait for the earlier ones; news that say again, or say too late, what is known change nothing; news that contradict what
was told before are looked at by a person.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Verdict = Literal["apply", "no_change", "wait", "look"]

TYPES: Final = (
    "payment.received",
    "payment.failed",
    "payment.reversed",
    "payout.paid",
    "payout.failed",
    "payout.returned",
    "refund.paid",
    "refund.failed",
    "refund.returned",
)
REASONS: Final = ("account_unknown", "account_closed", "name_differs", "other")
"""Why a bank did not deliver, as a service may say it of what went out."""
OUTCOMES: Final = ("applied", "no_change", "waiting", "to_be_looked_at")
MOST_FEN: Final = 10**14
"""More than a service could ever move at once: an amount beyond it was mistyped."""
MOST_LETTERS: Final = 60
"""What a bank calls a line is no longer than that."""
FIRST_YEAR: Final = 2000
WAITS_TOO_LONG: Final = dt.timedelta(days=1)
"""News that still wait for earlier ones after so long are a fault: a service tells everything within a day."""
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}", re.ASCII)

_IN: Final[Mapping[str, Mapping[str, Verdict]]] = {
    "received": {"asked": "apply", "failed": "apply", "received": "no_change", "reversed": "no_change"},
    "failed": {"asked": "apply", "failed": "no_change", "received": "no_change", "reversed": "no_change"},
    "reversed": {"asked": "wait", "failed": "wait", "received": "apply", "reversed": "no_change"},
}
_OUT: Final[Mapping[str, Mapping[str, Verdict]]] = {
    "paid": {"released": "apply", "paid": "no_change", "returned": "no_change"},
    "failed": {"released": "apply", "failed": "no_change"},
    "returned": {"released": "wait", "paid": "apply", "returned": "no_change"},
}


def thing_of(kind: str) -> str:
    """`payment`, `payout` or `refund`: what a type of news is about."""
    return kind.partition(".")[0]


def event_of(kind: str) -> str:
    """What a type of news says of it."""
    return kind.partition(".")[2]


def verdict(kind: str, state: str) -> Verdict:
    """What news of a type mean for something in a state; `state` is that of the very transfer the news name.

    Money that goes out fails or is paid, never both: such news are looked at. KeyError for a type that does not exist.
    """
    if kind not in TYPES:
        raise KeyError(kind)
    table = _IN if thing_of(kind) == "payment" else _OUT
    return table[event_of(kind)].get(state, "look")


class NewsUnreadable(ValueError):
    """The body is not one piece of news; `part` names what is missing or has another shape."""

    def __init__(self, part: str) -> None:
        super().__init__(f"news without a sound {part}")
        self.part = part


@dataclass(frozen=True, slots=True)
class News:
    """One piece of news, as it was told."""

    told_id: str
    """What the service calls it: the same id is the same news."""
    kind: str
    reference: str
    """Our reference of the payment or the transfer."""
    amount_fen: int
    told_at: dt.datetime
    reason: str
    digest: bytes
    """SHA-256 of the body as it came."""
    bank_reference: str = ""
    """What the bank calls the line on which a payment came in, when the service says so."""


def read_news(body: bytes) -> News:
    """Read a signed body: a JSON object with `id`, `type`, `reference`, `amount_fen` and `at`.

    It may have a `reason` and a `bank_reference`. What else stands in it is not ours to know. Raises `NewsUnreadable`.
    """
    try:
        told = json.loads(body)
    except ValueError as wrong:
        raise NewsUnreadable("body") from wrong
    if not isinstance(told, dict):
        raise NewsUnreadable("body")
    for part in ("id", "reference"):
        if not isinstance(told.get(part), str) or not _NAME.fullmatch(told[part]):
            raise NewsUnreadable(part)
    if told.get("type") not in TYPES:
        raise NewsUnreadable("type")
    amount = told.get("amount_fen")
    if type(amount) is not int or not 0 < amount <= MOST_FEN:
        raise NewsUnreadable("amount_fen")
    bank_reference = told.get("bank_reference", "")
    if not isinstance(bank_reference, str) or len(bank_reference) > MOST_LETTERS:
        raise NewsUnreadable("bank_reference")
    reason = told.get("reason", "other")
    return News(
        told["id"],
        told["type"],
        told["reference"],
        amount,
        _instant(told.get("at")),
        reason if reason in REASONS else "other",
        hashlib.sha256(body).digest(),
        bank_reference.strip(),
    )


def _instant(text: object) -> dt.datetime:
    """An instant with its zone, e.g. "2026-09-01T12:00:00Z"."""
    try:
        found = dt.datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or found.year < FIRST_YEAR:
        raise NewsUnreadable("at")
    return found.astimezone(dt.UTC)
