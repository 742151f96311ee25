"""Values the tests of the cellar begin with; each test names only what it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.domain.terms import Calendar, Closing, PoolTerms, Words

TWICE_A_MONTH = Calendar(publish_days=(7, 21), settle_days=(14, 28), objection_days=3, pay_within_days=7)

PRESET = PoolTerms(
    fee_bp=0,
    cap_case_fen=300,
    cap_year_fen=None,
    glide_bp=10_000,
    floor_fen=100,
    remind_below_fen=900,
    comfortable_fen=3_000,
    join_least_fen=900,
    join_proposed_fen=3_000,
    grace_days=15,
    notice_days=30,
    shortfall_order=("reserve",),
    reserve_target_fen=None,
    stated_in=("7.1",),
    calendar=TWICE_A_MONTH,
    closing=Closing(30, 180, Words("慈善组织", "a charity")),
)


def pool_terms(**changes: Any) -> PoolTerms:
    """The preset pool terms with these changes."""
    return replace(PRESET, **changes)
