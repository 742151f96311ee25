"""Rule versions and who is bound by them: announced ahead, locked into periods, agreed to one membership at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, text
from sqlalchemy.exc import IntegrityError

from app.claims import actions as claiming
from app.claims.forms import Event
from app.db import db, transaction
from app.domain.terms import Rules
from app.models import Acknowledgement, Audit, Fact, Membership, Message, Outbox, RuleVersion
from app.services import claim_file, ending, periods, pins, rulebook, settling
from tests.domain.plan_files import plan as rules_of
from tests.services import pool_story as story

SECOND = rules_of("young-cancer", 2)
ANNOUNCED, IN_FORCE = dt.date(2026, 9, 1), dt.date(2026, 10, 5)


def publish(rules: Rules = SECOND, *, on: dt.date = ANNOUNCED, valid_from: dt.date = IN_FORCE) -> RuleVersion:
    with transaction():
        return rulebook.publish(rules, valid_from=valid_from, by=None, at=story.noon(on))


def member() -> Membership:
    return db.session.scalars(db.select(Membership).order_by(Membership.id).limit(1)).one()


def acknowledge(day: dt.date, number: int = 2) -> Acknowledgement:
    with transaction():
        held = member()
        return pins.acknowledge(held, number, by=held.account_id, at=story.noon(day))


@pytest.fixture
def pool_of_seven(engine: Flask) -> None:
    story.open_plan()
    story.enrol(7)


@pytest.mark.usefixtures("pool_of_seven")
def test_a_version_without_its_days_of_notice_is_refused() -> None:
    with pytest.raises(rulebook.NoticeTooShort) as early:
        publish(on=dt.date(2026, 9, 6), valid_from=IN_FORCE)
    assert early.value.earliest == dt.date(2026, 10, 6)
    assert db.session.scalars(db.select(RuleVersion.number)).all() == [1]
    with pytest.raises(rulebook.VersionOutOfOrder):
        publish(replace(SECOND, number=3))


@pytest.mark.usefixtures("pool_of_seven")
def test_members_are_told_without_a_row_for_each_of_them() -> None:
    counted = (Message, Outbox, Acknowledgement)
    before = [db.session.scalar(db.select(func.count()).select_from(noun)) for noun in counted]
    publish()
    assert [db.session.scalar(db.select(func.count()).select_from(noun)) for noun in counted] == before
    stated = db.session.scalars(db.select(Fact).where(Fact.type == "rules").order_by(Fact.id.desc())).first()
    assert stated is not None
    assert '"valid_from":"2026-10-05"' in stated.body
    everybody = db.session.scalars(db.select(Membership)).all()
    news = pins.news_of(everybody, at=story.noon(ANNOUNCED))
    assert len(news) == 7
    assert {(one.is_coming, one.is_asked, one.after.number) for one in news.values()} == {(True, True, 2)}


@pytest.mark.usefixtures("pool_of_seven")
def test_a_period_locked_before_keeps_its_terms_and_the_next_lock_takes_the_new_ones() -> None:
    story.approve_claim(20_00)
    story.lock(story.SECOND)
    seen = settling.preview(story.period(story.SECOND), at=story.noon(dt.date(2026, 9, 22)))
    publish(on=dt.date(2026, 9, 22), valid_from=dt.date(2026, 10, 22))
    after = settling.preview(story.period(story.SECOND), at=story.noon(dt.date(2026, 9, 22)))
    assert (after.digest, after.quote.fee_fen) == (seen.digest, 0)
    story.approve(story.SECOND)
    story.settle(story.SECOND)
    with transaction():
        periods.plan_ahead(story.pool(), at=story.noon(dt.date(2026, 10, 1)))
    for name, fee_bp in (("young-cancer-2026-10-2", 0), ("young-cancer-2026-11-1", 800)):
        story.approve_claim(20_00)
        story.lock(name)
        row = story.period(name).pool_terms
        assert row is not None
        assert rulebook.pool_terms(row).fee_bp == fee_bp
        story.approve(name)
        story.settle(name)


@pytest.mark.usefixtures("pool_of_seven")
def test_what_is_acknowledged_holds_for_events_from_the_next_day_or_from_the_day_it_is_in_force() -> None:
    publish()
    early = acknowledge(dt.date(2026, 9, 2))
    assert early.from_on == IN_FORCE
    assert pins.terms_on(member(), IN_FORCE - dt.timedelta(days=1)).version.number == 1
    assert pins.terms_on(member(), IN_FORCE).version.number == 2
    assert member().member_terms.version.number == 1, "what was agreed to at joining stays"
    news = pins.news_of([member()], at=story.noon(ANNOUNCED))[member().id]
    assert (news.is_coming, news.is_asked) == (True, False)
    assert not pins.news_of([member()], at=story.noon(IN_FORCE))
    deeds = db.session.scalars(db.select(Audit).where(Audit.deed == "acknowledge-rules")).all()
    assert [(row.about_ref, row.detail) for row in deeds] == [(member().ref, "version 2")]


@pytest.mark.usefixtures("pool_of_seven")
def test_who_does_not_acknowledge_keeps_the_old_terms_and_is_asked_on() -> None:
    publish()
    late = dt.date(2026, 12, 1)
    assert pins.terms_on(member(), late).version.number == 1
    news = pins.news_of([member()], at=story.noon(late))[member().id]
    assert (news.is_coming, news.is_asked) == (False, True)
    assert acknowledge(late).from_on == late + dt.timedelta(days=1)
    assert pins.versions_on([member()], late)[member().id].number == 1
    assert not pins.news_of([member()], at=story.noon(late))


@pytest.mark.usefixtures("pool_of_seven")
def test_a_claim_is_judged_by_the_terms_pinned_on_its_event_date() -> None:
    publish()
    acknowledge(dt.date(2026, 10, 10))
    with transaction():
        by = story.account()
        claim = claiming.open_claim(member(), by=by, at=story.noon(dt.date(2026, 11, 20)))
        assert claim.member_terms.version.number == 2
        for day, number, appeal_days in ((dt.date(2026, 10, 10), 1, 30), (dt.date(2026, 10, 11), 2, 60)):
            event = Event(day, "leukaemia", "malignant_tumour", "33", "told")
            claiming.tell_event(claim, event, by=by, at=story.noon(dt.date(2026, 11, 20)))
            db.session.refresh(claim)
            assert claim.member_terms.version.number == number
            assert claim_file.terms_of(claim).appeal_within_days == appeal_days


@pytest.mark.usefixtures("pool_of_seven")
def test_acknowledging_twice_or_an_old_version_is_refused() -> None:
    publish()
    acknowledge(dt.date(2026, 9, 2))
    with pytest.raises(pins.AcknowledgedBefore):
        acknowledge(dt.date(2026, 9, 3))
    clauses = SECOND.member.clauses[:-1]
    third = replace(SECOND, number=3, member=replace(SECOND.member, clauses=clauses, waiting_days=90))
    publish(third, on=dt.date(2026, 10, 6), valid_from=dt.date(2026, 11, 20))
    with pytest.raises(pins.NotTheNewest) as newer:
        acknowledge(dt.date(2026, 10, 7))
    assert newer.value.number == 3
    acknowledge(dt.date(2026, 10, 7), 3)
    days = (dt.date(2026, 10, 4), IN_FORCE, dt.date(2026, 11, 20))
    assert [pins.terms_on(member(), day).version.number for day in days] == [1, 2, 3]


@pytest.mark.usefixtures("pool_of_seven")
def test_a_change_for_all_alone_asks_nobody_and_is_told_until_it_holds() -> None:
    first = rules_of("young-cancer")
    publish(replace(first, number=2, pool=replace(first.pool, fee_bp=800)))
    news = pins.news_of([member()], at=story.noon(ANNOUNCED))[member().id]
    assert (news.is_coming, news.is_asked) == (True, False)
    with pytest.raises(pins.NothingToAcknowledge):
        acknowledge(ANNOUNCED)
    assert not pins.news_of([member()], at=story.noon(IN_FORCE))


@pytest.mark.usefixtures("pool_of_seven")
def test_an_ended_membership_agrees_to_nothing() -> None:
    publish()
    with transaction():
        ending.end_where(story.pool(), (Membership.id == member().id,), kind="lapse", at=story.noon(ANNOUNCED), most=1)
    assert not pins.news_of([member()], at=story.noon(ANNOUNCED))
    with pytest.raises(pins.NothingToAcknowledge):
        acknowledge(ANNOUNCED)


@pytest.mark.usefixtures("pool_of_seven")
def test_no_acknowledgement_is_edited_and_no_joining_terms_are_exchanged() -> None:
    publish()
    acknowledge(dt.date(2026, 9, 2))
    for statement in (
        "UPDATE acknowledgement SET from_on = '2026-01-01'",
        "DELETE FROM acknowledgement",
        "UPDATE membership SET member_terms_id = member_terms_id + 1",
        (
            "INSERT INTO acknowledgement (membership_id, member_terms_id, replaces_id, from_on, account_id, at) "
            "SELECT membership_id, replaces_id, member_terms_id, from_on, account_id, at FROM acknowledgement"
        ),
    ):
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(text(statement))
