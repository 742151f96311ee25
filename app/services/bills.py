"""Bills of a claim that is paid in parts: handed in by the claimant, each decided by two caseworkers.

Every deed holds the claim first, so that of two people at once one wins and the other is told (`BillMoved`). What a
bill makes is reckoned at the next lock (app/services/parts.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from app.db import db
from app.domain import reimbursement
from app.domain.claim_states import SamePerson
from app.domain.reimbursement import BILLS, NoBillsTaken
from app.models import Account, Award, Bill, BillsClosed, BillStep, Claim
from app.services import audit, claim_file, hands, lifetime, messages, parts, vault
from app.services.days import day_of
from app.services.decisions import Incomplete, NoSuchClause

_ROLE = "caseworker"


class SameBill(ValueError):
    """This number of this hospital was handed in before for the same person; `claim` names with which claim."""

    def __init__(self, claim: str) -> None:
        super().__init__(f"the bill is in claim {claim}")
        self.claim = claim


class HandedInTwice(ValueError):
    """The bill was refused, handed in once more and refused again: that was the last time."""


class BillMoved(Exception):
    """Somebody else moved the bill in the meantime; `state` is where it is now."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the bill is {state} by now")
        self.state = state


class PaperMissing(ValueError):
    """No document of the bill is there, so nobody can accept it."""


class OwnBill(PermissionError):
    """The bill is of the caseworker's own claim, or of somebody of the own account."""


@dataclass(frozen=True, slots=True)
class BillValue:
    """What the claimant says of one bill."""

    hospital: str
    number: str
    day: dt.date
    incurred_fen: int
    paid_by_others_fen: int


@dataclass(frozen=True, slots=True)
class BillVerdict:
    """What a caseworker finds of one bill; a refusal names clause and reason."""

    accepts: bool
    clause: str = ""
    reason: str = ""


def of_claim(claim: Claim) -> Sequence[Bill]:
    """The bills of a claim, the newest first."""
    return db.session.scalars(select(Bill).where(Bill.claim_id == claim.id).order_by(Bill.id.desc())).all()


def bill_of(claim: Claim, ref: str) -> Bill | None:
    """The bill of this reference, when it belongs to the claim."""
    return db.session.scalar(select(Bill).where(Bill.ref == ref, Bill.claim_id == claim.id))


def hand_in(claim: Claim, value: BillValue, *, by: Account, at: dt.datetime) -> Bill:
    """Write down one bill. Its papers are attached to it afterwards (app/services/bill_papers.py).

    Raises a kind of `BillRefusedAtTheDoor`, `SameBill`, or `HandedInTwice`.
    """
    lifetime.hold_person(claim)
    db.session.refresh(claim, with_for_update={"of": Claim})
    today, terms = day_of(at), claim_file.terms_of(claim)
    parts.check_takes_bills(claim, on=today)
    reimbursement.net_fen(value.incurred_fen, value.paid_by_others_fen)
    if claim.event_on is None:
        raise NoBillsTaken("not_approved")
    reimbursement.check_day(value.day, event_on=claim.event_on, before_days=terms.bills_before_days, today=today)
    same = vault.keyed_hash(
        "bill",
        claim.membership.identity_hash.hex(),
        reimbursement.same_words(value.hospital),
        reimbursement.same_words(value.number),
    )
    _check_new(same)
    bill = Bill(
        claim_id=claim.id,
        bill_hash=same,
        day=value.day,
        incurred_fen=value.incurred_fen,
        paid_by_others_fen=value.paid_by_others_fen,
        state=BILLS.start,
        at=at,
    )
    bill.hospital, bill.number = value.hospital, value.number
    db.session.add(bill)
    db.session.flush()
    audit.note("bill.handed_in", "bill", bill.ref, by=by.id, role="member", at=at, detail=f"claim {claim.ref}")
    db.session.flush()
    return bill


def withdraw(bill: Bill, *, by: Account, at: dt.datetime) -> None:
    """Take one bill back before it is decided. Raises `MoveNotAllowed` or `BillMoved`."""
    _hold(bill)
    _move(bill, "withdraw", by=by, role="member", at=at)


def say_all(claim: Claim, *, by: Account, at: dt.datetime) -> None:
    """The claimant says that there are no more bills: those handed in are still decided, no others are taken."""
    db.session.refresh(claim, with_for_update={"of": Claim})
    parts.check_takes_bills(claim, on=day_of(at))
    db.session.add(BillsClosed(claim_id=claim.id, at=at, by=by.id))
    audit.note("claim.bills_closed", "claim", claim.ref, by=by.id, role="member", at=at)
    db.session.flush()


def recommend(bill: Bill, verdict: BillVerdict, *, by: Account, at: dt.datetime) -> None:
    """The first caseworker's recommendation.

    Raises `OwnBill`, `SamePerson` for who investigated the claim, `PaperMissing`, `Incomplete`, `NoSuchClause`.
    """
    _hold(bill)
    _check_verdict(bill, verdict, by=by)
    move = "recommend_acceptance" if verdict.accepts else "recommend_refusal"
    _move(bill, move, by=by, role=_ROLE, at=at, clause=verdict.clause, reason=verdict.reason)


