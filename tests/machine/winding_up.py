"""A plan closes, in the machine: announced by two, carried from stage to stage by the clock, given on by treasurers."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st
from hypothesis.stateful import rule

from app.claims import actions as claiming
from app.db import db, transaction
from app.models import Account, Claim
from app.services import closing, closing_money, closings
from tests.machine.checks import Checked, nothing_goes_wrong
from tests.machine.closing import AHEAD_DAYS
from tests.machine.nouns import DAY, day_of

KINDS = st.sampled_from(["capped", "open"])
MOST_EVENTS = 8
"""A stage that is not over after so many events waits for something that no clock brings."""


class WindsUp(Checked):
    """The deeds of closing a plan."""

    @rule(kind=KINDS, later=st.integers(0, 20), stages=st.integers(0, 5))
    def close(self, kind: str, later: int, stages: int) -> None:
        """Announce it, if nobody has yet, and go on to the next stages; or leave that to whatever comes."""
        oracle = self.oracle(kind)
        if oracle.closing is None:
            at = self.at()
            day = day_of(at) + (AHEAD_DAYS + later) * DAY
            self.announce(kind, day, at)
            oracle.announce(day)
            self.changed.add(kind)
        for _ in range(stages):
            self.next_stage(kind)

    def next_stage(self, kind: str) -> None:
        oracle = self.world.oracles[kind]
        stage = oracle.closing.stage
        for _ in range(MOST_EVENTS):
            if oracle.closing.stage != stage or stage == "closed":
                return
            self.decide_what_waits(kind)
            self.pay_out(kind)
            if stage == "remainder" and oracle.left_fen:
                self.give_on(kind)
            self.next_event([])

    def announce(self, kind: str, day: dt.date, at: dt.datetime) -> None:
        plan, people = self.world.plan(kind), self.world.accounts
        with transaction():
            found = closing.propose(plan, day, "Too few are left.", by=people["treasurer"], role="treasurer", at=at)
        with transaction():
            closing.announce(found, by=people["second"], role="treasurer", at=at)

    def decide_what_waits(self, kind: str) -> None:
        """Whoever's claim an objection sent back takes it back."""
        oracle, at = self.world.oracles[kind], self.at()
        for number in oracle.undecided:
            with transaction():
                claim = db.session.get_one(Claim, number)
                claiming.withdraw(claim, by=db.session.get_one(Account, claim.account_id), at=at)
        oracle.undecided.clear()

    def give_on(self, kind: str) -> None:
        oracle, people, at = self.world.oracles[kind], self.world.accounts, self.at()
        with transaction():
            found = closings.binding_of(self.world.plan(kind).id)
            left = closing_money.record(found, "a charity", f"for {oracle.name}", by=people["treasurer"], at=at)
        with transaction():
            closing_money.answer(left, "confirmed", by=people["second"], at=at)
        oracle.give_on()

    def wind_up(self, kind: str, at: dt.datetime) -> None:
        """The clock looks a second time: who began to share with the last settlement ends with the others."""
        oracle = self.world.oracles[kind]
        if oracle.closing is None:
            return
        with nothing_goes_wrong():
            self.world.midnight(kind, at)
        oracle.wind(at=at)
        found = closings.binding_of(self.world.plan(kind).id)
        assert found is not None
        assert found.stage == oracle.closing.stage

    def is_over(self, kind: str) -> bool:
        """Whether what is left of a plan is given on, or has been: what goes wrong now waits for money from outside."""
        found = self.world.oracles[kind].closing
        return found is not None and found.stage in {"remainder", "closed"}

    def in_the_run_off(self, kind: str) -> bool:
        found = self.world.oracles[kind].closing
        return found is not None and found.published_on is not None
