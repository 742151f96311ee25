"""What the clock does for a plan that closes, one stage after the other. Each step is harmless when it is done again.

Last period locked → the periods after it are cancelled → its settlement and the closing day are over → memberships end
in pieces → the run-off → its claims are settled together in a period of its own → what is left waits to be given on →
closed. A step that was interrupted is simply due again.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, func, or_, select, update

from app.db import db
from app.domain.calendar import period_name
from app.domain.claim_states import OPEN_STATES
from app.domain.closing import claims_until
from app.models import Bill, Claim, Closing, Decision, Membership, Period, Pool, Refund
from app.services import (
    audit,
    closing,
    closing_money,
    closings,
    counters,
    facts,
    joining,
    parts,
    refunds,
    rescheduling,
    rulebook,
    statement,
)
from app.services.days import day_of

_AHEAD = ("planned", "postponed")
_OVER = ("settled", "paid", "cancelled")
UNDECIDED = OPEN_STATES - {"approved", "published"}
"""A claim in one of these may still be approved: the claims of a run-off are settled when all are decided."""


def is_due(pool: Pool) -> Closing | None:
    """The closing of a pool's plan that the clock has to look after."""
    found = closings.binding_of(pool.plan_id)
    return found if found is not None and found.stage != "closed" else None


def step(found: Closing, *, at: dt.datetime, most: int = 10_000) -> list[str]:
    """Do what is due of a closing, at most one thing; returns what was done, in words for the operator's log."""
    pool = counters.hold(joining.pool_of(found.plan_id), alone=True)
    db.session.refresh(found)
    deeds = {
        "announced": _begin_last_period,
        "last_period": _end_memberships,
        "run_off": _run_off,
        "remainder": _finish,
    }
    deed = deeds.get(found.stage)
    done = deed(found, pool, most, at=at) if deed else None
    return [f"{found.plan.slug}: {done}"] if done else []


def _begin_last_period(found: Closing, pool: Pool, _most: int, *, at: dt.datetime) -> str | None:
    """Once the last period is locked, none comes after it."""
    if closings.next_shared(found) is not None:
        return None
    later = db.session.scalars(
        select(Period).where(Period.pool_id == pool.id, Period.state.in_(_AHEAD)).order_by(Period.publication_day)
    ).all()
    for period in later:
        rescheduling.cancel(period, reason="plan_closes", by=None, at=at)
    closing.move_stage(found, "begin_last_period", role="system")
    return f"the last period is published, {len(later)} after it are cancelled"


def _end_memberships(found: Closing, pool: Pool, most: int, *, at: dt.datetime) -> str | None:
    """After the last settlement, and from the closing day on, everybody's membership reaches its end."""
    if day_of(at) < found.closing_day or _open_period(pool) is not None:
        return None
    live = (Membership.pool_id == pool.id, Membership.state.in_(("pending", "sharing")))
    if db.session.scalar(select(Membership.id).where(*live).limit(1)) is not None:
        marked = _mark(pool, most)
        return f"{marked} memberships end" if marked else None
    closing_money.bear_unpaid(pool, f"run-off:{found.ref}", at=at, only_reserve=True)
    closing.move_stage(
        found, "end_memberships", role="system",
        run_off_at=at, held=closing_money.held_by_family(pool), held_entry_id=closing_money.last_entry_id(),
    )  # fmt: skip
    facts.state(
        "closing-run-off", found.plan.slug, at=at,
        held={family: fen for family, fen in (found.held or {}).items() if fen},
        claims_until=claims_until(found.closing_day, closings.terms_of(found)).isoformat(),
    )  # fmt: skip
    audit.note("end-memberships", "plan", found.plan.slug, by=None, role="system", at=at)
    return "every membership has ended, the run-off begins"


