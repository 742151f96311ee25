"""What has to hold after every deed of the machine, and at the end of every story."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import text

from app.db import db
from app.services import selfcheck
from tests.machine.nouns import LIVE, Settled, day_of
from tests.machine.oracle import Pool
from tests.machine.world import World

MOST_STATEMENTS = 3
ROWS = """
SELECT pool_id, id, state, paid_net_fen, coalesce(threshold_fen, paid_net_fen), ends_as, end_seq
FROM membership WHERE pool_id IN (:one, :other)
"""
COUNTED = "SELECT pool_id, sum(members), sum(thresholds_fen) FROM pool_counter GROUP BY pool_id"
POOLS = "SELECT id, seq, index_fen, surplus_fen FROM pool WHERE id IN (:one, :other)"
HELD = "SELECT account, sum(net_fen) FROM account_balance GROUP BY account"
SETTLED = """
SELECT members, room_fen, approved_fen, shared_payouts_fen, fee_fen, unpaid_fen, need_fen, from_reserve_fen, share_fen,
    surplus_before_fen, surplus_after_fen
FROM settlement WHERE pool_id = :pool ORDER BY seq
"""
RESULTS = """
SELECT settlement_award.seq, award.claim_id, settlement_award.shared_fen, settlement_award.from_reserve_fen,
    coalesce(payout.amount_fen, 0), coalesce(payout.state, '')
FROM settlement_award JOIN award ON award.id = settlement_award.award_id
LEFT JOIN payout ON payout.award_id = award.id
WHERE settlement_award.pool_id = :pool
"""
ASSETS = ("unpaid_shares", "operator_subsidy", "bank")


class Checked(RuleBasedStateMachine):
    """The application beside the oracle."""

    fresh: ClassVar[Callable[[], World]]
    """Gives each story its world."""
    told: ClassVar[int] = 0
    ask_the_ledger: ClassVar[int] = 5
    """After every so many stories the whole ledger check is asked."""
    world: World
    now: dt.datetime
    changed: set[str]
    """The plans in which somebody may stand otherwise than before."""

    @invariant()
    def rows_counters_and_ledger_are_the_oracles(self) -> None:
        if not hasattr(self, "world"):
            return
        asked = dict(zip(("one", "other"), self.world.pools.values(), strict=True))
        rows = {kind: {} for kind in self.world.pools}
        kinds = {pool: kind for kind, pool in self.world.pools.items()}
        for pool, number, *row in db.session.execute(text(ROWS), asked):
            rows[kinds[pool]][number] = row
        counted = {pool: (int(n), int(s)) for pool, n, s in db.session.execute(text(COUNTED))}
        pools = {pool: row for pool, *row in db.session.execute(text(POOLS), asked)}
        held = {account: int(fen) for account, fen in db.session.execute(text(HELD))}
        for kind, oracle in self.world.oracles.items():
            pool = self.world.pools[kind]
            self.check_rows(oracle, rows[kind], pools[pool])
            self.check_conserved(oracle, counted[pool], pools[pool][1], held)

    def check_rows(self, oracle: Pool, rows: dict[int, list], pool: list) -> None:
        seq, index, surplus = pool
        assert seq == len(oracle.charges)
        assert index == sum(share for _at, share in oracle.charges)
        assert surplus == oracle.surplus_fen
        assert set(rows) == {member.number for member in oracle.members}
        for member in oracle.members:
            state, _paid, threshold, ends_as, _end_seq = rows[member.number]
            assert (state, ends_as) == (member.state, member.ending or ("lapsed" if state == "lapsed" else None))
            if state in LIVE:
                balance = threshold - (index if state == "sharing" else 0)
                assert balance == member.balance_fen, f"{member.number} has {balance}, not {member.balance_fen}"

    def check_conserved(self, oracle: Pool, counted: tuple[int, int], index: int, held: dict[str, int]) -> None:
        members, thresholds = counted
        said = {family: held.get(f"{family}:{oracle.name}", 0) for family in oracle.accounts()}
        said = {family: fen if family in ASSETS else -fen for family, fen in said.items()}
        assert said == oracle.accounts()
        assert members == len(oracle.those("sharing"))
        assert thresholds - members * index == said["member_funds"]
        if not oracle.name.rpartition("-")[2].isdigit():  # elsewhere other examples have money there too
            assert held["bank:main"] == sum(one.bank_fen for one in self.world.oracles.values())
            assert -held.get("suspense", 0) == sum(one.suspense_fen for one in self.world.oracles.values())

    @invariant()
    def everybody_stands_where_the_oracle_says(self) -> None:
        if not hasattr(self, "world"):
            return
        while self.changed:
            kind = self.changed.pop()
            oracle, found = self.world.oracles[kind], self.world.standings(kind, self.now)
            for member in oracle.members:
                kind_of, short, until = oracle.standing(member, self.now)
                said = found[member.number]
                assert said.kind == kind_of, f"{member.number}: {said}, the oracle says {kind_of}"
                if kind_of != "ended":
                    assert (said.short_by_fen, said.until) == (short, until), member.number

    def check_settled(self, kind: str, oracle: Pool) -> None:
        """Every term of every settlement, what each case received, and the bounds of the surplus."""
        asked = {"pool": self.world.pools[kind]}
        rows = [Settled(*row) for row in db.session.execute(text(SETTLED), asked)]
        assert rows == oracle.settlements
        last = rows[-1]
        assert 0 <= last.surplus_after_fen <= max(last.surplus_before_fen, last.members - 1)
        assert last.share_fen == 0 or last.surplus_after_fen < last.members
        wanted = {
            (seq, case.claim): (*case.given, case.received_fen - case.set_off_fen)
            for seq, cases in enumerate(oracle.cases, start=1)
            for case in cases
        }
        assert {(row[0], row[1]): tuple(row[2:5]) for row in self.results(oracle)} == wanted
        if oracle.terms.cap_year_fen is not None:
            this_year = [share for at, share in oracle.charges if day_of(at).year == day_of(self.now).year]
            assert sum(this_year) <= oracle.terms.cap_year_fen

    def results(self, oracle: Pool) -> list:
        kind = next(kind for kind, one in self.world.oracles.items() if one is oracle)
        return db.session.execute(text(RESULTS), {"pool": self.world.pools[kind]}).all()

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        for oracle in self.world.oracles.values():
            moved = sorted((one for one in oracle.members if len(one.lines) > 1), key=lambda one: -len(one.lines))
            for member in moved[:MOST_STATEMENTS]:
                wanted = member.statement()
                lines = [
                    (at, "credit" if said == "death credit" else said, fen, sum_) for at, said, fen, sum_ in wanted
                ]
                assert self.world.lines(member.number) == lines
                assert lines[-1][3] == member.balance_fen
            for member in moved[:1]:
                instant = member.lines[-1][0]
                for moment in (instant - dt.timedelta(seconds=1), instant):
                    assert self.world.balance_at(member.number, moment) == member.balance_at(moment)
        if type(self).told % self.ask_the_ledger == 0:
            assert not [row for question in selfcheck.check() for row in question.rows]


@contextmanager
def nothing_goes_wrong() -> Iterator[None]:
    """A step of the clock that fails is only written into the log, for the next pool's sake: here it is raised."""
    log, failures = logging.getLogger("app.jobs.tick"), Failures()
    log.addHandler(failures)
    try:
        yield
    finally:
        log.removeHandler(failures)
    if failures.first is not None:
        raise failures.first


class Failures(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.first: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        wrong = record.exc_info[1] if record.exc_info else AssertionError(record.getMessage())
        self.first = self.first or wrong
