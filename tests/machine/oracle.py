"""What money.md says, done the slow way: a plain list of members with a balance each, charged one by one.

Nothing of the application's arithmetic is used here, not even its index. A share is found with fractions, every member
pays it separately, every fen that moves is added to or taken from one plain number, and standing is asked by going
through the days. What this says, the application has to say too.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

from tests.machine.nouns import DAY, GOES_BACK, LIVE, Case, Member, Settled, Terms, day_of, days_from, midnight
from tests.machine.sums import fee, largest_with_fee, split


@dataclass(eq=False)
class Pool:
    """One plan with one pool, and everything it owes and is owed, each a plain number."""

    name: str
    terms: Terms
    members: list[Member] = field(default_factory=list)
    approved: list[Case] = field(default_factory=list)
    """Waiting for the next lock, in the order of their numbers there."""
    locked: list[Case] | None = None
    locked_on: dt.date | None = None
    settled_on: dt.date | None = None
    charges: list[tuple[dt.datetime, int]] = field(default_factory=list)
    settlements: list[Settled] = field(default_factory=list)
    cases: list[list[Case]] = field(default_factory=list)
    surplus_fen: int = 0
    unpaid_fen: int = 0
    reserve_fen: int = 0
    claims_payable_fen: int = 0
    fee_payable_fen: int = 0
    bank_fen: int = 0
    suspense_fen: int = 0
    operator_fen: int = 0
    """What the operator owes the plan for its own errors."""
    charged: list[list[Member]] = field(default_factory=list)
    """Who paid each settlement."""
    credited: list[int] = field(default_factory=list)
    """What was credited to each of them so far."""
    named: list[tuple[Member, dt.datetime, int]] = field(default_factory=list)
    """Parts of credits that go back by name, in their order, as soon as the membership has ended."""
    undecided: list[int] = field(default_factory=list)
    """Claims that an admitted objection sent back."""

    # who shares

    def those(self, *states: str) -> list[Member]:
        return [member for member in self.members if member.state in states]

    def join(self, number: int, fen: int, *, at: dt.datetime) -> Member:
        member = Member(number, "sharing" if self.locked is None else "pending")
        self.members.append(member)
        self.pay_in(member, fen, at=at)
        return member

    def pay_in(self, member: Member, fen: int, *, at: dt.datetime) -> None:
        self.bank_fen += fen
        if member.state in LIVE:
            member.move(at, "topup", fen)
        else:
            self.suspense_fen += fen

    def take_back(self, member: Member, fen: int, *, at: dt.datetime) -> None:
        """The bank takes a top-up back. What an ended member cannot give is everybody's loss."""
        before = max(0, member.balance_fen)
        member.move(at, "reversal", -fen)
        member.reversed_on = day_of(at)
        self.bank_fen -= fen
        if member.state not in LIVE:
            self.bear(fen - (before - max(0, member.balance_fen)))

    def leave(self, member: Member, reason: str = "left") -> None:
        if member.state == "pending":
            member.state = member.ending = reason
            return
        if member.ending is None:
            member.ends_at = "lock" if self.locked is None else "settlement"
        member.ending = reason

    def stay(self, member: Member) -> None:
        member.ending = member.ends_at = None

    # time

    def locks(self, day: dt.date) -> bool:
        return self.locked is None and day.day in self.terms.locks_on

    def settles(self, day: dt.date) -> bool:
        return self.locked is not None and day.day in self.terms.settles_on

    def event_on(self, day: dt.date) -> bool:
        """Whether anything is due at 00:00 of a day: a lock, a settlement, or the end of somebody's grace."""
        run_out = (self.has_run_out(member, day) for member in self.those("sharing"))
        return self.locks(day) or self.settles(day) or any(run_out)

    def lock_over_by(self, day: dt.date) -> bool:
        """Whether 24:00 of the day the last lock was over has passed at 00:00 of a day."""
        return self.locked is None and (self.settled_on is None or self.settled_on < day)

    def has_run_out(self, member: Member, day: dt.date) -> bool:
        """Whether a member's grace is over at 00:00 of a day, if nothing more is paid or charged."""
        if not self.lock_over_by(day):
            return False
        if member.reversed_on is not None and day <= member.reversed_on + self.terms.grace_days * DAY:
            return False
        since = midnight(day - self.terms.grace_days * DAY)
        charged_since = sum(share for at, share in self.charges if at > since)
        return member.balance_fen + charged_since < self.terms.floor_fen

    def standing(self, member: Member, now: dt.datetime) -> tuple[str, int, dt.datetime | None]:
        """Good, grace or ended; what is missing to be good; and when the grace ends, tried day by day."""
        if member.state not in LIVE:
            return "ended", 0, None
        if member.state == "pending" or member.balance_fen >= self.terms.floor_fen:
            return "good", 0, None
        return "grace", self.terms.floor_fen - member.balance_fen, midnight(self._last_day(member, day_of(now)))

    def _last_day(self, member: Member, today: dt.date) -> dt.date:
        day, over = today, self.held_until(today)
        while True:
            day += DAY
            protected = member.reversed_on is not None and day <= member.reversed_on + self.terms.grace_days * DAY
            since = midnight(day - self.terms.grace_days * DAY)
            behind = member.balance_fen + sum(share for at, share in self.charges if at > since) < self.terms.floor_fen
            if behind and not protected and (over is None or day > over):
                return day

    def held_until(self, _today: dt.date) -> dt.date | None:
        """The day up to whose 24:00 nobody ends: the one on which a lock is over."""
        if self.locked is None:
            return self.settled_on
        return next(ahead for ahead in days_from(self.locked_on) if ahead.day in self.terms.settles_on)

    def shares_no_more(self, _today: dt.date) -> bool:
        """Whether the last settlement that members share is over."""
        return False

    # boundaries

    def lapses(self, *, at: dt.datetime) -> None:
        """Whose grace is over at 00:00, ends. Who has died gets back what was charged since, and may go on by that."""
        gone = [member for member in self.those("sharing") if self.has_run_out(member, day_of(at))]
        for member in gone:
            self._credit_since_death(member, at=at)
        self._end([member for member in gone if self.has_run_out(member, day_of(at))])

    def ends(self, boundary: tuple[str, ...], *, at: dt.datetime) -> None:
        gone = [member for member in self.those("sharing") if member.ends_at in boundary]
        for member in gone:
            self._credit_since_death(member, at=at)
        self._end(gone)

    def _end(self, gone: list[Member]) -> None:
        for member in gone:
            member.state = member.ending or "lapsed"
            self.bear(max(0, -member.balance_fen))

    def _credit_since_death(self, member: Member, *, at: dt.datetime) -> None:
        if member.died_on is None:
            return
        since = midnight(member.died_on + DAY)
        shared = -sum(fen for when, kind, fen in member.lines if kind == "share" and when >= since)
        credited = sum(fen for _when, kind, fen in member.lines if kind == "death credit")
        credited += sum(fen for when, fen in member.corrected if when >= since)
        if shared > credited:
            member.move(at, "death credit", shared - credited)
            self.bear(shared - credited)

    def bear(self, fen: int) -> None:
        """The reserve gives what it has; the rest waits to be shared."""
        given = min(fen, self.reserve_fen)
        self.reserve_fen -= given
        self.unpaid_fen += fen - given

    def enter(self) -> None:
        for member in self.those("pending"):
            member.state = "sharing"

    def lock(self, day: dt.date) -> None:
        self.locked, self.approved, self.locked_on = self.approved, [], day

    def defer(self) -> list[Case]:
        """On the settle day a case with an unanswered objection goes to the next period."""
        assert self.locked is not None
        gone = [case for case in self.locked if case.unanswered]
        for case in gone:
            self.locked.remove(case)
            case.unanswered = False
        self.approved[:0] = gone
        return gone

    # the settlement

    def settle(self, *, at: dt.datetime) -> None:
        assert self.locked is not None
        cases, members, terms = self.locked, self.those("sharing"), self.terms
        n, room, before = len(members), self.room(at), self.surplus_fen
        shared = [case.asked_fen for case in cases]
        if terms.cap_case_fen is not None:
            most = floor(Fraction(terms.cap_case_fen * n) / (1 + Fraction(terms.fee_bp, 10_000)))
            shared = [min(fen, most) for fen in shared]
        available = None if room is None else room * n + before
        if available is not None and sum(shared) + fee(sum(shared), terms.fee_bp) > available:
            shared = split(largest_with_fee(available, terms.fee_bp), shared)
        gross = sum(shared) + fee(sum(shared), terms.fee_bp)
        left = [] if available is None else [available - gross]
        if not cases:
            left.append(0)
        elif terms.cap_case_fen is not None:
            left.append(max(0, terms.cap_case_fen * n * len(cases) - gross))
        unpaid = min([self.unpaid_fen, *left])
        need = gross + unpaid
        share = max(0, ceil(Fraction(need - before, n)))
        for member in members:
            member.move(at, "share", -share)
        lacking = [case.asked_fen - fen for case, fen in zip(cases, shared, strict=True)]
        given = split(min(self.reserve_fen, sum(lacking)), lacking)
        self.surplus_fen = before + share * n - need
        self.unpaid_fen -= unpaid
        self.reserve_fen -= sum(given)
        self.fee_payable_fen += fee(sum(shared), terms.fee_bp)
        self.charges.append((at, share))
        self.charged.append(members)
        self.credited.append(0)
        self.settlements.append(
            Settled(
                n, room, sum(case.asked_fen for case in cases), sum(shared), fee(sum(shared), terms.fee_bp), unpaid,
                need, sum(given), share, before, self.surplus_fen,
            )
        )  # fmt: skip
        for case, fen, more in zip(cases, shared, given, strict=True):
            case.given, case.received_fen = (fen, more), fen + more
            self._help(case, at=at)
        self.cases.append(cases)
        self.locked, self.settled_on = None, day_of(at)

    def _help(self, case: Case, *, at: dt.datetime) -> None:
        """What the claimant's own membership is behind is set off; a full benefit ends it."""
        member = case.member
        if member.state == "sharing" and member.balance_fen < 0:
            case.set_off_fen = min(-member.balance_fen, case.received_fen)
            if case.set_off_fen:
                member.move(at, "credit", case.set_off_fen)
        self.claims_payable_fen += case.received_fen - case.set_off_fen
        if case.full and member.state == "sharing" and member.ending is None:
            member.ending, member.ends_at = "helped", "settlement"

    def room(self, at: dt.datetime) -> int | None:
        if self.terms.cap_year_fen is None:
            return None
        today = day_of(at)
        charged = sum(share for when, share in self.charges if when >= midnight(dt.date(today.year, 1, 1)))
        left = max(0, self.terms.cap_year_fen - charged)
        rest = [day for day in days_from(today) if day.year == today.year and self.shares_on(day)]
        return floor(Fraction(left, 1 + len(rest)))

    def shares_on(self, day: dt.date) -> bool:
        """Whether a settlement of this day is still to come."""
        return day.day in self.terms.settles_on

    # money out

    def refund_all(self, *, at: dt.datetime) -> None:
        """Everything that goes back without asking arrives."""
        for member in self.members:
            if member.balance_fen > 0 and (member.state in GOES_BACK or member.goes_back):
                self.bank_fen -= member.balance_fen
                member.move(at, "refund", -member.balance_fen)

    def accounts(self) -> dict[str, int]:
        """What the ledger has to hold for this plan."""
        return {
            "member_funds": sum(member.balance_fen for member in self.those("sharing")),
            "pending_funds": sum(member.balance_fen for member in self.those("pending")),
            "unclaimed_balances": sum(max(0, member.balance_fen) for member in self.members if member.state not in LIVE)
            + sum(fen for _member, _at, fen in self.named),
            "rounding_carry": self.surplus_fen,
            "unpaid_shares": self.unpaid_fen,
            "reserve": self.reserve_fen,
            "claims_payable": self.claims_payable_fen,
            "fee_payable": self.fee_payable_fen,
            "operator_subsidy": self.operator_fen,
        }
