"""The machine: what members, treasurers, caseworkers and the clock do, in any order, on the application and the oracle.

A failing example prints as the story of its deeds. After each of them the rows, the counters, the ledger and every
standing have to be what the oracle says; at the end of a story every statement, line by line, and every past balance.
"""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests.machine.beginnings import BEGINS, TERMS
from tests.machine.checks import nothing_goes_wrong
from tests.machine.closing import ClosingPool
from tests.machine.credits import credit, creditable, give_named
from tests.machine.nouns import DAY, LIVE, Case, Member, day_of, midnight
from tests.machine.winding_up import WindsUp

KINDS = st.sampled_from(sorted(TERMS))
WHO = st.integers(0, 7)
FEN = st.sampled_from([1, 4_44, 9_99, 17_77, 60_00])
ILL = st.lists(st.tuples(WHO, FEN, st.booleans()), min_size=1, max_size=3)
"""Whom of a plan, how much, and whether it is the full benefit."""
OVER = st.sampled_from([1, 7, 60, 2_00])
LATE = dt.timedelta(seconds=7)
MOST_MEMBERS = 9
LONGEST_WAIT = 40 * DAY
"""When every plan has closed nothing is due any more."""


class Machine(WindsUp):
    """Two plans, their members and the clock."""

    @initialize(late=st.booleans())
    def begin(self, *, late: bool) -> None:
        self.world = type(self).fresh()
        self.now = BEGINS + dt.timedelta(hours=1)
        self.late = LATE if late else dt.timedelta(0)
        self.paid_fen = 0
        self.changed: set[str] = set()
        type(self).told += 1

    # what is chosen

    def oracle(self, kind: str) -> ClosingPool:
        self.changed.add(kind)
        return self.world.oracles[kind]

    def at(self) -> dt.datetime:
        self.now += dt.timedelta(minutes=1)
        return self.now

    def pick(self, kind: str, who: int, *states: str) -> Member | None:
        """One of the members in these states, but for the first of the plan, who never leaves."""
        found = [member for member in self.world.oracles[kind].members[1:] if member.state in states]
        return found[who % len(found)] if found else None

    # members

    @rule(kind=KINDS, deposits=st.lists(st.sampled_from([1_00, 2_50, 9_00]), min_size=1, max_size=2))
    def join(self, kind: str, deposits: list[int]) -> None:
        oracle = self.oracle(kind)
        if oracle.closing is None and len(oracle.those(*LIVE)) + len(deposits) <= MOST_MEMBERS:
            self.world.join(kind, tuple(deposits), self.at())

    @rule(kind=KINDS, who=WHO, fen=st.sampled_from([1, 60, 1_00, 3_33, 20_00]))
    def top_up(self, kind: str, who: int, fen: int) -> None:
        """Also of somebody whose membership has ended: that is kept apart."""
        member = self.pick(kind, who, *LIVE) or self.pick(kind, who, "lapsed", "left", "helped", "died")
        if member is not None and self.world.oracles[kind].closing is None:
            at = self.at()
            payment = self.world.top_up(member.number, fen, at)
            self.oracle(kind).pay_in(member, fen, at=at)
            if member.state in LIVE:
                member.topups.append((payment, fen))

    @rule(kind=KINDS, who=WHO)
    def take_back(self, kind: str, who: int) -> None:
        found = [member for member in self.oracle(kind).members if member.topups]
        if found and not self.is_over(kind):
            member = found[who % len(found)]
            payment, fen = member.topups.pop()
            at = self.at()
            self.world.take_back(payment, at)
            self.oracle(kind).take_back(member, fen, at=at)

    @rule(kind=KINDS, who=WHO)
    def leave(self, kind: str, who: int) -> None:
        member = self.pick(kind, who, *LIVE)
        if member is not None and member.ending is None:
            self.world.leave(member.number, self.at())
            self.oracle(kind).leave(member)

    @rule(kind=KINDS, who=WHO)
    def stay(self, kind: str, who: int) -> None:
        leaving = [member for member in self.oracle(kind).those("sharing") if member.ending == "left"]
        if leaving:
            member = leaving[who % len(leaving)]
            self.world.stay(member.number, self.at())
            self.oracle(kind).stay(member)

    @rule(kind=KINDS, who=WHO, days=st.integers(0, 20))
    def die(self, kind: str, who: int, days: int) -> None:
        member = self.pick(kind, who, *LIVE)
        if member is not None and member.died_on is None:
            at = self.at()
            member.died_on = day_of(at) - days * DAY
            self.world.die(member.number, member.died_on, at)
            self.oracle(kind).leave(member, "died")

    # cases

    @rule(kind=KINDS, who=WHO, fen=FEN, full=st.booleans())
    def claim(self, kind: str, who: int, fen: int, *, full: bool) -> None:
        member = self.pick(kind, who, "sharing") or self.pick(kind, who, "closed")
        if member is not None and self.world.oracles[kind].takes_claims(day_of(self.now)):
            claim = self.world.approve_claim(member.number, fen, full=full, at=self.at())
            self.world.oracles[kind].approved.append(Case(claim, member, fen, full))

    @rule(kind=KINDS, who=WHO, admitted=st.booleans())
    def object(self, kind: str, who: int, *, admitted: bool) -> None:
        """An objection is admitted and its case taken out, or nobody answers it until the settle day.

        Without a case one is awaited.
        """
        if not self.open_to_objections(kind):
            self.next_event([(who, 9_99, False)])
        found = self.open_to_objections(kind)
        if found:
            case = found[who % len(found)]
            admitted = admitted or self.in_the_run_off(kind)
            self.world.object(case.claim, self.at(), admitted=admitted)
            case.objected, case.unanswered = True, not admitted
            if admitted:
                self.world.oracles[kind].locked.remove(case)
                self.world.oracles[kind].undecided.append(case.claim)
            while not admitted and self.world.oracles[kind].locked is not None:
                self.next_event([])

    @rule(kind=KINDS, who=WHO, fen=OVER, by_operator=st.booleans(), confirmed=st.integers(0, 3))
    def credit(self, kind: str, who: int, fen: int, *, by_operator: bool, confirmed: int) -> None:
        """A settlement was wrong: one treasurer proposes a credit, another confirms it, or now and then does not."""
        if not creditable(self.oracle(kind)):
            self.two_events([(who, 17_77, False)])
        found = creditable(self.oracle(kind))
        if found and not self.is_over(kind):
            number = sorted(found)[who % len(found)]
            over = min(fen, found[number])
            self.world.credit(kind, number + 1, over, self.at(), by_operator=by_operator, confirmed=confirmed > 0)
            if confirmed:
                credit(self.world.oracles[kind], number, over, by_operator=by_operator, today=day_of(self.now))
            self.give_named()

    def give_named(self) -> None:
        """Whatever part of a credit can go back by now does."""
        at = self.at()
        self.world.give_named(at)
        for oracle in self.world.oracles.values():
            give_named(oracle, at=at)

    def open_to_objections(self, kind: str) -> list[Case]:
        oracle = self.world.oracles[kind]
        if oracle.locked is None or day_of(self.now) > oracle.locked_on + 2 * DAY:
            return []
        return [case for case in oracle.locked if not case.objected]

    # money out

    @rule(kind=KINDS)
    def pay_out(self, kind: str) -> None:
        self.give_named()
        at = self.at()
        self.world.pay_out(kind, at)
        self.world.sweep(at)
        before = self.paid_fen
        for oracle in self.world.oracles.values():
            oracle.refund_all(at=at)
            self.paid(oracle)
        if self.paid_fen > before:
            self.check_cover()

    def paid(self, oracle: ClosingPool) -> None:
        """What the application has paid by now is what was due, case by case."""
        arrived = sum(row[4] for row in self.results(oracle) if row[5] == "paid")
        due = sum(case.received_fen - case.set_off_fen for cases in oracle.cases for case in cases)
        left = due - arrived
        self.paid_fen += oracle.claims_payable_fen - left
        oracle.bank_fen -= oracle.claims_payable_fen - left
        oracle.claims_payable_fen = left

    def check_cover(self) -> None:
        """After payouts left, custody still holds everything that is owed to others."""
        owed = 0
        for oracle in self.world.oracles.values():
            accounts = oracle.accounts()
            owed += sum(max(0, member.balance_fen) for member in oracle.those("sharing")) + oracle.suspense_fen
            owed += sum(accounts[kind] for kind in ("pending_funds", "rounding_carry", "reserve", "unclaimed_balances"))
        assert sum(oracle.bank_fen for oracle in self.world.oracles.values()) >= owed

    # time

    @rule(days=st.integers(1, 9), clock=st.booleans())
    def days_pass(self, days: int, *, clock: bool) -> None:
        """Days on which nothing is due pass by; `clock`: on the last one the clock looks, and finds nothing to do."""
        last = day_of(self.now) + days * DAY
        self.until(last)
        for kind, oracle in self.world.oracles.items():
            if clock and not oracle.event_on(last):
                with nothing_goes_wrong():
                    self.world.midnight(kind, self.now)

    @rule(ill=ILL)
    def one_event(self, ill: list[tuple[int, int, bool]]) -> None:
        """On to the next lock, settlement or end of a grace in any plan; before a lock some have fallen ill."""
        self.next_event(ill)

    @rule(ill=ILL)
    def two_events(self, ill: list[tuple[int, int, bool]]) -> None:
        """On to the one after it: a rule of its own, so that chance lets time pass more often."""
        self.next_event(ill)
        self.next_event(ill)

    def next_event(self, ill: list[tuple[int, int, bool]]) -> None:
        day = day_of(self.now) + DAY
        last = day + LONGEST_WAIT
        while day < last and not any(oracle.event_on(day) for oracle in self.world.oracles.values()):
            day += DAY
        for kind, oracle in self.world.oracles.items():
            if oracle.locks(day) and not oracle.approved:
                for who, fen, full in ill:
                    self.claim(kind, who, fen, full=full)
        self.until(day)

    def until(self, last: dt.date) -> None:
        day = day_of(self.now)
        while day < last:
            day += DAY
            for kind, oracle in self.world.oracles.items():
                if oracle.event_on(day):
                    self.midnight(kind, oracle, day)
            self.now = midnight(day) + dt.timedelta(minutes=30)
        self.changed.update(TERMS)

    def midnight(self, kind: str, oracle: ClosingPool, day: dt.date) -> None:
        at = midnight(day) + self.late
        settles, locks = oracle.settles(day), oracle.locks(day)
        if settles:
            self.world.approve(kind, max(self.now, at - dt.timedelta(hours=1)))
        with nothing_goes_wrong():
            self.world.midnight(kind, at)
        oracle.lapses(at=at)
        oracle.wind(at=at)
        if locks:
            oracle.ends(("lock", "settlement"), at=at)
            oracle.lock(day)
        elif settles:
            deferred = oracle.defer()
            if deferred:
                for case in deferred:
                    self.world.dismiss(case.claim, midnight(day) + dt.timedelta(minutes=10))
                at = midnight(day) + dt.timedelta(minutes=20)
                self.world.approve(kind, at - dt.timedelta(minutes=5))
                with nothing_goes_wrong():
                    self.world.midnight(kind, at)
            oracle.settle(at=at)
            oracle.ends(("settlement",), at=at)
            oracle.enter()
            self.check_settled(kind, oracle)
        self.wind_up(kind, at)
