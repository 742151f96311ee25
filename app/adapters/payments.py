"""Payment adapters: how money comes in and goes out. The sandbox is the demo's: it always says yes, at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class NoPaymentAdapter(Exception):
    """This installation has no way to take or send money; the operator must set one up."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the payment service answered: its own reference, and whether the money has moved already."""

    reference: str
    moved: bool


class Adapter(Protocol):
    """A payment service."""

    name: str

    def collect(self, ref: str, amount_fen: int) -> Outcome:
        """Ask a payer for money; our reference makes it idempotent."""

    def send(self, ref: str, amount_fen: int, recipient: str) -> Outcome:
        """Send money; our reference makes it idempotent."""


class Sandbox:
    """Play money. The same reference always gives the same answer."""

    name = "sandbox"

    def collect(self, ref: str, amount_fen: int) -> Outcome:  # noqa: ARG002 -- play money has no amount to look at
        """Received at once."""
        return Outcome(f"sandbox-in-{ref}", moved=True)

    def send(self, ref: str, amount_fen: int, recipient: str) -> Outcome:  # noqa: ARG002
        """Arrived at once."""
        return Outcome(f"sandbox-out-{ref}", moved=True)


def adapter_for(mode: str) -> Adapter:
    """The adapter of this installation. Raises `NoPaymentAdapter` in production until a real one is configured."""
    if mode == "demo":
        return Sandbox()
    raise NoPaymentAdapter
