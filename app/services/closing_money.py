"""The money of a plan that closes: who bears unpaid shares, what is held, what went, and what is left to give on.

A plan's own money is what its accounts owe less what is still to come in: whatever moves between them changes nothing.
So what was held when the run-off began equals everything that has left since, by kind, and what is held now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import ColumnElement, func, or_, select, update

from app.db import db
from app.domain import closing as stages
from app.domain import ledger
from app.domain.ledger import Account
from app.models import Closing, JournalEntry, Membership, Pool, PostingRow, Remainder, Settlement
from app.services import audit, bank_lines, counters, facts, joining, journal, two_people
from app.services.bank_lines import Line

_OF_POOL: Final = ("member_funds", "pending_funds", "rounding_carry", "unpaid_shares")
_OF_PLAN: Final = ("claims_payable", "fee_payable", "reserve", "operator_subsidy", "unclaimed_balances")
_ASSETS: Final = ("unpaid_shares", "operator_subsidy")
GOES_WITH: Final[Mapping[str, str]] = {
    "claims_payable": "cases",
    "unclaimed_balances": "members",
    "member_funds": "members",
    "pending_funds": "members",
    "fee_payable": "fee",
    "rounding_carry": "remainder",
    "reserve": "remainder",
    "unpaid_shares": "losses",
    "operator_subsidy": "operator",
}
"""Family of the ledger → what money is that leaves through it, in the words of the report."""
Answer = Literal["confirmed", "refused"]


class NothingLeft(Exception):
    """There is nothing of a plan left to give on, or its time has not come."""


class RecordedAlready(Exception):
    """A transfer of what is left is recorded and waits for a second treasurer, or its reference is known."""


class SameTreasurer(two_people.SamePersonAgain):
    """Whoever recorded the transfer does not confirm it as well."""


class AnsweredBefore(two_people.AnsweredAlready):
    """Somebody answered this record already; `state` says how."""


@dataclass(frozen=True, slots=True)
class Report:
    """The equation of the final report: held when the run-off began + came in = all that left + held now. In fen."""

    held_then_fen: int
    came_in_fen: int
    """From outside since then: donations and subsidies for the reserve."""
    cases_fen: int
    members_fen: int
    remainder_fen: int
    fee_fen: int
    losses_fen: int
    """Taken back by banks when it was gone already, less what came back of it."""
    held_now_fen: int

    @property
    def adds_up(self) -> bool:
        """Whether every fen is told."""
        gone = {
            "cases": self.cases_fen, "members": self.members_fen, "remainder": self.remainder_fen,
            "fee": self.fee_fen, "losses": self.losses_fen,
        }  # fmt: skip
        return stages.is_balanced(self.held_then_fen + self.came_in_fen, gone, self.held_now_fen)


def accounts_of(pool: Pool) -> dict[str, Account]:
    """Every account of a plan with one pool, by its family."""
    names = {family: f"{family}:{pool.name}" for family in _OF_POOL}
    names |= {family: f"{family}:{pool.plan.slug}" for family in _OF_PLAN}
    return {family: Account(name) for family, name in names.items()}


def held_by_family(pool: Pool) -> dict[str, int]:
    """What each account of a plan holds, in its own direction."""
    accounts = accounts_of(pool)
    held = journal.held(accounts.values())
    return {family: held[account] for family, account in accounts.items()}


def own_fen(held: Mapping[str, int]) -> int:
    """The money at the bank that is this plan's: what it owes less what is still to come in."""
    return sum(-fen if family in _ASSETS else fen for family, fen in held.items())


def still_in(pool: Pool) -> dict[str, int]:
    """What keeps a plan from being closed: everything but what is owed to members and the fee not yet taken."""
    explained = ("unclaimed_balances", "fee_payable", "operator_subsidy")
    return {family: fen for family, fen in held_by_family(pool).items() if family not in explained}


def last_entry_id() -> int:
    """The number of the last journal entry."""
    return int(db.session.scalar(select(func.max(JournalEntry.id))) or 0)


