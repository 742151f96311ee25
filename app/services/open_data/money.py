"""The rows of payouts and of the ledger: what public facts state of money, and nobody's own.

What is set off against a recipient's arrears counts as paid here, as in the public log: how far somebody is behind is
nobody's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from app.db import db
from app.domain import ledger
from app.domain.credits import Credit
from app.domain.ledger import Entry
from app.models import Award, Case, Payout, Period, PostingRow, Settlement, SettlementAward
from app.services.days import day_of
from app.services.open_data.stated import Stated, instant

Row = tuple[str | int | None, ...]


def payouts(period: Period, settled: Stated | None, of_cases: Sequence[Stated]) -> list[Row]:
    """What each settled case receives, by reference: arrived, returned, or waiting."""
    if settled is None:
        return []
    received = SettlementAward.shared_fen + SettlementAward.from_reserve_fen + SettlementAward.from_operator_fen
    found: Any = db.session.execute(
        select(Case.ref, received, Payout.id)
        .join(Award, Case.award_id == Award.id)
        .join(SettlementAward, SettlementAward.award_id == Award.id)
        .outerjoin(Payout, Payout.award_id == Award.id)
        .where(Award.period_id == period.id, received > 0)
        .order_by(Case.id)
    )
    last = {one.about: one for one in of_cases if one.type in ("payout", "payout-returned")}
    rows = (
        _payout(period, ref, int(fen), last.get(ref, settled if payout is None else None), settled)
        for ref, fen, payout in found
    )
    return sorted(rows, key=lambda row: str(row[0]))


def _payout(period: Period, ref: str, fen: int, last: Stated | None, settled: Stated) -> Row:
    """One that was wholly set off was done with when it was settled."""
    if last is None or (last.type == "payout-returned" and last.said["kind"] != "returned"):
        return (ref, period.name, fen, "waiting", None, (last or settled).number)
    state = "returned" if last.type == "payout-returned" else "paid"
    return (ref, period.name, fen, state, day_of(last.at).isoformat(), last.number)


def of_period(period: Period, settled: Stated | None, paid: Iterable[Row], stated: Sequence[Stated]) -> list[Row]:
    """The postings of a period: its settlement, its payouts and returns, and what was credited for it later.

    `paid` are its rows of `payouts`, `stated` everything about it and its cases.
    """
    found = [*_settlement(period, settled), *_set_off(period, settled, paid)] if settled else []
    found += _payouts(period, stated)
    for one in stated:
        if one.type == "correction":
            found += _rows(one, f"correction:{one.said['credit']}", period.name, "correction", _correction(period, one))
    return sorted(found, key=lambda row: tuple(str(row[place]) for place in (2, 0, 4, 5)))


def _settlement(period: Period, settled: Stated) -> Iterable[Row]:
    """As it was booked: sums by pair of accounts."""
    postings = db.session.execute(
        select(PostingRow.debit_account, PostingRow.credit_account, func.sum(PostingRow.amount_fen))
        .join(Settlement, Settlement.entry_id == PostingRow.entry_id)
        .where(Settlement.period_id == period.id)
        .group_by(PostingRow.debit_account, PostingRow.credit_account)
    )
    entry = f"settlement:{period.pool.name}:{period.seq}"
    for debit, credit, fen in postings:
        yield (entry, instant(settled.at), period.name, "settlement", debit, credit, int(fen), settled.number)


def _set_off(period: Period, settled: Stated, paid: Iterable[Row]) -> Iterable[Row]:
    """Payouts of which nothing was left to transfer stay with the members' funds."""
    booked = (ledger.claims_payable(period.plan.slug), ledger.member_funds(period.pool.name))
    for ref, _period, fen, state, _day, number in paid:
        if state == "paid" and number == settled.number:
            yield (f"set-off:{ref}", instant(settled.at), period.name, "set-off", *booked, fen, number)


def _payouts(period: Period, stated: Sequence[Stated]) -> Iterable[Row]:
    """Each transfer as it is stated; what came back waits in suspense and leaves from there again."""
    custody, plan = period.plan.custody_account, period.plan.slug
    back, sent = set[str](), dict[str, int]()
    for one in stated:
        fen = one.said.get("amount_fen", 0)
        if one.type == "payout":
            sent[one.about] = sent.get(one.about, 0) + 1
            again = one.about in back
            back.discard(one.about)
            booked = ledger.payout_sent_again(custody, fen) if again else ledger.payout_paid(custody, plan, fen)
        elif one.type == "payout-returned" and one.said["kind"] == "returned":
            back.add(one.about)
            booked = ledger.payout_returned(custody, fen)
        else:
            continue
        yield from _rows(one, f"{one.type}:{one.about}:{sent.get(one.about, 1)}", period.name, one.type, booked)


def _correction(period: Period, one: Stated) -> Entry:
    said, pool, plan = one.said, period.pool.name, period.plan.slug
    whole = Credit(said["members"], said["over_fen"], said["named"])
    if said["cause"] == "operator":
        return ledger.correction_by_operator(pool, plan, whole)
    return ledger.correction(pool, plan, whole, said["from_reserve_fen"])


def rows_of(one: Stated, entry: str, booked: Entry) -> list[Row]:
    """The postings of an entry that belongs to a plan as a whole."""
    return list(_rows(one, entry, "", one.type, booked))


def _rows(one: Stated, entry: str, period: str, kind: str, booked: Entry) -> Iterable[Row]:
    """A row for each pair of accounts."""
    sums: dict[tuple[str, str], int] = {}
    for posting in booked:
        pair = (posting.debit, posting.credit)
        sums[pair] = sums.get(pair, 0) + posting.amount_fen
    for (debit, credit), fen in sums.items():
        yield (entry, instant(one.at), period, kind, debit, credit, fen, one.number)
