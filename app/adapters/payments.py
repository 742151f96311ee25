"""Payment adapters: how money comes in and goes out. The sandbox is the demo's: it does what it is told to, by days.

By hand, nothing moves by itself: treasurers record what the bank shows. A payment service is told afterwards, outside
of the deed that asked (services/payment_orders), and its news come back signed (services/deliveries).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from app.payment_settings import PaymentSettings

Direction = Literal["in", "out"]
Does = Literal["arrive", "fail", "arrive_twice", "come_back", "by_file"]


class NoPaymentAdapter(Exception):
    """This installation has no way to take or send money; the operator must set one up."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How one payment of the sandbox goes: what it does, and after how many days."""

    does: Does
    days: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """What a payment service will tell us later about one payment."""

    what: Literal["arrive", "fail", "come_back"]
    after_days: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the payment service answered: its own reference, whether the money has moved, and what follows later."""

    reference: str
    moved: bool
    events: tuple[Event, ...] = ()
    """Only the sandbox knows ahead."""
    to_order: bool = False
    """The payment service still has to be told, after the deed."""
    by_file: bool = False
    """It leaves in a bank file that treasurers make, and has arrived when the bank's answer says so."""


class Adapter(Protocol):
    """A payment service."""

    name: str

    def collect(self, ref: str, amount_fen: int) -> Outcome:
        """Ask a payer for money; our reference makes it idempotent."""

    def send(self, ref: str, amount_fen: int, recipient: str) -> Outcome:
        """Send money; our reference makes it idempotent."""


class Sandbox:
    """Play money: it arrives at once if nobody wishes otherwise. The same reference gives the same answer."""

    name = "sandbox"

    def __init__(self, behaviour: Behaviour = Behaviour("arrive")) -> None:
        self._behaviour = behaviour

    def collect(self, ref: str, amount_fen: int) -> Outcome:  # noqa: ARG002 -- play money has no amount to look at
        """What the behaviour says of money coming in."""
        return self._outcome(f"sandbox-in-{ref}")

    def send(self, ref: str, amount_fen: int, recipient: str) -> Outcome:  # noqa: ARG002
        """What the behaviour says of money going out."""
        return self._outcome(f"sandbox-out-{ref}")

    def _outcome(self, reference: str) -> Outcome:
        does, days = self._behaviour.does, self._behaviour.days
        if does == "by_file":
            return Outcome(reference, moved=False, by_file=True)
        if does == "fail":
            return Outcome(reference, moved=False, events=(Event("fail", days),))
        if does == "come_back":
            return Outcome(reference, moved=True, events=(Event("come_back", days),))
        told = (Event("arrive", days),) * (2 if does == "arrive_twice" else 1)
        return Outcome(reference, moved=True, events=told[1:]) if days == 0 else Outcome(reference, False, told)


class Manual:
    """Nothing moves by itself: whoever pays writes our reference on a transfer, treasurers see it arrive or leave."""

    name = "manual"

    def collect(self, ref: str, amount_fen: int) -> Outcome:  # noqa: ARG002 -- the payer is told the amount
        """The payer is asked for a transfer with our reference; it is booked once two treasurers have seen it."""
        return Outcome(ref, moved=False)

    def send(self, ref: str, amount_fen: int, recipient: str) -> Outcome:  # noqa: ARG002 -- the bank's file names them
        """It waits until treasurers have sent it and say so."""
        return Outcome(ref, moved=False, by_file=True)


class Webhook:
    """A payment service that is asked under our reference and tells its news by itself."""

    name = "webhook"

    def collect(self, ref: str, amount_fen: int) -> Outcome:  # noqa: ARG002 -- told with the order
        """The payer is sent to the service's page; its news say when the money is there."""
        return Outcome(ref, moved=False, to_order=True)

    def send(self, ref: str, amount_fen: int, recipient: str) -> Outcome:  # noqa: ARG002 -- told with the order
        """The service is told who gets it; its news say when it has arrived."""
        return Outcome(ref, moved=False, to_order=True)


def adapter_for(payments: PaymentSettings, behaviour: Behaviour | None = None) -> Adapter:
    """The adapter of this installation; `behaviour` is for the sandbox alone.

    Raises `NoPaymentAdapter` in production until one is configured.
    """
    if payments.name == "sandbox":
        return Sandbox(behaviour or Behaviour("arrive"))
    if payments.name == "manual":
        return Manual()
    if payments.name == "webhook":
        return Webhook()
    raise NoPaymentAdapter
