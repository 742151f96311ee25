"""Money that came in, waits, and went out: payments, payouts, suspense, fee and cover, each against the ledger."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import and_, func, or_, select

from app.db import db
from app.domain import ledger
from app.models import (
    Award,
    Deposit,
    JournalEntry,
    Payment,
    Payout,
    Period,
    Plan,
    PostingRow,
    Refund,
    SettlementAward,
    SuspenseItem,
)
from app.services import custody, deaths, reversals, transfers_by_hand
from app.services.bank_statements import explaining
from app.services.selfcheck import credits as credits_
from app.services.selfcheck.books import Books

_MOST = 100
_REF_LETTERS = 12


def entries() -> Iterable[str]:
    """Every journal entry moves something."""
    empty = db.session.scalars(
        select(JournalEntry.ref)
        .outerjoin(PostingRow, PostingRow.entry_id == JournalEntry.id)
        .where(PostingRow.id.is_(None))
        .limit(_MOST)
    )
    yield from (f"{ref}: an entry without postings" for ref in empty)


def payments() -> Iterable[str]:
    """Every received payment was booked once with its amount, and nothing was booked that was not received."""
    posted = (
        select(PostingRow.entry_id, func.sum(PostingRow.amount_fen).label("fen"))
        .where(PostingRow.debit_account.like("bank:%"))
        .group_by(PostingRow.entry_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Payment.ref, Payment.amount_fen, posted.c.fen)
        .outerjoin(JournalEntry, JournalEntry.ref == "payment:" + Payment.ref)
        .outerjoin(posted, posted.c.entry_id == JournalEntry.id)
        .where(Payment.received_at.is_not(None), or_(posted.c.fen.is_(None), posted.c.fen != Payment.amount_fen))
        .limit(_MOST)
    ).all()
    for ref, amount_fen, fen in rows:
        yield f"payment {ref}: {amount_fen} received, {fen or 0} booked"
    missing = db.session.scalars(
        select(JournalEntry.ref)
        .outerjoin(Payment, and_(JournalEntry.ref == "payment:" + Payment.ref, Payment.received_at.is_not(None)))
        .where(JournalEntry.ref.like("payment:%"), Payment.id.is_(None))
        .limit(_MOST)
    )
    yield from (f"{ref}: booked, and no payment was received" for ref in missing)


def suspense(books: Books) -> Iterable[str]:
    """Payments kept apart, on their way back, and payouts that came back are what the ledger holds in suspense."""
    kept = db.session.scalar(
        select(func.coalesce(func.sum(Payment.amount_fen), 0))
        .join(SuspenseItem, SuspenseItem.payment_id == Payment.id)
        .outerjoin(Refund, Refund.suspense_id == SuspenseItem.id)
        .where(
            or_(
                SuspenseItem.closed_at.is_(None),
                and_(SuspenseItem.closed_as == "returned", or_(Refund.id.is_(None), Refund.state != "paid")),
            ),
            Payment.state != "reversed",
        )
    )
    came_back = db.session.scalar(
        select(func.coalesce(func.sum(Payout.amount_fen), 0)).where(
            Payout.entry_id.is_not(None), Payout.state != "paid"
        )
    )
    unknown = explaining.in_suspense_fen() + transfers_by_hand.held_fen()
    rows, booked = int(kept or 0) + int(came_back or 0) + unknown, books.held_fen(ledger.suspense)
    if rows != booked:
        yield (
            f"suspense: {kept} of payments, {came_back} of payouts that came back and {unknown} of unknown deposits, "
            f"the ledger says {booked}"
        )


def payouts_of_awards() -> Iterable[str]:
    """Each award receives what was settled for it: by its payout, and by what its own membership was behind."""
    received = SettlementAward.shared_fen + SettlementAward.from_reserve_fen + SettlementAward.from_operator_fen
    entries = db.session.execute(
        select(JournalEntry.ref, Deposit.amount_fen)
        .join(Deposit, Deposit.entry_id == JournalEntry.id)
        .where(JournalEntry.kind == "set-off")
    ).all()
    set_off = {int(ref.rpartition(":")[2]): int(fen) for ref, fen in entries}
    rows = db.session.execute(
        select(Period.name, Award.number, SettlementAward.award_id, received, Payout.amount_fen)
        .join(Award, SettlementAward.award_id == Award.id)
        .join(Period, Award.period_id == Period.id)
        .outerjoin(Payout, Payout.award_id == SettlementAward.award_id)
        .order_by(Award.id)
    ).all()
    for name, number, award_id, settled_fen, paid_fen in rows:
        credited_fen = set_off.get(award_id, 0)
        if settled_fen != credited_fen + (paid_fen or 0):
            yield f"{name} case {number}: settled {settled_fen}, set off {credited_fen}, payout {paid_fen or 0}"


def payouts_have_awards() -> Iterable[str]:
    """No payout stands without the award it pays."""
    lost = db.session.scalars(
        select(Payout.ref)
        .outerjoin(SettlementAward, SettlementAward.award_id == Payout.award_id)
        .where(SettlementAward.award_id.is_(None))
        .order_by(Payout.id)
        .limit(_MOST)
    )
    yield from (f"payout {ref}: there is no award" for ref in lost)


def paid_out() -> Iterable[str]:
    """What was paid out was booked out of the bank with its amount, and nothing was booked out for nobody."""
    posted = (
        select(PostingRow.entry_id, func.sum(PostingRow.amount_fen).label("fen"))
        .where(PostingRow.credit_account.like("bank:%"))
        .group_by(PostingRow.entry_id)
        .subquery()
    )
    for kind, noun in (("payout", Payout), ("refund", Refund)):
        rows = db.session.execute(
            select(noun.ref, noun.amount_fen, posted.c.fen)
            .outerjoin(posted, posted.c.entry_id == noun.entry_id)
            .where(noun.state == "paid", or_(posted.c.fen.is_(None), posted.c.fen != noun.amount_fen))
            .order_by(noun.id)
            .limit(_MOST)
        ).all()
        for ref, amount_fen, fen in rows:
            yield f"{kind} {ref}: {amount_fen} paid, {fen or 0} booked"
    named = func.substr(JournalEntry.ref, len("payout:") + 1, _REF_LETTERS)
    strays = db.session.scalars(
        select(JournalEntry.ref)
        .outerjoin(Payout, Payout.ref == named)
        .where(JournalEntry.kind == "payout", Payout.id.is_(None))
        .limit(_MOST)
    )
    yield from (f"{ref}: booked, and there is no such payout" for ref in strays)


def claims_payable(books: Books) -> Iterable[str]:
    """What is settled and has not left yet is what the ledger owes to cases, plan by plan."""
    rows = db.session.execute(
        select(Period.plan_id, func.sum(Payout.amount_fen))
        .join(Award, Payout.award_id == Award.id)
        .join(Period, Award.period_id == Period.id)
        .where(Payout.entry_id.is_(None))
        .group_by(Period.plan_id)
    ).all()
    due = {plan_id: int(fen) for plan_id, fen in rows}
    for plan_id, slug in _plans():
        booked = books.held_fen(ledger.claims_payable(slug))
        if due.get(plan_id, 0) != booked:
            yield f"{slug}: {due.get(plan_id, 0)} due or released, the ledger says {booked}"


def reserve(books: Books) -> Iterable[str]:
    """No reserve has given more than it holds."""
    for _plan_id, slug in _plans():
        held = books.held_fen(ledger.reserve(slug))
        if held < 0:
            yield f"{slug}: the reserve stands at {held}"


def cover() -> Iterable[str]:
    """Everything that is owed to members is in custody; short only by what banks took, and credits shared later."""
    found = custody.custodies()
    taken_back = reversals.taken_back_fen(one.name for one in found)
    for one in found:
        left_fen = one.cover.left_fen
        if left_fen >= 0:
            continue
        credited_fen = credits_.not_in_custody_fen(one.name) + deaths.shared_later_fen(one.name)
        if -left_fen > taken_back[one.name] + explaining.borne_fen(one.name) + credited_fen:
            yield f"{one.name}: {-left_fen} of what is owed is not in custody"


def _plans() -> list[tuple[int, str]]:
    return [(row.id, row.slug) for row in db.session.execute(select(Plan.id, Plan.slug).order_by(Plan.position))]
