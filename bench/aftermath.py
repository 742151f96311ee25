"""What a hammer came to: who did what, and what the database says of it afterwards."""

from __future__ import annotations

import datetime as dt
import random
import threading
from dataclasses import dataclass, field

from sqlalchemy import func, or_, select

from app.db import db
from app.models import Membership, Settlement
from app.services import selfcheck


@dataclass
class Day:
    """The time of the story: it goes on a little with every deed, and leaps when the treasurers wish."""

    now: dt.datetime
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> dt.datetime:
        """The instant of the next deed."""
        with self._lock:
            self.now += dt.timedelta(milliseconds=1)
            return self.now

    def leap(self, to: dt.datetime) -> dt.datetime:
        """On to an instant; never back."""
        with self._lock:
            self.now = max(self.now, to)
            return self.now


@dataclass
class Hand:
    """One connection: its chance, what it was told to have done, and how long it waited."""

    number: int
    chance: random.Random
    done: dict[str, list[str]] = field(default_factory=lambda: {"join": [], "top up": [], "leave": [], "stay": []})
    """Each kind of deed with the references it was acknowledged under."""
    refused: int = 0
    retries: int = 0
    longest_s: float = 0.0
    failure: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run of the hammer came to. `lost`, `wrong` and `stuck` have to be empty."""

    engine: str
    seconds: float
    connections: int
    deeds: dict[str, int]
    deeds_a_second: float
    refused: int
    retries: int
    longest_wait_ms: float
    settlements: int
    members: int
    ended: int
    lost: tuple[str, ...]
    """Deeds that were acknowledged and are not in the database."""
    wrong: tuple[str, ...]
    """What the ledger check or a count of the members of a settlement found."""
    stuck: tuple[str, ...]
    """Connections that failed or never came back, and work that was left undone."""


def wrong_head_counts() -> list[str]:
    """Settlements whose members are not those who, by their rows, shared from before them until after them."""
    wrong = []
    for settlement in db.session.scalars(select(Settlement).order_by(Settlement.pool_id, Settlement.seq)):
        shared = db.session.scalar(
            select(func.count(Membership.id)).where(
                Membership.pool_id == settlement.pool_id,
                Membership.join_seq < settlement.seq,
                or_(Membership.end_seq.is_(None), Membership.end_seq >= settlement.seq),
            )
        )
        if shared != settlement.members:
            wrong.append(f"settlement {settlement.seq} charged {settlement.members}, {shared} shared")
    return wrong


def disagreements() -> list[str]:
    """What the ledger check finds."""
    return [f"{question.name}: {row}" for question in selfcheck.check() for row in question.rows]
