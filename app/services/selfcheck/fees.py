"""The operator's fee: settled as settlements say, taken as two treasurers agreed."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable

from sqlalchemy import func, select

from app.db import db
from app.domain import ledger
from app.models import Fact, FeeTaking, JournalEntry, Plan, Pool, PostingRow, Settlement
from app.services.selfcheck.books import Books

_KINDS = ("fee-taken", "fee-returned")


def settled(books: Books) -> Iterable[str]:
    """The fee that was ever owed is the sum of all settlements' fees; what banks sent back is owed a second time."""
    rows = db.session.execute(
        select(Pool.plan_id, func.sum(Settlement.fee_fen))
        .join(Pool, Settlement.pool_id == Pool.id)
        .group_by(Pool.plan_id)
    ).all()
    named: defaultdict[int, int] = defaultdict(int, {plan_id: int(fen) for plan_id, fen in rows})
    back = db.session.execute(
        select(FeeTaking.plan_id, FeeTaking.amount_fen).where(FeeTaking.return_entry_id.is_not(None))
    )
    for plan_id, fen in back:
        named[plan_id] += fen
    for plan in db.session.execute(select(Plan.id, Plan.slug).order_by(Plan.position)):
        account = ledger.fee_payable(plan.slug)
        booked = books.credits.get(account, 0)
        if named[plan.id] != booked:
            yield f"{plan.slug}: settlements name a fee of {named[plan.id]}, the ledger booked {booked}"
        if books.held_fen(account) < 0:
            yield f"{plan.slug}: more of the fee was taken than was owed"


def taken() -> Iterable[str]:
    """What left custody as a fee, and what came back of it, is what two treasurers agreed, row by row and in public."""
    agreed, booked, public = Counter(_agreed()), Counter(_booked()), Counter(_public())
    for kind, plan, fen in sorted((agreed - booked) + (agreed - public)):
        yield f"{plan}: {fen} agreed as {kind} and not booked or not public"
    for kind, plan, fen in sorted((booked - agreed) + (public - agreed)):
        yield f"{plan}: {fen} booked or published as {kind}, and nobody agreed to it"


def _agreed() -> Iterable[tuple[str, str, int]]:
    rows = db.session.execute(
        select(Plan.slug, FeeTaking.amount_fen, FeeTaking.return_entry_id)
        .join(Plan, Plan.id == FeeTaking.plan_id)
        .where(FeeTaking.entry_id.is_not(None))
    )
    for slug, fen, returned in rows:
        yield "fee-taken", slug, fen
        if returned is not None:
            yield "fee-returned", slug, fen


def _booked() -> Iterable[tuple[str, str, int]]:
    plans: dict[str, str] = {ledger.fee_payable(slug): slug for slug in db.session.scalars(select(Plan.slug))}
    rows = db.session.execute(
        select(JournalEntry.kind, PostingRow.debit_account, PostingRow.credit_account, PostingRow.amount_fen)
        .join(PostingRow, PostingRow.entry_id == JournalEntry.id)
        .where(JournalEntry.kind.in_(_KINDS))
    )
    for kind, debit, credit, fen in rows:
        yield kind, plans.get(debit if kind == "fee-taken" else credit, "?"), fen


def _public() -> Iterable[tuple[str, str, int]]:
    rows = db.session.execute(select(Fact.type, Fact.about, Fact.body).where(Fact.type.in_(_KINDS)))
    return ((kind, slug, json.loads(body)["amount_fen"]) for kind, slug, body in rows)
