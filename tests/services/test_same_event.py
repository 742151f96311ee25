"""No event is paid twice, and leaving and joining again begins no new lifetime."""

from __future__ import annotations

import datetime as dt

import pytest

from app.db import db, transaction
from app.models import Claim, Membership
from app.services import claim_file, decisions
from app.services.days import midnight
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")

EVENT = dt.date(2026, 8, 30)


def another_claim(of: Membership, **other: object) -> Claim:
    with transaction():
        values = {
            "account_id": of.account_id, "membership_id": of.id, "member_terms_id": of.member_terms_id,
            "benefit": "low_grade_tumour", "disease_group": "lung", "province": "33", "event_on": EVENT,
            "created_at": story.september(2), "state": "withdrawn", **other,
        }  # fmt: skip
        claim = Claim(**values)
        db.session.add(claim)
        db.session.flush()
    return claim


def most(claim: Claim, key: str) -> int:
    terms = claim_file.terms_of(claim)
    return decisions.most_fen(claim, next(benefit for benefit in terms.benefits if benefit.key == key))


def test_the_same_event_gets_the_difference_at_most_and_another_event_its_own_amount() -> None:
    story.open_plan()
    story.enrol(2)
    of = story.members()[0]
    story.approve_claim(50_000_00, of=of, benefit="low_grade_tumour")
    again = another_claim(of)
    assert most(again, "low_grade_tumour") == 0
    assert most(again, "malignant_tumour") == most(another_claim(of, event_on=EVENT + dt.timedelta(days=90)),
                                                   "malignant_tumour") - 50_000_00  # fmt: skip
    assert most(another_claim(of, disease_group="thyroid"), "low_grade_tumour") == 50_000_00


def test_an_accident_is_counted_by_its_day_and_the_lifetime_across_memberships() -> None:
    story.open_plan("accident")
    story.enrol(2, slug="accident")
    of = story.members("accident")[0]
    terms = claim_file.terms_of(another_claim(of))
    key = next(benefit.key for benefit in terms.benefits if benefit.amount_fen < terms.top_fen)
    story.approve_claim(terms.top_fen - 100, of=of, benefit=key, slug="accident")
    with transaction():
        of.state, of.end_seq, of.ended_at = "left", 0, midnight(dt.date(2026, 9, 3))
        of.ends_as, of.ends_after_seq = "left", 0
    with transaction():
        back = Membership(
            plan_id=of.plan_id, pool_id=of.pool_id, account_id=of.account_id, person_id=of.person_id,
            member_terms_id=of.member_terms_id, identity_hash=of.identity_hash, state="sharing",
            joined_at=story.september(4), joined_on=dt.date(2026, 9, 4), join_seq=0, join_index_fen=0, paid_net_fen=900,
        )  # fmt: skip
        db.session.add(back)
    assert most(another_claim(back, event_on=dt.date(2026, 10, 20)), key) == 100
