"""Payment adapters: how money comes in and goes out. The sandbox is the demo's: it does what it is told to, by days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Direction = Literal["in", "out"]
Does = Literal["arrive", "fail", "arrive_twice", "come_back"]


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
        if does == "fail":
            return Outcome(reference, moved=False, events=(Event("fail", days),))
        if does == "come_back":
            return Outcome(reference, moved=True, events=(Event("come_back", days),))
        told = (Event("arrive", days),) * (2 if does == "arrive_twice" else 1)
        return Outcome(reference, moved=True, events=told[1:]) if days == 0 else Outcome(reference, False, told)


def adapter_for(mode: str, behaviour: Behaviour | None = None) -> Adapter:
    """The adapter of this installation; `behaviour` is for the sandbox alone.

    Raises `NoPaymentAdapter` in production until a real one is configured.
    """
    if mode == "demo":
        return Sandbox(behaviour or Behaviour("arrive"))
    raise NoPaymentAdapter
