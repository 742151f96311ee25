"""The operator takes its fee: one treasurer proposes it, another lets it go, and the bank may send it back.

A fee comes last. It leaves only what custody holds beyond everything that is owed to members and to cases, settled or
in line; and while a plan closes it stays, because it bears unpaid shares before a member does (closing_money).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import select, update

from app.db import db
from app.domain import ledger
from app.models import FeeTaking, Plan
from app.services import audit, closings, custody, facts, fees, journal, payouts, two_people
from app.services.custody import Custody

_TAKEN: Final = "fee-taken"
_RETURNED: Final = "fee-returned"
Answer = Literal["taken", "refused"]


class MoreThanMayLeave(ValueError):
    """Less than that may leave; `most_fen` may."""

    def __init__(self, most_fen: int) -> None:
        super().__init__(f"at most {most_fen} may leave")
        self.most_fen = most_fen


class StaysWhileClosing(Exception):
    """The plan is closing: until that is over its fee stays in custody."""


class WaitsAlready(Exception):
    """A taking of this plan's fee waits for a second treasurer."""


class SameTreasurer(two_people.SamePersonAgain):
    """Whoever proposed a taking does not let it go as well."""


class AnsweredBefore(two_people.AnsweredAlready):
    """Somebody answered it, or booked its return, already; `state` says how."""


@dataclass(frozen=True, slots=True)
class Purse:
    """The fee of one plan and how much of it may leave now, in fen."""

    fee: fees.Fee
    most_fen: int
    """The smaller of what is owed and what custody can spare; 0 while the plan closes."""
    closes: bool

    @property
    def plan(self) -> Plan:
        """Whose fee it is."""
        return self.fee.plan


def purses() -> list[Purse]:
    """The fee of every plan, in their order."""
    accounts = {one.name: one for one in custody.custodies()}
    closing = {one.plan_id for one in closings.all_binding() if one.stage != "closed"}
    return [_purse(fee, accounts[fee.plan.custody_account], closes=fee.plan.id in closing) for fee in fees.of_all()]


def _purse(fee: fees.Fee, account: Custody, *, closes: bool) -> Purse:
    return Purse(fee, 0 if closes else max(0, min(fee.owed_fen, account.spare_fen)), closes)


def propose(plan: Plan, amount_fen: int, *, recipient: str, by: int, at: dt.datetime) -> FeeTaking:
    """A treasurer proposes that a part of the fee leaves; nothing is booked and nothing is sent.

    Raises `MoreThanMayLeave`, `StaysWhileClosing` and `WaitsAlready`.
    """
    payouts.hold_custody(plan.custody_account)
    _check_may_leave(plan, amount_fen)
    if any(one.plan_id == plan.id for one in waiting()):
        raise WaitsAlready
    taking = FeeTaking(plan_id=plan.id, amount_fen=amount_fen, recipient=recipient, proposed_by=by, proposed_at=at)
    db.session.add(taking)
    db.session.flush()
    audit.note("propose-fee-taking", "fee_taking", taking.ref, by=by, role="treasurer", at=at)
    return taking


def answer(taking: FeeTaking, verdict: Answer, *, by: int, at: dt.datetime) -> None:
    """A second treasurer lets it go, and it is booked and public; or anybody at the desk, its proposer too, drops it.

    Raises `SameTreasurer`, `AnsweredBefore` for whoever comes second, and again `MoreThanMayLeave` and
    `StaysWhileClosing`: what could be spared when it was proposed may be needed by now.
    """
    if verdict == "taken" and taking.proposed_by == by:
        raise SameTreasurer
    plan = taking.plan
    if verdict == "taken":
        payouts.hold_custody(plan.custody_account)
    db.session.refresh(taking, with_for_update={"of": FeeTaking})
    if taking.state != "proposed":
        raise AnsweredBefore(taking.state)
    entry_id = None
    if verdict == "taken":
        _check_may_leave(plan, taking.amount_fen)
        entry_id = _book(taking, _TAKEN, _postings(taking), by=by, at=at)
    _move(taking, "proposed", {"state": verdict, "decided_by": by, "decided_at": at, "entry_id": entry_id})
    audit.note(f"fee-taking-{verdict}", "fee_taking", taking.ref, by=by, role="treasurer", at=at)


def give_back(taking: FeeTaking, *, by: int, at: dt.datetime) -> None:
    """The bank sent the transfer back: the fee is owed again. Raises `AnsweredBefore` when it is not out."""
    payouts.hold_custody(taking.plan.custody_account)
    db.session.refresh(taking, with_for_update={"of": FeeTaking})
    if taking.state != "taken":
        raise AnsweredBefore(taking.state)
    entry_id = _book(taking, _RETURNED, ledger.reversal(_postings(taking)), by=by, at=at)
    _move(taking, "taken", {"state": "returned", "returned_by": by, "returned_at": at, "return_entry_id": entry_id})
    audit.note("fee-taking-returned", "fee_taking", taking.ref, by=by, role="treasurer", at=at)


def waiting() -> Sequence[FeeTaking]:
    """What was proposed and waits for a second treasurer, oldest first."""
    return db.session.scalars(select(FeeTaking).where(FeeTaking.state == "proposed").order_by(FeeTaking.id)).all()


def answered_lately(*, most: int = 20) -> Sequence[FeeTaking]:
    """What was answered, newest first."""
    return db.session.scalars(
        select(FeeTaking).where(FeeTaking.state != "proposed").order_by(FeeTaking.id.desc()).limit(most)
    ).all()


def taking_with(ref: str) -> FeeTaking | None:
    """The taking of this reference."""
    return db.session.scalar(select(FeeTaking).where(FeeTaking.ref == ref))


def _check_may_leave(plan: Plan, amount_fen: int) -> None:
    purse = next(one for one in purses() if one.plan.id == plan.id)
    if purse.closes:
        raise StaysWhileClosing
    if amount_fen > purse.most_fen:
        raise MoreThanMayLeave(purse.most_fen)


def _postings(taking: FeeTaking) -> ledger.Entry:
    return ledger.fee_taken(taking.plan.custody_account, taking.plan.slug, taking.amount_fen)


def _book(taking: FeeTaking, kind: str, postings: ledger.Entry, *, by: int, at: dt.datetime) -> int:
    plan = taking.plan
    entry = journal.book(kind, f"{kind}:{taking.ref}", postings, by=by, at=at, reverses=taking.entry_id)
    facts.state(
        kind, plan.slug, at=at, amount_fen=taking.amount_fen, recipient=taking.recipient,
        owed_fen=journal.held_fen(ledger.fee_payable(plan.slug)),
    )  # fmt: skip
    return entry.id


def _move(taking: FeeTaking, before: str, values: dict[str, object]) -> None:
    db.session.execute(
        update(FeeTaking)
        .where(FeeTaking.id == taking.id, FeeTaking.state == before)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(taking)
