"""How a claim is paid in parts: the next part at each lock, until when bills are taken, and where the money stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select, update

from app.db import db
from app.domain import reimbursement
from app.domain.closing import claims_until
from app.domain.reimbursement import Closed, Parts
from app.domain.terms import MemberTerms
from app.models import Award, Bill, BillsClosed, Claim, Decision, Membership, MemberTermsRow, SettlementAward
from app.services import claim_file, claims, closings, lifetime, rulebook
from app.services.days import day_of

TAKES_BILLS = ("approved", "published", "settled", "paid", "returned", "closed_unpaid")
"""The states in which a claim that is paid in parts may take bills."""


def is_in_parts(claim: Claim) -> bool:
    """Whether this claim follows bills."""
    return claim_file.terms_of(claim).kind == "reimbursement"


def of_claim(claim: Claim) -> Parts | None:
    """How the money of a claim in parts stands; None for a lump sum, and before an approval."""
    approval = lifetime.approval_of(claim)
    if approval is None or not is_in_parts(claim):
        return None
    terms = claim_file.terms_of(claim)
    return Parts(
        approved_fen=approval.amount_fen,
        at_once_fen=reimbursement.at_once_fen(approval.amount_fen, terms.at_once_bp),
        documented_fen=lifetime.documented_fen([claim.id])[claim.id],
        awarded_fen=lifetime.awarded_fen([claim.id])[claim.id],
        set_off_fen=lifetime.undocumented_before_fen(claim),
        lifetime_left_fen=terms.top_fen - lifetime.received_before_fen(claim),
    )


def next_fen(claim: Claim) -> int:
    """What the next award of an approved claim asks for: the whole of a lump sum, or the next part; 0: nothing yet."""
    money = of_claim(claim)
    return lifetime.approved_fen(claim) if money is None else money.next_fen


def has_settled_part(claim: Claim) -> bool:
    """Whether a part of this claim has been settled, so that the claim itself can't be withdrawn any more."""
    settled = exists().where(SettlementAward.award_id == Award.id, Award.claim_id == claim.id)
    return bool(db.session.scalar(select(settled)))


def last_day(claim: Claim) -> dt.date | None:
    """The last day on which bills of this claim are taken; None before an approval."""
    approval = lifetime.approval_of(claim)
    if approval is None:
        return None
    return reimbursement.last_day_for_bills(day_of(approval.at), claim_file.terms_of(claim).bills_within_days)


def why_closed(claim: Claim, *, on: dt.date) -> Closed | None:  # noqa: PLR0911 -- one reason a line
    """Why the claim takes no bills on a day; None when it does."""
    money, until = of_claim(claim), last_day(claim)
    if money is None or until is None or claim.state not in TAKES_BILLS:
        return "not_approved"
    closed = db.session.get(BillsClosed, claim.id)
    if closed is not None and closed.by is not None:
        return "said_all"
    if closed is not None or on > until:
        return "too_late"
    run_off = run_off_until(claim)
    if run_off is not None and on > run_off:
        return "run_off_over"
    if money.is_used_up:
        return "used_up"
    if money.lifetime_left_fen is not None and money.lifetime_left_fen <= money.awarded_fen:
        return "lifetime"
    return None


def run_off_until(claim: Claim) -> dt.date | None:
    """The last day of the run-off, when the plan of a claim is closing: what comes later finds no money any more."""
    closing = closings.binding_of(claim.membership.plan_id)
    return None if closing is None else claims_until(closing.closing_day, closings.terms_of(closing))


def check_takes_bills(claim: Claim, *, on: dt.date) -> None:
    """Raises `NoBillsTaken` with the reason when the claim takes no bills on this day."""
    why = why_closed(claim, on=on)
    if why is not None:
        raise reimbursement.NoBillsTaken(why, last_day_of(claim, why))


def last_day_of(claim: Claim, why: Closed) -> dt.date | None:
    """The last day on which bills were taken, by the reason why none are any more."""
    return run_off_until(claim) if why == "run_off_over" else last_day(claim)