def _mark(pool: Pool, most: int) -> int:
    """Let up to `most` members end now; who was ending for another reason ends for that. The sweep carries it out."""
    unmarked = or_(Membership.ends_as.is_(None), Membership.ends_after_seq > pool.seq, Membership.ends_at_lock)
    chosen = (Membership.pool_id == pool.id, Membership.state == "sharing", unmarked)
    last = db.session.scalar(
        select(func.max(select(Membership.id).where(*chosen).order_by(Membership.id).limit(most).subquery().c.id))
    )
    if last is None:
        return 0
    marked = db.session.execute(
        update(Membership)
        .where(*chosen, Membership.id <= last)
        .values(ends_as=func.coalesce(Membership.ends_as, "closed"), ends_after_seq=pool.seq, ends_at_lock=False)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
    return int(marked.rowcount)  # type: ignore[attr-defined]


def _run_off(found: Closing, pool: Pool, most: int, *, at: dt.datetime) -> str | None:
    """Balances nobody asked for go back; once the days are over and all is decided, the claims are settled together."""
    owed = _give_back_what_lapsed(pool, most, at=at)
    if owed:
        return f"{owed} balances of lapsed memberships go back"
    closing_money.bear_unpaid(pool, f"run-off:{found.ref}:{closing_money.last_entry_id()}", at=at, only_reserve=True)
    if day_of(at) <= claims_until(found.closing_day, closings.terms_of(found)):
        return None
    if _open_period(pool) is not None or undecided(found, on=day_of(at)):
        return None
    if _approved(found) or parts.has_further(found.plan_id):
        return f"{_plan_period(pool, at=at).name} will settle the claims of the run-off"
    closing_money.bear_unpaid(pool, f"remainder:{found.ref}", at=at)
    closing.move_stage(found, "finish_claims", role="system")
    audit.note("finish-run-off", "plan", found.plan.slug, by=None, role="system", at=at)
    return "the run-off is over"


def _finish(found: Closing, pool: Pool, _most: int, *, at: dt.datetime) -> str | None:
    """Closed when nothing is left to give, to pay to a case, or to make good."""
    closing_money.bear_unpaid(pool, f"remainder:{found.ref}:{closing_money.last_entry_id()}", at=at)
    if any(closing_money.still_in(pool).values()):
        return None
    closing.move_stage(found, "close", role="system", closed_at=at)
    facts.state("closing-closed", found.plan.slug, at=at, **closing_money.report_values(found))
    audit.note("close-plan", "plan", found.plan.slug, by=None, role="system", at=at)
    return "closed"


def _open_period(pool: Pool) -> Period | None:
    """A period of the pool that is planned, locked or waits for its settlement."""
    return db.session.scalar(select(Period).where(Period.pool_id == pool.id, Period.state.not_in(_OVER)).limit(1))


def _give_back_what_lapsed(pool: Pool, most: int, *, at: dt.datetime) -> int:
    """Who lapsed with a balance and never asked for it is paid back now; returns how many refunds are due."""
    asked = select(Refund.id).where(Refund.membership_id == Membership.id)
    lapsed = db.session.scalars(
        select(Membership)
        .where(
            Membership.pool_id == pool.id, Membership.state == "lapsed", closing_money.something_left(), ~asked.exists()
        )
        .order_by(Membership.id)
        .limit(most)
    ).all()
    owed = [(one.id, one.account_id, statement.balance_fen(one)) for one in lapsed]
    refunds.owe_many([row for row in owed if row[2] > 0], at=at)
    db.session.flush()
    return len(owed)


def undecided(found: Closing, *, on: dt.date) -> int:
    """How many claims may still be approved: nobody decided them or their bills, or an appeal is possible."""
    appealable = select(Decision.id).where(Decision.claim_id == Claim.id, Decision.appeal_until >= on).exists()
    bills = select(Bill.id).where(Bill.claim_id == Claim.id, Bill.state.in_(("submitted", "judged"))).exists()
    waits: ColumnElement[bool] = or_(Claim.state.in_(UNDECIDED), (Claim.state == "refused") & appealable, bills)
    return _count(found, waits)


def _approved(found: Closing) -> int:
    return _count(found, Claim.state == "approved")


def _count(found: Closing, which: ColumnElement[bool]) -> int:
    return int(
        db.session.scalar(
            select(func.count(Claim.id))
            .join(Membership, Claim.membership_id == Membership.id)
            .where(Membership.plan_id == found.plan_id, which)
        )
        or 0
    )


def _plan_period(pool: Pool, *, at: dt.datetime) -> Period:
    """The period that settles the claims of a run-off: published tomorrow, with all days of objection."""
    calendar = rulebook.rules_of(rulebook.version_on(pool.plan_id, day_of(at))).pool.calendar
    published = day_of(at) + dt.timedelta(days=1)
    settled = published + dt.timedelta(days=calendar.settle_days[0] - calendar.publish_days[0])
    before = db.session.scalar(
        select(func.max(Period.number)).where(
            Period.pool_id == pool.id, Period.year == published.year, Period.month == published.month
        )
    )
    number = (before or 0) + 1
    period = Period(
        plan_id=pool.plan_id,
        pool_id=pool.id,
        year=published.year,
        month=published.month,
        number=number,
        name=period_name(pool.name, published.year, published.month, number),
        state="planned",
        publication_day=published,
        objections_last_day=published + dt.timedelta(days=calendar.objection_days - 1),
        settle_day=settled,
        pay_by_day=settled + dt.timedelta(days=calendar.pay_within_days),
        run_off=True,
    )
    db.session.add(period)
    db.session.flush()
    audit.note("plan-run-off-period", "period", period.name, by=None, role="system", at=at)
    return period