def something_left() -> ColumnElement[bool]:
    """Whether an ended membership was left with a balance, by its row and the settlement of its end."""
    index_fen = (
        select(Settlement.index_after_fen)
        .where(Settlement.pool_id == Membership.pool_id, Settlement.seq == Membership.end_seq)
        .scalar_subquery()
    )
    charged = func.coalesce(index_fen, 0) - func.coalesce(Membership.join_index_fen, func.coalesce(index_fen, 0))
    return Membership.paid_net_fen > charged


def bear_unpaid(pool: Pool, named: str, *, at: dt.datetime, only_reserve: bool = False) -> None:
    """Unpaid shares that nobody will share any more: the reserve bears them, then the surplus, then the fee.

    `only_reserve` while a settlement is still to come: what the surplus bears is a term of that. The pool is held.
    """
    plan = pool.plan.slug
    unpaid_fen = journal.held_fen(ledger.unpaid_shares(pool.name))
    if unpaid_fen <= 0:
        return
    borne = stages.write_off(
        unpaid_fen,
        reserve_fen=journal.spendable_fen(ledger.reserve(plan)),
        surplus_fen=0 if only_reserve else pool.surplus_fen,
        fee_fen=0 if only_reserve else journal.held_fen(ledger.fee_payable(plan)),
    )
    postings = (
        *ledger.write_off_unpaid(pool.name, ledger.reserve(plan), borne.from_reserve_fen),
        *ledger.write_off_unpaid(pool.name, ledger.rounding_carry(pool.name), borne.from_surplus_fen),
        *ledger.write_off_unpaid(pool.name, ledger.fee_payable(plan), borne.from_fee_fen),
    )
    if not postings:
        return
    journal.book("closing-unpaid", f"closing-unpaid:{named}", postings, by=None, at=at)
    _take_surplus(pool, borne.from_surplus_fen)
    db.session.flush()
    facts.state(
        "closing-unpaid", plan, at=at, from_reserve_fen=borne.from_reserve_fen,
        from_surplus_fen=borne.from_surplus_fen, from_fee_fen=borne.from_fee_fen,
    )  # fmt: skip


def _take_surplus(pool: Pool, fen: int) -> None:
    """After the last settlement the surplus, with the credits in it, is taken from."""
    pool.surplus_fen -= fen
    pool.credits_fen = min(pool.credits_fen, pool.surplus_fen)


def left_fen(pool: Pool) -> tuple[int, int]:
    """What is left to give on: of the surplus, and of the reserve."""
    return pool.surplus_fen, journal.held_fen(ledger.reserve(pool.plan.slug))


def record(closing_: Closing, recipient: str, reference: str, *, by: int, at: dt.datetime) -> Remainder:
    """A treasurer records the transfer of everything that is left; nothing is booked yet.

    Raises `NothingLeft`, `RecordedAlready`, and `BookedBefore` when the bank's line is booked at another desk.
    """
    pool = counters.hold(joining.pool_of(closing_.plan_id), alone=True)
    db.session.refresh(closing_)
    surplus_fen, reserve_fen = left_fen(pool)
    if closing_.stage not in ("remainder", "closed") or surplus_fen + reserve_fen <= 0:
        raise NothingLeft
    known = select(Remainder.id).where(
        or_(Remainder.reference == reference, (Remainder.closing_id == closing_.id) & (Remainder.state == "recorded"))
    )
    if db.session.scalar(known.limit(1)) is not None:
        raise RecordedAlready
    found = Remainder(
        closing_id=closing_.id, amount_fen=surplus_fen + reserve_fen, from_surplus_fen=surplus_fen,
        from_reserve_fen=reserve_fen, recipient=recipient, reference=reference, recorded_by=by, recorded_at=at,
    )  # fmt: skip
    db.session.add(found)
    db.session.flush()
    bank_lines.take(Line(pool.plan.custody_account, reference, "out"), desk="remainder", of=found.ref, at=at)
    audit.note("record-remainder", "closing", closing_.ref, by=by, role="treasurer", at=at)
    return found


