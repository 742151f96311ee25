"""How a plan closes, as the oracle does it: stage by stage, from the announcement to the last fen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from tests.machine.nouns import DAY, Member, Settled, day_of
from tests.machine.oracle import Pool
from tests.machine.sums import split

AHEAD_DAYS: Final = 10
RUN_OFF_DAYS: Final = 12
"""Shorter than the rules of any plan here, so that a story sees the end of it."""
TO_SETTLE: Final = 7 * DAY
"""From the publication of a run-off's period to its settlement, as between the days of the calendar."""


@dataclass(eq=False)
class Closing:
    """One closing that was announced."""

    closing_day: dt.date
    stage: str = "announced"
    published_on: dt.date | None = None
    """Of the period that settles the claims of the run-off, once it is planned."""

    @property
    def claims_until(self) -> dt.date:
        return self.closing_day + RUN_OFF_DAYS * DAY


class ClosingPool(Pool):
    """A pool whose plan may close."""

    closing: Closing | None = None

    # what is due

    def announce(self, closing_day: dt.date) -> None:
        self.closing = Closing(closing_day)

    def takes_claims(self, today: dt.date) -> bool:
        found = self.closing
        return found is None or found.stage in {"announced", "last_period"} or (
            found.stage == "run_off" and today <= found.claims_until and found.published_on is None
        )  # fmt: skip

    def locks(self, day: dt.date) -> bool:
        found = self.closing
        if found is None or found.stage == "announced":
            return super().locks(day) and (found is None or day <= found.closing_day)
        return self.locked is None and found.stage == "run_off" and day == found.published_on

    def settles(self, day: dt.date) -> bool:
        found = self.closing
        if found is None or found.published_on is None:
            return super().settles(day)
        return self.locked is not None and day == found.published_on + TO_SETTLE

    def event_on(self, day: dt.date) -> bool:
        return super().event_on(day) or self.goes_on(day)

    def goes_on(self, day: dt.date) -> bool:
        """Whether the closing has something to do at 00:00 of a day."""
        found = self.closing
        if found is None or self.locked is not None:
            return False
        if found.stage == "announced":
            return not self._lock_ahead(day)
        if found.stage == "last_period":
            return day >= found.closing_day
        if found.stage == "run_off":
            return day > found.claims_until and found.published_on is None and not self.undecided
        return found.stage == "remainder" and not self.left_fen and not self.claims_payable_fen and not self.unpaid_fen

    def has_run_out(self, member: Member, day: dt.date) -> bool:
        return self.closing is None and super().has_run_out(member, day)

    def held_until(self, today: dt.date) -> dt.date | None:
        return super().held_until(today) if self.closing is None else max(self.closing.closing_day, today)

    def shares_on(self, day: dt.date) -> bool:
        return super().shares_on(day) and (self.closing is None or day - TO_SETTLE <= self.closing.closing_day)

    # what is done

    def wind(self, *, at: dt.datetime) -> None:
        """Everything the clock does for the closing at an instant, one stage after the other."""
        stage = None
        while self.closing is not None and stage != self.closing.stage:
            stage = self.closing.stage
            getattr(self, f"_{stage}")(self.closing, at)

    def _announced(self, found: Closing, at: dt.datetime) -> None:
        if not self._lock_ahead(day_of(at)):
            found.stage = "last_period"

    def _lock_ahead(self, day: dt.date) -> bool:
        """Whether a period up to the closing day still waits for its lock at 00:00 of a day."""
        assert self.closing is not None
        while day <= self.closing.closing_day:
            if day.day in self.terms.locks_on and day != self.locked_on:
                return True
            day += DAY
        return False

    def _last_period(self, found: Closing, at: dt.datetime) -> None:
        if day_of(at) < found.closing_day or self.locked is not None:
            return
        gone = self.those("sharing")
        for member in gone:
            self._credit_since_death(member, at=at)
            member.ending = member.ending or "closed"
        self._end(gone)
        self.bear_what_waits()
        found.stage = "run_off"

    def _run_off(self, found: Closing, at: dt.datetime) -> None:
        for member in self.those("lapsed"):
            member.goes_back = True
        self.bear_what_waits()
        if day_of(at) <= found.claims_until or self.locked is not None or self.undecided:
            return
        if found.published_on is not None and day_of(at) < found.published_on:
            return
        if self.approved:
            found.published_on = day_of(at) + DAY
            return
        self.bear_what_waits(everything=True)
        found.stage = "remainder"

    def _remainder(self, found: Closing, _at: dt.datetime) -> None:
        self.bear_what_waits(everything=True)
        if not self.left_fen and not self.claims_payable_fen and not self.unpaid_fen:
            found.stage = "closed"

    def _closed(self, _found: Closing, _at: dt.datetime) -> None:
        """Nothing more."""

    def bear_what_waits(self, *, everything: bool = False) -> None:
        """What nobody will share: the reserve bears it, and in the end the surplus, then the fee."""
        from_reserve = min(self.unpaid_fen, self.reserve_fen)
        self.reserve_fen -= from_reserve
        self.unpaid_fen -= from_reserve
        if everything:
            from_surplus = min(self.unpaid_fen, self.surplus_fen)
            self.surplus_fen -= from_surplus
            self.unpaid_fen -= from_surplus
            from_fee = min(self.unpaid_fen, self.fee_payable_fen)
            self.fee_payable_fen -= from_fee
            self.unpaid_fen -= from_fee

    @property
    def left_fen(self) -> int:
        return self.surplus_fen + self.reserve_fen

    def give_on(self) -> None:
        """Everything that is left goes where the rules say."""
        self.bank_fen -= self.left_fen
        self.surplus_fen = self.reserve_fen = 0

    def settle(self, *, at: dt.datetime) -> None:
        if self.closing is None or self.closing.published_on is None:
            super().settle(at=at)
            return
        self._settle_run_off(at=at)
        self.closing.published_on = None

    def _settle_run_off(self, *, at: dt.datetime) -> None:
        """Out of what is left, and nobody is charged: unpaid shares first, then the cases, all cut alike."""
        assert self.locked is not None
        cases, before = self.locked, self.surplus_fen
        borne = min(self.unpaid_fen, before)
        asked = [case.asked_fen for case in cases]
        received = split(min(sum(asked), before - borne + self.reserve_fen), asked)
        shared = split(min(sum(received), before - borne), received)
        need = sum(shared) + borne
        self.surplus_fen -= need
        self.unpaid_fen -= borne
        self.reserve_fen -= sum(received) - sum(shared)
        self.charges.append((at, 0))
        self.charged.append([])
        self.credited.append(0)
        self.settlements.append(
            Settled(
                0, None, sum(asked), sum(shared), 0, borne, need, sum(received) - sum(shared), 0, before,
                self.surplus_fen,
            )
        )  # fmt: skip
        for case, fen, part in zip(cases, received, shared, strict=True):
            case.given, case.received_fen = (part, fen - part), fen
            self.claims_payable_fen += fen
        self.cases.append(cases)
        self.locked, self.settled_on = None, day_of(at)

    def shares_no_more(self, today: dt.date) -> bool:
        found = self.closing
        if found is None or (self.locked is not None and found.published_on is None):
            return False
        return found.stage != "announced" or not self._lock_ahead(today)
