"""What the desk asks of bills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select

from app.db import db
from app.domain.claim_states import SamePerson
from app.domain.reimbursement import Parts
from app.domain.terms import Clause
from app.models import Account, Bill, BillStep, Claim
from app.services import bills, claim_file, hands, parts

_LATELY: Final = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """One bill in the list."""

    bill: Bill
    needs_another: bool
    """It was recommended by this caseworker, or refused with this caseworker's hand in it: somebody else decides."""


@dataclass(frozen=True, slots=True)
class OpenedBill:
    """One bill as a caseworker reads it."""

    bill: Bill
    money: Parts
    clauses: Sequence[Clause]
    hospital: str
    number: str
    reads: bool
    needs_another: bool
    steps: Sequence[tuple[BillStep, str, str]]
    """Each step with the caseworker's name and the reason, both empty where they are not for this reader."""


def waiting(*, by: Account) -> list[Listed]:
    """The bills that wait for a caseworker, longest first; none of own claims."""
    found = _of_others(by).where(Bill.state.in_(("submitted", "judged")), Claim.state.in_(parts.TAKES_BILLS))
    return [Listed(bill, _needs_another(bill, by)) for bill in db.session.scalars(found.order_by(Bill.at, Bill.id))]


def decided_lately(*, by: Account) -> Sequence[Bill]:
    """The last bills that were decided, newest first."""
    decided = db.select(db.func.max(BillStep.id)).where(
        BillStep.bill_id == Bill.id, BillStep.move.in_(("accept", "refuse"))
    )
    found = _of_others(by).where(Bill.state.in_(("accepted", "refused")))
    return db.session.scalars(found.order_by(decided.scalar_subquery().desc()).limit(_LATELY)).all()


def count_waiting(*, by: Account) -> int:
    """How many bills wait for a caseworker."""
    found = _of_others(by).where(Bill.state.in_(("submitted", "judged")), Claim.state.in_(parts.TAKES_BILLS))
    return db.session.scalar(db.select(db.func.count()).select_from(found.subquery())) or 0


def bill(ref: str) -> Bill | None:
    """The bill of this reference."""
    return db.session.scalar(db.select(Bill).where(Bill.ref == ref))


def opened(one: Bill, *, by: Account, reads: bool) -> OpenedBill:
    """One bill; its words are unsealed for who `reads`."""
    terms, money = claim_file.terms_of(one.claim), parts.of_claim(one.claim)
    if money is None:
        raise LookupError(f"claim {one.claim.ref} is not paid in parts")
    every = sorted((*terms.clauses, *terms.exclusions), key=lambda clause: [int(p) for p in clause.number.split(".")])
    named = db.session.scalars(db.select(Account).where(Account.id.in_([step.by for step in one.steps])))
    names = {account.id: account.name for account in named if account.id != one.claim.account_id}
    return OpenedBill(
        bill=one,
        money=money,
        clauses=every,
        hospital=one.hospital if reads else "",
        number=one.number if reads else "",
        reads=reads,
        needs_another=_needs_another(one, by),
        steps=[(step, names.get(step.by, ""), step.reason if reads else "") for step in one.steps],
    )


def _of_others(by: Account) -> Select[Bill]:
    return db.select(Bill).join(Claim, Bill.claim_id == Claim.id).where(hands.of_others(by.id))


def _needs_another(one: Bill, by: Account) -> bool:
    if one.state != "judged":
        return False
    try:
        bills.check_may_decide(one, by)
    except SamePerson:
        return True
    return False