def answer(found: Remainder, verdict: Answer, *, by: int, at: dt.datetime) -> None:
    """A second treasurer confirms that the money has left, and it is booked; or says that it has not.

    Raises `SameTreasurer`, `AnsweredBefore` for whoever comes second, and `NothingLeft` when what is left is not what
    was recorded any more: it is recorded anew.
    """
    pool = counters.hold(joining.pool_of(found.closing.plan_id), alone=True)
    db.session.refresh(found, with_for_update={"of": Remainder})
    if found.recorded_by == by:
        raise SameTreasurer
    if found.state != "recorded":
        raise AnsweredBefore(found.state)
    entry_id = _book(found, pool, by=by, at=at) if verdict == "confirmed" else None
    db.session.execute(
        update(Remainder)
        .where(Remainder.id == found.id, Remainder.state == "recorded")
        .values(state=verdict, decided_by=by, decided_at=at, entry_id=entry_id)
        .execution_options(synchronize_session=False)
    )
    if verdict == "refused":
        bank_lines.free("remainder", found.ref, at=at)
    db.session.refresh(found)
    audit.note(f"remainder-{verdict}", "closing", found.closing.ref, by=by, role="treasurer", at=at)


def _book(found: Remainder, pool: Pool, *, by: int, at: dt.datetime) -> int:
    plan = pool.plan
    journal.spendable_fen(ledger.reserve(plan.slug))
    if left_fen(pool) != (found.from_surplus_fen, found.from_reserve_fen):
        raise NothingLeft
    postings = ledger.remainder_given(
        plan.custody_account, pool.name, plan.slug, found.from_surplus_fen, found.from_reserve_fen
    )
    entry = journal.book("closing-remainder", f"closing-remainder:{found.ref}", postings, by=by, at=at)
    _take_surplus(pool, found.from_surplus_fen)
    db.session.flush()
    facts.state(
        "closing-remainder", plan.slug, at=at, amount_fen=found.amount_fen, recipient=found.recipient,
        from_surplus_fen=found.from_surplus_fen, from_reserve_fen=found.from_reserve_fen,
    )  # fmt: skip
    return entry.id


def report(closing_: Closing) -> Report | None:
    """What became of the money since the run-off began; None before it has."""
    if closing_.held is None or closing_.held_entry_id is None:
        return None
    pool = joining.pool_of(closing_.plan_id)
    out, came_in_fen = _moved_since(pool, closing_.held_entry_id)
    return Report(
        held_then_fen=own_fen(closing_.held),
        came_in_fen=came_in_fen,
        cases_fen=out["cases"],
        members_fen=out["members"],
        remainder_fen=out["remainder"],
        fee_fen=out["fee"],
        losses_fen=out["losses"] + out["operator"],
        held_now_fen=own_fen(held_by_family(pool)),
    )


def _moved_since(pool: Pool, entry_id: int) -> tuple[dict[str, int], int]:
    """What left a plan's accounts since an entry, by kind, and what came into its reserve from outside."""
    families = {account: family for family, account in accounts_of(pool).items()}
    sides = (PostingRow.debit_account, PostingRow.credit_account)
    rows = db.session.execute(
        select(JournalEntry.kind, *sides, func.sum(PostingRow.amount_fen))
        .join(JournalEntry, PostingRow.entry_id == JournalEntry.id)
        .where(PostingRow.entry_id > entry_id, or_(*(side.in_(list(families)) for side in sides)))
        .group_by(JournalEntry.kind, *sides)
    ).all()
    out, came_in_fen = dict.fromkeys((*GOES_WITH.values(),), 0), 0
    for kind, debit, credit, fen in rows:
        if debit in families and credit in families:
            continue  # between two accounts of the plan: nothing left it
        family = families.get(Account(debit)) or families[Account(credit)]
        signed = int(fen) if debit in families else -int(fen)
        if kind == "reserve-funded":
            came_in_fen -= signed
        elif kind.startswith("reversal"):
            out["losses"] += signed
        else:
            out[GOES_WITH[family]] += signed
    return out, came_in_fen


def report_values(closing_: Closing) -> dict[str, int]:
    """The final report as a fact: every term, in fen."""
    found = report(closing_)
    if found is None:
        raise LookupError(f"the closing {closing_.ref} has no report yet")
    return {name: getattr(found, name) for name in Report.__dataclass_fields__}


def remainders_of(closing_: Closing) -> list[Remainder]:
    """Every transfer of what was left, oldest first."""
    return list(
        db.session.scalars(select(Remainder).where(Remainder.closing_id == closing_.id).order_by(Remainder.id)).all()
    )
