"""Claims paid in parts: never more than was approved, never more than advance or bills, never beyond a lifetime."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import func, select

from app.db import db
from app.domain.reimbursement import at_once_fen
from app.models import Award, Case, Claim, Decision, Membership, MemberTermsRow, SettlementAward
from app.services import lifetime, rulebook


def within() -> Iterable[str]:
    """The parts of a claim stay within what was approved; beyond the advance bills carry them; so does the lifetime."""
    asked = db.session.execute(
        select(Award.claim_id, func.sum(func.coalesce(SettlementAward.asked_fen, Award.amount_fen)))
        .join(Case, Case.award_id == Award.id)
        .outerjoin(SettlementAward, SettlementAward.award_id == Award.id)
        .where(~lifetime.removed())
        .group_by(Award.claim_id)
    )
    awarded = {claim_id: int(fen) for claim_id, fen in asked}
    approved: dict[int, list[int]] = defaultdict(list)
    for claim_id, fen in db.session.execute(
        select(Decision.claim_id, Decision.amount_fen).where(Decision.verdict == "approve").order_by(Decision.id)
    ):
        approved[claim_id].append(fen)
    for claim_id, fen in awarded.items():
        if fen > (approved[claim_id] or [0])[-1]:
            yield f"claim {_ref(claim_id)}: {fen} fen awarded of {(approved[claim_id] or [0])[-1]} approved"
    yield from _in_parts(awarded, approved)


def _in_parts(awarded: dict[int, int], approved: dict[int, list[int]]) -> Iterable[str]:
    terms = {row.id: rulebook.member_terms(row) for row in db.session.scalars(select(MemberTermsRow))}
    of_bills = [number for number, one in terms.items() if one.kind == "reimbursement"]
    claims = db.session.execute(
        select(Claim.id, Claim.ref, Claim.member_terms_id, Membership.plan_id, Membership.identity_hash)
        .join(Membership, Claim.membership_id == Membership.id)
        .where(Claim.member_terms_id.in_(of_bills), Claim.id.in_(select(Award.claim_id)))
        .order_by(Claim.id)
    ).all()
    ids = [claim.id for claim in claims]
    documented, received = lifetime.documented_fen(ids), lifetime.received_fen(ids)
    lives: dict[tuple[int, bytes], int] = defaultdict(int)
    tops: dict[tuple[int, bytes], int] = defaultdict(int)
    for claim in claims:
        rules, person = terms[claim.member_terms_id], (claim.plan_id, claim.identity_hash)
        advance_fen = at_once_fen(max(approved[claim.id], default=0), rules.at_once_bp)
        if awarded.get(claim.id, 0) > max(advance_fen, documented[claim.id]):
            yield f"claim {claim.ref}: {awarded[claim.id]} fen awarded, {documented[claim.id]} documented"
        lives[person] += received[claim.id]
        tops[person] = max(tops[person], rules.top_fen)
    over = ((fen, tops[person]) for person, fen in lives.items() if fen > tops[person])
    yield from (f"one person received {fen} fen of a lifetime's {top_fen}" for fen, top_fen in over)


def _ref(claim_id: int) -> str:
    return str(db.session.scalar(select(Claim.ref).where(Claim.id == claim_id)))
