"""Publishing: what was approved before a lock becomes awards and public cases, in the order of the decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.domain.masking import NOTHING_SHOWN, Alike, Attributes, Shown, shown_at_level
from app.models import (
    Award,
    Case,
    Claim,
    Decision,
    Membership,
    Period,
    SettlementAward,
)
from app.services import claims, deferrals, facts, messages, parts, public_reading, public_stories, taking_away
from app.services.days import day_of


@dataclass(frozen=True, slots=True)
class _Chosen:
    """An approved claim on its way into a period."""

    claim: Claim
    decision: Decision
    amount_fen: int
    """What it asks of this period: the whole of a lump sum, or the next part."""
    true: Attributes


def publish_cases(period: Period, *, at: dt.datetime) -> None:
    """Every claim approved before the lock becomes an award and a public case, in the order of the decisions.

    The cases that were deferred to this period, or carried on from a cancelled one, come first; they are the same
    awards and show what they showed.
    """
    deferred = deferrals.waiting(period.plan_id)
    for number, (claim_id, deferral) in enumerate(deferred.items(), start=1):
        case = deferrals.publish_again(deferral, period, number, at=at)
        _state_disclosure(period, case, db.session.get_one(Claim, claim_id), at=at)
    fresh = [_choose(claim) for claim in _approved_claims(period.plan_id) if claim.id not in deferred]
    chosen = [one for one in fresh if one.amount_fen]
    chosen.sort(key=lambda one: (one.decision.at, one.decision.id))
    lately = public_reading.published_attributes(
        period.plan_id, since=public_reading.counted_since(at), without=[one.claim.id for one in chosen]
    )
    alike = Alike([*lately, *(one.true for one in chosen)])
    for number, one in enumerate(chosen, start=1 + len(deferred)):
        _publish_case(period, one, number, alike, at=at)
    db.session.flush()


def _approved_claims(plan_id: int) -> Sequence[Claim]:
    return db.session.scalars(
        select(Claim)
        .join(Membership, Claim.membership_id == Membership.id)
        .where(Membership.plan_id == plan_id, Claim.state == "approved")
    ).all()


def _choose(claim: Claim) -> _Chosen:
    decision = next(made for made in reversed(claim.decisions) if made.verdict == "approve")
    true = public_reading.true_of(claim)
    if true is None:
        raise LookupError(f"claim {claim.ref} was approved without its event")
    return _Chosen(claim, decision, parts.next_fen(claim), true)


def _publish_case(period: Period, one: _Chosen, number: int, alike: Alike, *, at: dt.datetime) -> None:
    claim, decision = one.claim, one.decision
    in_parts = parts.is_in_parts(claim)
    earlier = _shown_before(claim) if in_parts else None
    shown = earlier or shown_at_level(claim.publication_level, one.true, alike, least=claim.previewed_step or 0)
    down = taking_away.taken_down_before(claim)
    if down is not None:
        shown = NOTHING_SHOWN
    award = Award(claim_id=claim.id, period_id=period.id, number=number, amount_fen=one.amount_fen)
    db.session.add(award)
    db.session.flush()
    if in_parts:
        parts.count_in(award)
    case = Case(
        award_id=award.id,
        period_id=period.id,
        number=number,
        level=claim.publication_level,
        age_band=shown.age_band,
        place=shown.place,
        disease_group=shown.disease_group,
        amount_fen=award.amount_fen,
        decided_on=day_of(decision.at),
        published_on=day_of(at),
        true_age_band=one.true.age_band,
        true_province=one.true.province,
        true_disease_group=one.true.disease_group,
    )
    case.detail_ends_on = public_reading.last_day(case)
    db.session.add(case)
    db.session.flush()
    _state_disclosure(period, case, claim, at=at)
    if down is not None:
        taking_away.stay_down(case, down, at=at)


def _shown_before(claim: Claim) -> Shown | None:
    """What an earlier settled case of this claim shows: decided once, a further part tells no more.

    Where the details of the earlier one have gone, those of a further part are gone as well, at whichever level it is
    published. One without consent, then or now, decides nothing.
    """
    if claim.publication_level == 0:
        return None
    row = db.session.execute(
        select(Case.age_band, Case.place, Case.disease_group)
        .join(Award, Case.award_id == Award.id)
        .join(SettlementAward, SettlementAward.award_id == Award.id)
        .where(Award.claim_id == claim.id, Case.level > 0)
        .order_by(Case.id.desc())
        .limit(1)
    ).first()
    return Shown(*row) if row else None


def _state_disclosure(period: Period, case: Case, claim: Claim, *, at: dt.datetime) -> None:
    """The claim is published: its public fact. The claimant is told when the period is seen (`tell_claimants`)."""
    claims.move(claim, "publish", by=None, role="system", at=at)
    story = public_stories.publish_with(case, claim, at=at)
    told = {
        "story_for": story.audience,
        "story": facts.commitment(story.salt, *public_reading.story_parts(story)),
    } if story else {}  # fmt: skip
    facts.state(
        "disclosure",
        case.ref,
        at=at,
        plan=period.plan.slug,
        period=period.name,
        number=case.number,
        amount_fen=case.amount_fen,
        text=facts.commitment(case.salt, *public_reading.parts_of(case)),
        **told,
    )


def tell_claimants(period: Period, *, at: dt.datetime) -> None:
    """Whoever has a case in a period is told that it is public, once for each period their case stands in."""
    rows = db.session.execute(
        select(Case.ref, Claim.ref, Claim.account_id)
        .join(Award, Award.id == Case.award_id)
        .join(Claim, Claim.id == Award.claim_id)
        .where(Case.period_id == period.id, Claim.state == "published")
        .order_by(Case.number)
    ).all()
    for case, claim, account_id in rows:
        messages.tell(
            account_id,
            "case-published",
            key=f"published:{case}:{period.name}",
            at=at,
            claim=claim,
            period=period.name,
            case=case,
        )
