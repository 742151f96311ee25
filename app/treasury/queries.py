"""What a treasurer asks: what needs something now, what a period comes to, what is held and what is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from sqlalchemy import func, select

from app.db import db
from app.domain.equation import Caps, Equation, caps_of, equation_of
from app.domain.period_states import LOCKED_STATES
from app.domain.run_log import Line
from app.domain.shares import CaseShare
from app.domain.terms import PoolTerms
from app.models import (
    Account,
    Award,
    Case,
    Claim,
    Membership,
    Payout,
    Period,
    PeriodApproval,
    Plan,
    Settlement,
    SettlementAward,
)
from app.services import approvals, forecasts, rescheduling, rulebook, run_log, settling
from app.services.days import day_of
from app.services.due import Due, payouts_of

_NEXT, _LAST = 2, 4
_LOOK_BACK = dt.timedelta(days=200)

Need = Literal["lock", "read", "check", "approve", "settle", "release", "returned", "money", "wait"]


@dataclass(frozen=True, slots=True)
class Task:
    """A period that needs something now."""

    period: Period
    need: Need
    """`lock` is late and the clock's to do; `settle` is the clock's too; `returned`: a payout came back; `money`:
    released, waiting for money; `wait`: on its way, the bank has to confirm."""
    until: dt.date
    late: bool
    share_fen: int | None
    """What each would be charged, or was."""
    payouts: Due


@dataclass(frozen=True, slots=True)
class Listed:
    """One period in the list of its plan."""

    period: Period
    share_fen: int | None
    cases: int | None


def period(name: str) -> Period | None:
    """The period of this name."""
    return db.session.scalar(select(Period).where(Period.name == name))


def tasks(*, at: dt.datetime) -> list[Task]:
    """The periods that need something now, the most urgent first."""
    today = day_of(at)
    open_ = db.session.scalars(
        select(Period)
        .where(
            Period.state.in_((*LOCKED_STATES, "settled"))
            | (Period.state.in_(("planned", "postponed")) & (Period.publication_day < today))
        )
        .order_by(Period.settle_day, Period.id)
    ).all()
    quotes = forecasts.previews([one for one in open_ if one.state in LOCKED_STATES], at=at)
    settled_fen = _shares(open_)
    money = payouts_of(open_)
    found = []
    for one in open_:
        share_fen = quotes[one.id].quote.share_fen if one.id in quotes else settled_fen.get(one.id)
        task = _task(one, share_fen, money.get(one.id, Due()), today)
        if task is not None:
            found.append(task)
    return sorted(found, key=lambda task: (not task.late, task.until, task.period.id))


def _task(one: Period, share_fen: int | None, money: Due, today: dt.date) -> Task | None:
    need: Need
    if one.state == "locked" and today > one.objections_last_day:
        need, until = "check", one.settle_day
    elif one.state == "locked" and share_fen:
        need, until = "read", one.settle_day
    elif one.state == "checked":
        need, until = "approve", one.settle_day
    elif one.state == "approved" and today >= one.settle_day:
        need, until = "settle", one.settle_day
    elif one.state == "settled":
        need, until = _need_of_settled(money), one.pay_by_day
    elif one.state in ("planned", "postponed"):
        need, until = "lock", one.publication_day
    else:
        return None
    # Reading on the settle day itself is late: the clock settles at its first minute.
    late = today > until or (need in {"check", "approve"} and today >= until)
    return Task(one, need, until, late, share_fen, money)


def _need_of_settled(money: Due) -> Need:
    if money.due > money.waiting:
        return "release"
    if money.came_back:
        return "returned"
    return "money" if money.waiting else "wait"


def _shares(of: Iterable[Period]) -> dict[int, int]:
    rows = db.session.execute(
        select(Settlement.period_id, Settlement.share_fen).where(Settlement.period_id.in_([one.id for one in of]))
    )
    return {row.period_id: row.share_fen for row in rows}


def periods_by_plan(*, at: dt.datetime) -> list[tuple[Plan, list[Listed]]]:
    """Every plan with its next two periods and the last four that began, newest first."""
    today = day_of(at)
    rows = db.session.execute(
        select(Period, Settlement.share_fen, Settlement.cases)
        .join(Plan, Period.plan_id == Plan.id)
        .outerjoin(Settlement, Settlement.period_id == Period.id)
        .where(Period.publication_day >= today - _LOOK_BACK)
        .order_by(Plan.position, Plan.id, Period.publication_day, Period.id)
    ).all()
    return [
        (plan, _near([Listed(*row) for row in group])) for plan, group in groupby(rows, key=lambda row: row.Period.plan)
    ]


def _near(listed: list[Listed]) -> list[Listed]:
    """Newest first: the next few that are planned, the last few that began."""
    planned = [one for one in listed if one.period.state == "planned"][:_NEXT]
    begun = [one for one in listed if one.period.state != "planned"][-_LAST:]
    return sorted((*planned, *begun), key=lambda one: one.period.publication_day, reverse=True)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of a period: what it asked, what it receives from whom, and how its money stands."""

    number: int
    ref: str
    asked_fen: int
    shared_fen: int
    from_reserve_fen: int
    from_operator_fen: int
    received_fen: int
    payout: Payout | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole arithmetic of a period, as it would settle or as it did, with every input."""

    equation: Equation
    caps: Caps
    terms: PoolTerms
    day: dt.date
    index_before_fen: int
    index_at_new_year_fen: int
    settlements_left: int
    room_fen: int | None
    reserve_fen: int
    unpaid_waiting_fen: int
    cases: list[CaseRow]
    digest: str | None
    """What an approval is bound to; None once it is settled."""

    @property
    def shared_this_year_fen(self) -> int:
        """What each member was charged since 1 January."""
        return self.index_before_fen - self.index_at_new_year_fen

    @property
    def year_left_fen(self) -> int | None:
        """What the yearly cap leaves; None: no such cap."""
        cap = self.terms.cap_year_fen
        return None if cap is None else max(0, cap - self.shared_this_year_fen)


def sheet(one: Period, *, at: dt.datetime) -> Sheet | None:
    """The arithmetic of a period; None while nothing is locked."""
    if one.pool_terms is None:
        return None
    terms = rulebook.pool_terms(one.pool_terms)
    settlement = db.session.scalar(select(Settlement).where(Settlement.period_id == one.id))
    if settlement is not None:
        return _settled_sheet(one, settlement, terms)
    return _preview_sheet(one, terms, at=at) if one.state in LOCKED_STATES else None


def _preview_sheet(one: Period, terms: PoolTerms, *, at: dt.datetime) -> Sheet:
    seen = settling.preview(one, at=at)
    refs = _refs(one)
    cases = [_row(share.number, refs, share, None) for share in seen.quote.cases]
    return Sheet(
        equation_of(seen.quote), caps_of(seen.quote, terms, [row.asked_fen for row in cases]), terms, seen.day,
        seen.index_before_fen, seen.index_at_new_year_fen, seen.settlements_left, seen.quote.room_fen,
        seen.quote.reserve_fen, seen.quote.unpaid_waiting_fen, cases, seen.digest,
    )  # fmt: skip


def _settled_sheet(one: Period, settlement: Settlement, terms: PoolTerms) -> Sheet:
    refs = _refs(one)
    rows = db.session.execute(
        select(SettlementAward, Payout)
        .join(Award, SettlementAward.award_id == Award.id)
        .outerjoin(Payout, Payout.award_id == SettlementAward.award_id)
        .where(Award.period_id == one.id)
        .order_by(Award.number)
    ).all()
    cases = [_row(result.award.number, refs, result, payout) for result, payout in rows]
    return Sheet(
        equation_of(settlement), caps_of(settlement, terms, [row.asked_fen for row in cases]), terms,
        day_of(settlement.at), settlement.index_before_fen, settlement.index_at_new_year_fen,
        settlement.settlements_left, settlement.room_fen, settlement.reserve_before_fen,
        settlement.unpaid_waiting_fen, cases, None,
    )  # fmt: skip


def _row(number: int, refs: dict[int, str], part: CaseShare | SettlementAward, payout: Payout | None) -> CaseRow:
    given = (part.asked_fen, part.shared_fen, part.from_reserve_fen, part.from_operator_fen, part.received_fen)
    return CaseRow(number, refs[number], *given, payout)


def _refs(one: Period) -> dict[int, str]:
    rows = db.session.execute(select(Case.number, Case.ref).where(Case.period_id == one.id))
    return {row.number: row.ref for row in rows}


def log(one: Period) -> tuple[list[Line], dict[int, str]]:
    """What was done to a period, oldest first, and the names of those who did it."""
    lines = run_log.lines(one, run_log.records(one.name), rescheduling.changes(one), desk=True)
    ids = {line.who for line in lines if line.who is not None}
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids))) if ids else ()
    return lines, {row.id: row.name for row in rows}


def name_of(account_id: int | None) -> str | None:
    """The name of a member of staff."""
    return db.session.scalar(select(Account.name).where(Account.id == account_id))


def approved_claims(one: Period) -> int:
    """How many claims of the plan are approved and would be published if the period were locked now."""
    of_plan = select(func.count(Claim.id)).join(Membership, Claim.membership_id == Membership.id)
    return db.session.scalar(of_plan.where(Membership.plan_id == one.plan_id, Claim.state == "approved")) or 0


def approval_before(one: Period, *, at: dt.datetime) -> tuple[PeriodApproval, list[approvals.Difference]] | None:
    """The last approval of a locked period, when it is not of the present sum, with what differs; None otherwise."""
    last = approvals.last_of(one)
    if last is None or one.state not in LOCKED_STATES:
        return None
    seen = settling.preview(one, at=at)
    return None if seen.digest == last.digest else (last, approvals.differences(last, seen))