def decide(bill: Bill, verdict: BillVerdict, *, by: Account, at: dt.datetime) -> None:
    """The decision, by another person than the recommendation; the claimant is told.

    A refused bill that is handed in once more is decided by somebody who had no hand in it before. Raises what
    `recommend` raises, and `SamePerson`; whoever decides otherwise than recommended says why (`Incomplete`).
    """
    _hold(bill)
    _check_verdict(bill, verdict, by=by)
    BILLS.after(bill.state, "accept" if verdict.accepts else "refuse", by=_ROLE)
    check_may_decide(bill, by)
    if verdict.accepts != recommended(bill) and not verdict.reason.strip():
        raise Incomplete("reason")
    move = "accept" if verdict.accepts else "refuse"
    _move(bill, move, by=by, role=_ROLE, at=at, clause=verdict.clause, reason=verdict.reason)
    messages.tell(
        bill.claim.account_id,
        "bill-accepted" if verdict.accepts else "bill-refused",
        key=f"bill-{move}:{bill.ref}:{len(bill.steps)}",
        at=at,
        claim=bill.claim.ref,
        net_fen=bill.net_fen,
        clause=verdict.clause,
    )


def check_may_decide(bill: Bill, by: Account) -> None:
    """Raises `SamePerson` for who recommended it, and for who had a hand in it when it was refused before."""
    earlier = select(BillStep.by).join(Bill, BillStep.bill_id == Bill.id)
    earlier = earlier.where(Bill.bill_hash == bill.bill_hash, Bill.id != bill.id, Bill.state == "refused")
    if by.id in {last_recommendation(bill).by, *db.session.scalars(earlier)}:
        raise SamePerson


def last_recommendation(bill: Bill) -> BillStep:
    """What was recommended last. LookupError before anybody recommended."""
    found = next((step for step in reversed(bill.steps) if step.move.startswith("recommend_")), None)
    if found is None:
        raise LookupError(f"nobody has recommended on bill {bill.ref}")
    return found


def recommended(bill: Bill) -> bool:
    """Whether the last recommendation was to accept."""
    return last_recommendation(bill).move == "recommend_acceptance"


def decision_of(bill: Bill) -> BillStep | None:
    """How the bill was decided last; None while it is not."""
    return next((step for step in reversed(bill.steps) if step.move in {"accept", "refuse"}), None)


def reopen_part(award_id: int, *, by: Account, at: dt.datetime) -> None:
    """An objection to a part was admitted: the bills that were counted in it are judged anew."""
    for bill in _counted_in(award_id):
        _move(bill, "reopen", by=by, role=_ROLE, at=at)


def take_back_part(award_id: int, *, by: Account, at: dt.datetime) -> None:
    """The claimant takes back a part before it is settled: its bills go with it, and may be handed in again."""
    for bill in _counted_in(award_id):
        _move(bill, "take_back_part", by=by, role="member", at=at)


def withdraw_all(claim: Claim, *, by: Account, at: dt.datetime) -> None:
    """The claim is withdrawn, and its bills with it: they may be handed in again with another claim."""
    for bill in of_claim(claim):
        if bill.state in {"submitted", "judged", "accepted"}:
            _move(bill, "take_back_part" if bill.state == "accepted" else "withdraw", by=by, role="member", at=at)


def _counted_in(award_id: int) -> Sequence[Bill]:
    part = select(Award.claim_id).where(Award.id == award_id).scalar_subquery()
    found = select(Bill).where(Bill.award_id == award_id, Bill.claim_id == part, Bill.state == "accepted")
    return db.session.scalars(found.order_by(Bill.id)).all()


def _check_new(same: bytes) -> None:
    """Raises `SameBill` while the bill counts or waits, and `HandedInTwice` once it was refused for the second time."""
    before = db.session.scalars(select(Bill).where(Bill.bill_hash == same).order_by(Bill.id)).all()
    live = next((bill for bill in before if bill.state not in {"refused", "withdrawn"}), None)
    if live is not None:
        raise SameBill(live.claim.ref)
    if sum(bill.state == "refused" for bill in before) >= reimbursement.MOST_TIMES:
        raise HandedInTwice


def _check_verdict(bill: Bill, verdict: BillVerdict, *, by: Account) -> None:
    if hands.is_own(bill.claim, by):
        raise OwnBill
    if hands.investigated(bill.claim, by):
        raise SamePerson
    if verdict.accepts:
        if not [paper for paper in bill.papers if paper.removed_at is None]:
            raise PaperMissing
        return
    missing = [name for name in ("clause", "reason") if not getattr(verdict, name).strip()]
    if missing:
        raise Incomplete(*missing)
    try:
        claim_file.terms_of(bill.claim).clause(verdict.clause)
    except KeyError as unknown:
        raise NoSuchClause(verdict.clause) from unknown


def _hold(bill: Bill) -> None:
    """Let nobody else move the bill, or reckon with it, meanwhile."""
    db.session.refresh(bill.claim, with_for_update={"of": Claim})
    db.session.refresh(bill)


def _move(  # noqa: PLR0913 -- a step records all of these
    bill: Bill, name: str, *, by: Account, role: str, at: dt.datetime, clause: str = "", reason: str = ""
) -> None:
    before = bill.state
    to_state = BILLS.after(before, name, by=role)
    changed = db.session.execute(
        update(Bill)
        .where(Bill.id == bill.id, Bill.state == before)
        .values(state=to_state)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        db.session.refresh(bill)
        raise BillMoved(bill.state)
    step = BillStep(bill_id=bill.id, claim_id=bill.claim_id, move=name, by=by.id, at=at, clause=clause)
    step.reason = reason.strip()
    db.session.add(step)
    audit.note(f"bill.{name}", "bill", bill.ref, by=by.id, role=role, at=at, detail=f"claim {bill.claim.ref}")
    db.session.flush()
    db.session.refresh(bill)
