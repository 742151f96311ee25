"""A settlement that charged too much is made good: never by lowering an index, always by a credit that adds up.

Everybody who was charged by it is due the same amount. Whoever still shares in the pool gets it through the carry,
which lowers the next share; whoever has left gets it by name. Both together are what was charged too much, to the fen,
and all credits of one settlement together are never more than it charged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Cause = Literal["operator", "rules"]
CAUSES: tuple[Cause, ...] = ("operator", "rules")
"""Whose error it was: the operator's own is paid by the operator; any other by the reserve, the rest by all."""


class OverCredited(ValueError):
    """More would come back than was charged; `left_fen` is what may still be credited to each."""

    def __init__(self, left_fen: int) -> None:
        super().__init__(f"at most {left_fen} fen are left to credit")
        self.left_fen = left_fen


class CreditWithoutReason(ValueError):
    """A correction that does not tell the public why."""


@dataclass(frozen=True, slots=True)
class Credit:
    """One credit: so many were charged so much too much, and so many of them have left since. Amounts in fen."""

    members: int
    over_fen: int
    named: int

    def __post_init__(self) -> None:
        if self.over_fen < 1 or not 0 <= self.named <= self.members:
            raise ValueError(f"{self.named} of {self.members} cannot be credited {self.over_fen}")

    @property
    def whole_fen(self) -> int:
        """What all of them were charged too much."""
        return self.members * self.over_fen

    @property
    def named_fen(self) -> int:
        """What goes back by name, to those who have left."""
        return self.named * self.over_fen

    @property
    def carried_fen(self) -> int:
        """What enters the carry of the pool, for those who still share."""
        return self.whole_fen - self.named_fen


def check_over(over_fen: int, *, share_fen: int, credited_fen: int) -> None:
    """What is credited to each is something, and never more than each was charged. Raises `OverCredited`."""
    left_fen = max(0, share_fen - credited_fen)
    if not 1 <= over_fen <= left_fen:
        raise OverCredited(left_fen)
