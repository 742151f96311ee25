"""What was charged too much comes back also when the plan closes, and the last settlement has all the room there is."""

from __future__ import annotations

import datetime as dt

import pytest

from app.jobs import tick
from app.services import crediting, settling
from tests.services import closing_story as tale
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")

NO_CAPS = {"cap_year_fen": None, "cap_case_fen": None}


def to_the_last_settlement() -> None:
    """Four members; the plan closes on 20 October, and the last settlement it shares was on the 14th."""
    story.open_plan(**NO_CAPS)
    story.enrol(4)
    story.approve_claim(10_00, benefit="low_grade_tumour")
    story.settled()
    tale.announced(at=story.september(15), day=dt.date(2026, 10, 20))
    for name in (story.SECOND, "young-cancer-2026-10-1"):
        tale.settled(name)
    assert tale.current().stage == "last_period"


def test_a_credit_after_the_last_shared_settlement_goes_back_by_name_because_no_share_will_be_lower_for_it() -> None:
    to_the_last_settlement()
    at = story.noon(dt.date(2026, 10, 16))
    credit = story.corrected(1_00, cause="operator", at=at)
    assert (credit.named, credit.carried_fen) == (4, 0)
    tick.named_credits_due(at)
    story.sweep(at=at)
    assert story.held("unclaimed_balances") == 4_00, "nobody has ended yet: the parts wait"
    tale.midnights(dt.date(2026, 10, 20))
    tick.named_credits_due(story.noon(dt.date(2026, 10, 20)))
    story.sweep(at=story.noon(dt.date(2026, 10, 20)))
    tale.paid_back(at=story.noon(dt.date(2026, 10, 21)))
    assert story.held("unclaimed_balances") == 0
    story.sound()


def test_of_a_plan_that_has_closed_only_the_operator_can_bear_what_was_wrong() -> None:
    to_the_last_settlement()
    tale.midnights(dt.date(2026, 10, 20))
    after = dt.date(2027, 4, 19)
    tale.midnights(after, after + dt.timedelta(days=1))
    assert tale.current().stage in {"remainder", "closed"}
    with pytest.raises(crediting.NobodyLeftToBear):
        story.corrected(1_00, at=story.noon(after))
    assert story.corrected(1_00, cause="operator", at=story.noon(after)).state == "confirmed"


def test_what_is_left_of_the_years_cap_is_for_the_settlements_that_are_still_shared() -> None:
    story.open_plan(cap_year_fen=10_00, cap_case_fen=None)
    story.enrol(4)
    story.approve_claim(100_00, benefit="low_grade_tumour")
    story.lock()
    before = settling.preview(story.period(), at=story.september(8))
    tale.announced(at=story.september(8), day=dt.date(2026, 10, 8))
    after = settling.preview(story.period(), at=story.september(9))
    assert (before.settlements_left, after.settlements_left) == (8, 3), "14 and 28 September, and 14 October"
    assert after.quote.share_fen > before.quote.share_fen
