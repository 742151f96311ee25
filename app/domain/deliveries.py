"""News of a payment service: what each may say of a payment or a transfer, and what follows from where that stands.

A service tells its news at least once and in any order. Nothing is booked that was not told: news that come too early
wait for the earlier ones; news that say again, or say too late, what is known change nothing; news that contradict what
was told before are looked at by a person.
"""

from __future__ import annotations

from collections.abc import Mapping
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