def has_further(plan_id: int, *, account_id: int | None = None) -> bool:
    """Whether accepted bills come to a further part, of any claim of a plan, that no lock has called up yet.

    With an account only its own claims are asked about.
    """
    chosen = (
        select(Claim)
        .join(Membership, Claim.membership_id == Membership.id)
        .where(Membership.plan_id == plan_id, Claim.state.in_(("paid", "closed_unpaid")), _uncounted())
    )
    if account_id is not None:
        chosen = chosen.where(Claim.account_id == account_id)
    return any(next_fen(claim) for claim in db.session.scalars(chosen).all())


def call_up(plan_id: int, terms: MemberTerms, *, at: dt.datetime) -> None:
    """At a lock: claims whose accepted bills make a further part are approved for it; those past their days close.

    `terms` are those in force: where no plan follows bills there is nothing to do.
    """
    if terms.kind != "reimbursement":
        return
    cutoff = at - dt.timedelta(days=terms.bills_within_days)
    lately = exists().where(Decision.claim_id == Claim.id, Decision.verdict == "approve", Decision.at > cutoff)
    over = ~exists().where(BillsClosed.claim_id == Claim.id) & ~lately
    paid = db.session.scalars(
        select(Claim)
        .join(Membership, Claim.membership_id == Membership.id)
        .where(Membership.plan_id == plan_id, Claim.state.in_(("paid", "closed_unpaid")), _uncounted() | over)
        .order_by(Claim.id)
    ).all()
    for claim in paid:
        if not is_in_parts(claim):
            continue
        if next_fen(claim):
            claims.move(claim, "award_more", by=None, role="system", at=at)
        elif not db.session.scalar(select(_undecided(claim))):
            _close_when_over(claim, at=at)
    db.session.flush()


def count_in(award: Award) -> None:
    """The accepted bills that no part was made of yet are counted in this one."""
    of_removed = select(Award.id).where(Award.claim_id == award.claim_id, lifetime.removed())
    db.session.execute(
        update(Bill)
        .where(
            Bill.claim_id == award.claim_id,
            Bill.state == "accepted",
            Bill.award_id.is_(None) | Bill.award_id.in_(of_removed),
        )
        .values(award_id=award.id)
        .execution_options(synchronize_session="fetch")
    )


@dataclass(frozen=True, slots=True)
class PublicPart:
    """What everybody may read of one part: sums and its number, nothing of the person."""

    number: int
    approved_fen: int
    received_fen: int
    """What all settled parts of the claim have received so far."""


def public(award: Award) -> PublicPart | None:
    """Which part of which total an award is; None for a lump sum. One question.

    Parts that were taken out before their settlement don't count.
    """
    given = SettlementAward.shared_fen + SettlementAward.from_reserve_fen + SettlementAward.from_operator_fen
    received = select(func.sum(given)).join(Award, SettlementAward.award_id == Award.id)
    approved = select(Decision.amount_fen).order_by(Decision.id.desc()).limit(1)
    terms, earlier, approved_fen, received_fen = db.session.execute(
        select(
            MemberTermsRow,
            select(func.count(Award.id))
            .where(Award.claim_id == award.claim_id, Award.id < award.id, ~lifetime.removed())
            .scalar_subquery(),
            approved.where(Decision.claim_id == award.claim_id, Decision.verdict == "approve").scalar_subquery(),
            received.where(Award.claim_id == award.claim_id).scalar_subquery(),
        )
        .join(Claim, Claim.member_terms_id == MemberTermsRow.id)
        .where(Claim.id == award.claim_id)
    ).one()
    if rulebook.member_terms(terms).kind != "reimbursement":
        return None
    return PublicPart(1 + earlier, approved_fen or 0, int(received_fen or 0))


def _uncounted() -> ColumnElement[bool]:
    return exists().where(Bill.claim_id == Claim.id, Bill.state == "accepted", Bill.award_id.is_(None))


def _undecided(claim: Claim) -> ColumnElement[bool]:
    return exists().where(Bill.claim_id == claim.id, Bill.state.in_(("submitted", "judged")))


def _close_when_over(claim: Claim, *, at: dt.datetime) -> None:
    until = last_day(claim)
    if until is not None and day_of(at) > until and db.session.get(BillsClosed, claim.id) is None:
        db.session.add(BillsClosed(claim_id=claim.id, at=at, by=None))
