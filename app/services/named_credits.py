"""The parts of a credit that go back by name, after the commit, in chunks: restartable, each part once.

A part waits while its membership has not ended yet, and while a refund of it is on its way to the bank. It becomes
part of what the membership left: first it makes good what the member still owed, the rest goes back by a refund. Who
took the leaving back shares again: that part enters the carry like everybody's, between two locks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from app.db import db
from app.domain import ledger
from app.domain.period_states import LOCKED_STATES
from app.models import Credit, Deposit, Membership, NamedCredit, Period, Person, Pool, Refund
from app.services import closings, counters, facts, heirs, journal, losses, messages, outbox, statement, still_owed

KIND: Final = "correction"
"""The journal entry of a confirmed credit; what went back to a membership are its deposits."""
RETURNED: Final = "correction-carried"
WORK: Final = "name-credits"
_CHUNK: Final = 500


def ask(credit: Credit, *, at: dt.datetime) -> None:
    """Ask for the next chunk of a credit, when there is one that can be carried out now."""
    first = db.session.scalar(_ready().where(NamedCredit.credit_id == credit.id).order_by(NamedCredit.number).limit(1))
    if first is not None:
        # A part that could not be carried out after all is asked for again, in another hour.
        outbox.ask(WORK, f"{WORK}:{credit.ref}:{first.number}:{at:%Y%m%d%H}", at=at, credit=credit.ref)


def is_due() -> bool:
    """Whether any part can be carried out now."""
    return db.session.scalar(_ready().with_only_columns(NamedCredit.id).limit(1)) is not None


def ask_due(*, at: dt.datetime) -> int:
    """Ask for what has become ready since: memberships that have ended, refunds that have arrived. Read first."""
    waiting = _ready().with_only_columns(NamedCredit.credit_id).distinct()
    due = db.session.scalars(select(Credit).where(Credit.id.in_(waiting)).order_by(Credit.id)).all()
    for credit in due:
        ask(credit, at=at)
    return len(due)


def carry_out(payload: Mapping[str, Any], at: dt.datetime) -> None:
    """Carry out one chunk of a credit, and ask for the next."""
    credit = db.session.scalars(select(Credit).where(Credit.ref == payload["credit"])).one()
    pool = counters.hold(db.session.get_one(Pool, credit.pool_id), alone=True)
    parts = db.session.scalars(
        _ready().where(NamedCredit.credit_id == credit.id).order_by(NamedCredit.number).limit(_CHUNK)
    ).all()
    gone: list[Membership] = []
    for part in parts:
        refund = still_owed.hold_open(part.membership_id)
        membership = part.membership
        db.session.refresh(membership, with_for_update={"of": Membership})
        if membership.end_seq is None:
            _into_the_carry(part, pool, at=at)
            continue
        if refund is not None and refund.state == "released":
            continue
        _give(part, credit, membership, refund, at=at)
        gone.append(membership)
    db.session.flush()
    _tell(credit, pool, gone, at=at)
    if len(parts) == _CHUNK:
        ask(credit, at=at)


def _ready() -> Any:
    """Parts that can be carried out now: ended with no refund on its way, or sharing again between two locks."""
    released = exists().where(Refund.membership_id == NamedCredit.membership_id, Refund.state == "released")
    locked = exists().where(Period.pool_id == Credit.pool_id, Period.state.in_(LOCKED_STATES))
    ended: ColumnElement[bool] = and_(Membership.end_seq.is_not(None), ~released)
    again = and_(
        Membership.state == "sharing",
        Membership.ends_as.is_(None),
        ~locked,
        closings.shared_once_more(Credit.pool_id),
    )
    return (
        select(NamedCredit)
        .join(Credit, NamedCredit.credit_id == Credit.id)
        .join(Membership, NamedCredit.membership_id == Membership.id)
        .where(NamedCredit.done_at.is_(None), or_(ended, again))
    )


def _give(part: NamedCredit, credit: Credit, membership: Membership, refund: Refund | None, *, at: dt.datetime) -> None:
    """A line of the statement, and what is owed after it goes back."""
    fen = credit.over_fen
    entry_id = credit.entry_id or 0
    db.session.add(Deposit(membership_id=membership.id, entry_id=entry_id, kind="credit", amount_fen=fen, at=at))
    membership.paid_net_fen += fen
    part.done_at = at
    db.session.flush()
    losses.even_out(membership, fen, f"{KIND}:{credit.ref}:{membership.ref}", by=None, at=at)
    owed_fen = statement.balance_fen(membership)
    if owed_fen <= 0:
        return
    if membership.state == "died":
        heirs.owe(membership, at=at)
    elif refund is not None:
        refund.amount_fen += fen
    else:
        due = Refund(account_id=membership.account_id, membership_id=membership.id, amount_fen=owed_fen, due_at=at)
        db.session.add(due)


def _into_the_carry(part: NamedCredit, pool: Pool, *, at: dt.datetime) -> None:
    """The membership goes on after all: its part is shared like everybody's."""
    credit = part.credit
    postings = ledger.named_credit_carried(pool.name, pool.plan.slug, credit.over_fen)
    journal.book(RETURNED, f"{RETURNED}:{credit.ref}:{part.number}", postings, by=None, at=at)
    part.done_at, part.into_seq = at, pool.seq + 1
    pool.surplus_fen += credit.over_fen
    pool.credits_fen += credit.over_fen
    facts.state(
        "correction-carried", f"{credit.ref}-{part.number}", at=at, plan=pool.plan.slug, pool=pool.name,
        amount_fen=credit.over_fen, into=part.into_seq,
    )  # fmt: skip


def _tell(credit: Credit, pool: Pool, gone: Sequence[Membership], *, at: dt.datetime) -> None:
    """Tell everybody of one chunk; a list's organiser hears one number."""
    period = db.session.scalars(select(Period.name).where(Period.id == credit.settlement.period_id)).one()
    said = {"plan": pool.plan.slug, "period": period, "reason": credit.reason}
    ids = [membership.id for membership in gone]
    rows = db.session.execute(
        select(
            Membership.account_id,
            func.count(Membership.id).label("members"),
            func.min(Membership.id).label("first"),
        )
        .join(Person, Membership.person_id == Person.id)
        .where(Membership.id.in_(ids))
        .group_by(Membership.account_id)
    ).all()
    for row in rows:
        messages.tell(
            row.account_id, "credit-named", key=f"credit:{credit.ref}:{row.first}", at=at, members=row.members,
            amount_fen=row.members * credit.over_fen, **said,
        )  # fmt: skip


def open_fen(plan_id: int) -> int:
    """What was confirmed for those who have left and is not part of what they left yet."""
    found = db.session.scalar(
        select(func.coalesce(func.sum(Credit.over_fen), 0))
        .join(NamedCredit, NamedCredit.credit_id == Credit.id)
        .join(Pool, Credit.pool_id == Pool.id)
        .where(Pool.plan_id == plan_id, NamedCredit.done_at.is_(None))
    )
    return int(found or 0)
