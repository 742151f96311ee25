"""What nobody answered by the settle day: the case waits for the next period once, then its settlement waits."""

from __future__ import annotations

import datetime as dt

import pytest

from app.db import db, transaction
from app.domain import objections
from app.models import Award, Deferral, Fact
from app.services import claims, settling
from tests.objections import scene
from tests.objections.scene import told
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("published")


def test_an_unanswered_objection_defers_its_case_and_the_rest_settles_when_approved_anew() -> None:
    scene.file()
    story.approve()
    assert scene.settle_day() == ["young-cancer-2026-09-1: 1 deferred, the objections are unanswered"]
    assert story.period().state == "locked"
    assert scene.claim().state == "approved"
    story.approve(at=story.september(14))
    assert any("settled" in line for line in scene.settle_day(dt.date(2026, 9, 15)))
    story.sound()
    assert scene.claim(2).state == "settled"
    assert told("claim-defer") == 1
    assert db.session.scalars(db.select(Fact).where(Fact.type == "deferral")).one().about == story.FIRST


def test_the_treasurer_cannot_settle_over_an_unanswered_objection() -> None:
    scene.file()
    story.approve()
    with pytest.raises(objections.Unanswered) as refused:
        story.settle()
    assert refused.value.numbers == (1,)


def test_nothing_is_deferred_before_the_settle_day() -> None:
    scene.file()
    assert scene.settle_day(dt.date(2026, 9, 13)) == []
    with pytest.raises(settling.NotYet), transaction():
        settling.defer_unanswered(story.period(), at=story.september(13))
    assert scene.claim().state == "published"


def deferred_once(*, newer_fen: int = 0) -> str:
    """The first case deferred, the first period settled, the second published; returns the objection."""
    ref = scene.file()
    scene.settle_day()
    story.approve(at=story.september(14))
    story.settle(at=story.september(14))
    if newer_fen:
        story.approve_claim(newer_fen, at=story.september(15))
    story.lock(story.SECOND)
    return ref


def test_a_deferred_case_moves_with_its_award_and_keeps_its_reference() -> None:
    award, ref = scene.case().award_id, scene.case().ref
    deferred_once()
    moved = scene.case(1, story.SECOND)
    assert (moved.ref, moved.award_id) == (ref, award)
    assert db.session.scalar(db.select(db.func.count(Award.id))) == 2
    told_of = scene.deferral()
    assert told_of is not None
    assert (told_of.from_number, told_of.to_period_id) == (1, story.period(story.SECOND).id)
    assert told("case-published") == 3
    story.sound()


def test_a_deferred_case_comes_before_new_ones_and_settles_when_the_objection_is_dismissed() -> None:
    ref = deferred_once(newer_fen=7_00)
    assert [scene.case(number, story.SECOND).amount_fen for number in (1, 2)] == [scene.LARGE, 7_00]
    scene.dismiss(ref, at=story.september(22))
    story.approve(story.SECOND)
    story.settle(story.SECOND)
    assert scene.claim(1, story.SECOND).state == "settled"


def test_a_second_time_the_settlement_waits() -> None:
    ref = deferred_once()
    story.approve(story.SECOND)
    assert scene.settle_day(dt.date(2026, 9, 28)) == []
    assert story.period(story.SECOND).state == "approved"
    assert db.session.scalar(db.select(db.func.count()).select_from(Deferral)) == 1
    with pytest.raises(objections.Unanswered):
        story.settle(story.SECOND)
    scene.dismiss(ref, at=story.september(28))
    assert scene.settle_day(dt.date(2026, 9, 29)) == ["young-cancer-2026-09-2: settled"]
    story.sound()


def test_a_second_time_admission_still_takes_the_case_out() -> None:
    ref = deferred_once()
    story.approve(story.SECOND)
    scene.settle_day(dt.date(2026, 9, 28))
    scene.admit(ref, at=story.september(28))
    assert story.period(story.SECOND).state == "locked"
    assert scene.numbers(story.SECOND) == []


def test_between_two_periods_an_objection_is_dismissed_but_not_admitted() -> None:
    ref = scene.file()
    scene.settle_day()
    with pytest.raises(objections.AdmittedBetweenPeriods):
        scene.admit(ref, at=story.september(15))
    assert scene.objection(ref).state == "open"
    scene.dismiss(ref, at=story.september(15))
    assert scene.objection(ref).state == "dismissed"


def test_a_deferred_case_that_is_withdrawn_comes_back_in_no_period() -> None:
    scene.file()
    scene.settle_day()
    story.approve(at=story.september(14))
    story.settle(at=story.september(14))
    with transaction():
        claim = scene.claim()
        claims.move(claim, "withdraw", by=claim.account_id, role="member", at=story.september(15))
    story.lock(story.SECOND)
    assert scene.numbers(story.SECOND) == []
