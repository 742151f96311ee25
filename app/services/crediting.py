"""A wrong settlement is made good: proposed by one treasurer, confirmed by another, booked whole in one entry.

Whoever was charged and still shares gets the own part through the carry of the pool, at once; whoever has left is named
and gets it back (app/services/named_credits.py). While a period is locked the surplus of its preview changes, so its
check and approval are void and two treasurers read the new sum.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import ColumnElement, and_, exists, func, insert, literal, or_, select

from app.db import Key, db
from app.domain import credits as law
from app.domain import ledger
from app.domain.period_states import VOUCHED_STATES
from app.models import Credit, Membership, NamedCredit, Period, Person, Pool, Settlement
from app.services import (
    audit,
    closings,
    counters,
    facts,
    journal,
    lapses,
    named_credits,
    notices,
    pools,
    settling,
    two_people,
)
from app.services.days import day_of

Answer = Literal["confirmed", "refused"]


class SameTreasurer(two_people.SamePersonAgain):
    """Whoever proposed a credit does not confirm it as well."""


class AnsweredBefore(two_people.AnsweredAlready):
    """Somebody answered this proposal already; `state` says how."""


class StillMoving(Exception):
    """Members of the pool are about to enter or leave: who has left is known when that is done, in a minute."""


class NobodyLeftToBear(Exception):
    """The plan has closed: nobody shares what a credit would cost, so only the operator can bear it."""


def settlement_of(period: Period) -> Settlement | None:
    """The settlement of a period, if it has one."""
    return db.session.scalar(select(Settlement).where(Settlement.period_id == period.id))


def credited_fen(settlement: Settlement, *, proposed: bool = False) -> int:
    """What was credited to each for this settlement so far; `proposed`: with what waits for a second treasurer."""
    states = ("confirmed", "proposed") if proposed else ("confirmed",)
    found = db.session.scalar(
        select(func.coalesce(func.sum(Credit.over_fen), 0)).where(
            Credit.pool_id == settlement.pool_id, Credit.seq == settlement.seq, Credit.state.in_(states)
        )
    )
    return int(found or 0)


def left_fen(settlement: Settlement) -> int:
    """What may still be credited to each for this settlement."""
    return max(0, settlement.share_fen - credited_fen(settlement, proposed=True))


def propose(  # noqa: PLR0913 -- for what, how much, whose error, why, who, when
    settlement: Settlement, over_fen: int, *, cause: law.Cause, reason: str, by: int, at: dt.datetime
) -> Credit:
    """A treasurer proposes that each member charged by a settlement was charged `over_fen` too much.

    Raises `OverCredited`, `CreditWithoutReason` and `NobodyLeftToBear`.
    """
    pool = counters.hold(db.session.get_one(Pool, settlement.pool_id), alone=True)
    _check_somebody_bears(pool, cause)
    credited = credited_fen(settlement, proposed=True)
    law.check_over(over_fen, share_fen=settlement.share_fen, credited_fen=credited)
    if not reason.strip():
        raise law.CreditWithoutReason
    credit = Credit(
        pool_id=pool.id, seq=settlement.seq, members=settlement.members, over_fen=over_fen, cause=cause,
        reason=reason.strip(), proposed_by=by, proposed_at=at,
    )  # fmt: skip
    db.session.add(credit)
    db.session.flush()
    audit.note("propose-credit", "period", period_of(credit).name, by=by, role="treasurer", at=at, detail=credit.ref)
    return credit


def answer(credit: Credit, verdict: Answer, *, by: int, at: dt.datetime) -> None:
    """A second treasurer confirms a proposed credit, and it is booked; or refuses it.

    Raises `SameTreasurer`, `AnsweredBefore` for whoever comes second, `OverCredited`, `NobodyLeftToBear` and
    `StillMoving`.
    """
    pool = pools.hold(credit.pool, alone=True)
    db.session.refresh(credit, with_for_update={"of": Credit})
    if credit.proposed_by == by:
        raise SameTreasurer
    if credit.state != "proposed":
        raise AnsweredBefore(credit.state)
    if verdict == "confirmed":
        _confirm(credit, pool, by=by, at=at)
    else:
        credit.state, credit.decided_by, credit.decided_at = "refused", by, at
    audit.note(f"credit-{verdict}", "period", period_of(credit).name, by=by, role="treasurer", at=at, detail=credit.ref)
    db.session.flush()


def expected(credit: Credit) -> law.Credit:
    """What a credit comes to if it is confirmed now."""
    return law.Credit(credit.members, credit.over_fen, _count_named(credit))


def _confirm(credit: Credit, pool: Pool, *, by: int, at: dt.datetime) -> None:
    law.check_over(credit.over_fen, share_fen=credit.settlement.share_fen, credited_fen=credited_fen(credit.settlement))
    _check_somebody_bears(pool, credit.cause)
    if _somebody_moves(pool, at=at):
        raise StillMoving
    whole, plan = expected(credit), pool.plan.slug
    if credit.cause == "operator":
        from_reserve_fen, postings = 0, ledger.correction_by_operator(pool.name, plan, whole)
    else:
        reserve_fen = max(0, journal.spendable_fen(ledger.reserve(plan)))
        from_reserve_fen = min(reserve_fen, whole.whole_fen)
        postings = ledger.correction(pool.name, plan, whole, reserve_fen)
    entry = journal.book(named_credits.KIND, f"{named_credits.KIND}:{credit.ref}", postings, by=by, at=at)
    credit.state, credit.decided_by, credit.decided_at, credit.entry_id = "confirmed", by, at, entry.id
    credit.named, credit.carried_fen, credit.from_reserve_fen = whole.named, whole.carried_fen, from_reserve_fen
    credit.into_seq = pool.seq + 1
    pool.surplus_fen += whole.carried_fen
    pool.credits_fen += whole.carried_fen
    db.session.flush()
    _name(credit)
    period = period_of(credit)
    facts.state(
        "correction", period.name, at=at, plan=plan, pool=pool.name, credit=credit.ref, members=credit.members,
        over_fen=credit.over_fen, named=whole.named, named_fen=whole.named_fen, carried_fen=whole.carried_fen,
        cause=credit.cause, from_reserve_fen=from_reserve_fen, reason=credit.reason, into=credit.into_seq,
    )  # fmt: skip
    notices.write_anew("bulletin", period.id)
    named_credits.ask(credit, at=at)
    void_what_is_read(pool, at=at)


def _check_somebody_bears(pool: Pool, cause: str) -> None:
    """What the operator does not pay the reserve bears, and all who share; in the end there is neither."""
    found = closings.binding_of(pool.plan_id)
    if cause != "operator" and found is not None and found.stage in {"remainder", "closed"}:
        raise NobodyLeftToBear


def void_what_is_read(pool: Pool, *, at: dt.datetime) -> None:
    """The surplus has changed: a sum of this pool that was checked or approved is void."""
    period = counters.open_lock(pool.id)
    if period is not None and period.state in VOUCHED_STATES:
        settling.void_approval(period, at=at)


def _somebody_moves(pool: Pool, *, at: dt.datetime) -> bool:
    least_fen = lapses.least_limit_fen(pool, at=at) if lapses.may_lapse_today(pool, at=at) else None
    return pools.has_somebody_to_move(pool, least_fen, at=at)


def _named(credit: Credit) -> ColumnElement[bool]:
    """Charged by the settlement, and not among those who share in the next one: all, where none will come any more.

    Whoever had died before it gets its whole share back for that (app/services/deaths.py): their part stays with all.
    """
    pool, settled_on = credit.pool, day_of(credit.settlement.at)
    gone = Membership.end_seq >= credit.seq
    leaving = Membership.state == "sharing"
    if not closings.shares_no_more(pool.id):
        leaving = and_(leaving, Membership.ends_after_seq <= pool.seq)
    died_before = exists().where(Person.id == Membership.person_id, Person.died_on < settled_on)
    return and_(Membership.pool_id == pool.id, Membership.join_seq < credit.seq, or_(gone, leaving), ~died_before)


def _count_named(credit: Credit) -> int:
    return db.session.scalar(select(func.count(Membership.id)).where(_named(credit))) or 0


def _name(credit: Credit) -> None:
    number = func.row_number().over(order_by=Membership.id)
    chosen = select(literal(credit.id, Key()), number, Membership.id).where(_named(credit))
    db.session.execute(
        insert(NamedCredit).from_select(["credit_id", "number", "membership_id"], chosen, include_defaults=False)
    )
    written = db.session.scalar(select(func.count(NamedCredit.id)).where(NamedCredit.credit_id == credit.id))
    if written != credit.named:
        raise LookupError(f"credit {credit.ref}: {written} named, {credit.named} counted")


def period_of(credit: Credit) -> Period:
    """The period of the settlement that is corrected."""
    return db.session.get_one(Period, credit.settlement.period_id)


def of_period(period: Period) -> Sequence[Credit]:
    """The confirmed credits of a period, oldest first."""
    wanted = select(Credit).join(Settlement, and_(Credit.pool_id == Settlement.pool_id, Credit.seq == Settlement.seq))
    return db.session.scalars(
        wanted.where(Settlement.period_id == period.id, Credit.state == "confirmed").order_by(Credit.id)
    ).all()


def corrected_in(settlement: Settlement) -> Sequence[Period]:
    """The periods whose settlements charged too much, where the credits for them lower this one."""
    if not settlement.credits_fen:
        return ()
    return db.session.scalars(
        select(Period)
        .join(Settlement, Settlement.period_id == Period.id)
        .join(Credit, and_(Credit.pool_id == Settlement.pool_id, Credit.seq == Settlement.seq))
        .where(Credit.pool_id == settlement.pool_id, Credit.into_seq == settlement.seq)
        .distinct()
        .order_by(Period.id)
    ).all()


def waiting() -> Sequence[Credit]:
    """What was proposed and waits for a second treasurer, oldest first."""
    return db.session.scalars(select(Credit).where(Credit.state == "proposed").order_by(Credit.id)).all()


def credit_with(ref: str) -> Credit | None:
    """The credit of this reference."""
    return db.session.scalar(select(Credit).where(Credit.ref == ref))
