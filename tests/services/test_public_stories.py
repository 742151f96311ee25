"""What the public reads of a case: decided once, shown for 90 days, taken away in one way, never guessed after."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError

from app.db import db, transaction
from app.disclosures.stories.queries import told
from app.domain.masking import ALL, NOTHING_LEFT, Shown
from app.domain.places import COUNTRY
from app.domain.publication import CannotBeOpener, NothingShown, StoryMoved, StoryTooLate, StoryUnfit
from app.jobs import expiring
from app.models import Account, Award, Case, CaseCorrection, Claim, Fact, Person, PublicStory, TakenAway
from app.services import public_reading, public_stories, publication_consent, removals, selfcheck, taking_away
from app.services.days import midnight
from tests.services import pool_story as story

WORDS = "确诊那天我正在上班。手术之后化疗六次，谢谢大家。"


@pytest.fixture(autouse=True)
def _inside(app):
    with app.app_context():
        story.open_plan()
        story.enrol(8)
        yield


def approved(level: int, *, told: str = "") -> Claim:
    """An approved claim at a level; with a story that was read and accepted."""
    claim = story.approve_claim(6_00, benefit="low_grade_tumour")
    with transaction():
        owner = db.session.get_one(Account, claim.account_id)
        claim.publication_level = 0
        publication_consent.give(claim, level, language="zh", by=owner, at=story.september(2))
    if told:
        write(claim, told)
        read(claim)
    return claim


def write(claim: Claim, words: str, *, at: dt.datetime | None = None) -> None:
    with transaction():
        public_stories.write(claim, words, by=claim.account_id, at=at or story.september(3))


def read(claim: Claim, *, at: dt.datetime | None = None) -> None:
    with transaction():
        found = public_stories.current(claim)
        assert found is not None
        public_stories.accept(found, by=story.account("desk", "caseworker").id, at=at or story.september(4))


def case_of(claim: Claim) -> Case:
    return db.session.scalars(db.select(Case).join(Award).where(Award.claim_id == claim.id)).one()


def stated(kind: str) -> list[dict[str, object]]:
    return [json.loads(body) for body in db.session.scalars(db.select(Fact.body).where(Fact.type == kind))]


def reading(claim: Claim, day: int = 8) -> public_reading.Reading:
    return public_reading.of(case_of(claim), on=dt.date(2026, 9, day))


def sound() -> None:
    assert [question.name for question in selfcheck.check() if question.rows] == []


def test_a_story_is_shown_only_with_consent_and_after_it_was_read_and_to_whom_was_chosen() -> None:
    for_all, for_members = approved(2, told=WORDS), approved(3, told=WORDS)
    without, unread, given_back = approved(1), approved(2), approved(2)
    write(unread, WORDS)
    write(given_back, WORDS)
    with transaction():
        found = public_stories.current(given_back)
        assert found
        public_stories.give_back(found, "请去掉医院", by=story.account("desk", "caseworker").id, at=story.september(4))
    story.lock()
    assert [reading(one).level for one in (for_all, for_members, without, unread, given_back)] == [2, 3, 1, 1, 1]
    assert reading(for_all).story == WORDS
    assert reading(for_all).name == "欧阳**"
    shown = reading(for_members)
    assert (shown.story_for, shown.story, shown.name) == ("members", "", "")
    inside = public_reading.for_members(case_of(for_members), on=dt.date(2026, 9, 8))
    assert inside is not None
    assert inside.story == WORDS
    assert public_reading.for_members(case_of(for_all), on=dt.date(2026, 9, 8)) is None
    fact = next(one for one in stated("disclosure") if one["about"] == case_of(for_all).ref)
    _details, proof = public_reading.proofs(case_of(for_all), on=dt.date(2026, 9, 8))
    assert fact["story"] == proof.commitment
    assert WORDS not in json.dumps(stated("disclosure"), ensure_ascii=False)
    assert all(WORDS.encode() not in (row or b"") for row in db.session.scalars(db.select(PublicStory.text_sealed)))
    read(unread, at=story.september(9))
    assert (reading(unread, 9).level, stated("story")[0]["about"]) == (2, case_of(unread).ref)
    with pytest.raises(StoryMoved):
        write(unread, "另一篇", at=story.september(9))
    sound()


def test_details_expire_after_ninety_days_and_nothing_of_them_can_be_guessed() -> None:
    claim = approved(2, told=WORDS)
    story.lock()
    case = case_of(claim)
    last = case.published_on + dt.timedelta(days=90)
    assert case.detail_ends_on == last
    assert expiring.do(midnight(last) - dt.timedelta(seconds=1)) == []
    assert public_reading.of(case, on=last).shown == NOTHING_LEFT, "even before the worker has been there"
    assert len(public_reading.open_details(case.period, on=last - dt.timedelta(days=1))) == 2
    assert expiring.do(midnight(last)) == ["disclosures: the details of 1 cases expired"]
    assert expiring.do(midnight(last)) == []
    case = case_of(claim)
    assert (case.age_band, case.place, case.disease_group, case.salt) == ("expired", "expired", "expired", "")
    assert (case.amount_fen, case.true_province) == (6_00, "33")
    told = db.session.scalars(db.select(PublicStory)).one()
    assert (told.state, told.text_sealed, told.name_sealed, told.salt) == ("ended", None, None, "")
    assert [(fact["about"], fact["what"]) for fact in stated("expired")] == [(case.ref, "detail")]
    assert public_reading.proofs(case, on=last) == []
    claim.state = "settled"
    db.session.flush()
    with pytest.raises(StoryTooLate):
        public_stories.write(claim, "晚了", by=claim.account_id, at=midnight(last))
    db.session.rollback()
    assert expiring.do(midnight(case.published_on + dt.timedelta(days=365))) == [
        "disclosures: 1 cases count no longer among those alike"
    ]
    assert case_of(claim).true_province == ""
    for broken in ("age_band = '31-40'", "salt = 'ab'", "detail_ends_on = '2027-01-01'"):
        with pytest.raises(DatabaseError):
            db.session.execute(text(f"UPDATE published_case SET {broken}"))
        db.session.rollback()
    with pytest.raises(DatabaseError):
        db.session.execute(update(TakenAway).values(cause="withdrawn"))
    db.session.rollback()
    sound()


def test_a_consent_taken_back_and_a_lower_level_take_away_and_nothing_is_opened_again() -> None:
    claim = approved(2, told=WORDS)
    owner = db.session.get_one(Account, claim.account_id)
    story.lock()

    def choose(level: int) -> None:
        with transaction():
            at = story.september(8, 10 + len(stated("takedown")))
            publication_consent.give(claim, level, language="zh", by=owner, at=at)

    before = db.session.scalars(db.select(PublicStory)).one().salt
    choose(3)
    assert (reading(claim).level, reading(claim).story) == (3, "")
    assert [fact["cause"] for fact in stated("takedown")] == ["withdrawn"]
    assert before not in db.session.scalars(db.select(PublicStory.salt)).all()
    with pytest.raises(CannotBeOpener):
        choose(2)
    choose(1)
    assert (reading(claim).level, public_stories.current(claim)) == (1, None)
    with pytest.raises(CannotBeOpener):
        choose(3)
    choose(0)
    assert (case_of(claim).level, reading(claim).level, case_of(claim).salt) == (0, 0, "")
    assert len(stated("takedown")) == 3
    sound()


def test_what_was_previewed_is_what_is_published_or_less() -> None:
    claim = approved(1)
    assert claim.previewed_step == 4
    seen = public_reading.previews(claim, story=WORDS, at=story.september(2))
    assert [one.level for one in seen] == [0, 1, 2, 3]
    assert (seen[1].story, seen[2].story, seen[3].name) == ("", WORDS, "欧阳**")
    for _more in range(5):
        approved(1)
    story.lock()
    assert reading(claim).shown == seen[1].shown, "others like it came, and it is not refined"


def test_staff_take_down_or_correct_for_a_public_reason_and_both_entries_stay() -> None:
    claim = approved(2, told=WORDS)
    story.lock()
    desk = story.account("desk", "caseworker")
    case = case_of(claim)
    first = taking_away.last_entry(case)
    with transaction():
        taking_away.take_down(case, only_story=True, reason="写出了别人的姓名", by=desk, at=story.september(8))
    assert (reading(claim).level, reading(claim).has_detail) == (1, True)
    with transaction():
        taking_away.correct(case, "breast", reason="类别写错了", by=desk, at=story.september(8))
    correction = db.session.scalars(db.select(CaseCorrection)).one()
    assert (correction.corrects, case.true_disease_group) == (first, "breast")
    assert stated("case-corrected")[0]["corrects"] == first
    with pytest.raises(NothingShown), transaction():
        taking_away.take_down(case, only_story=True, reason="x", by=desk, at=story.september(8))
    with transaction():
        taking_away.take_down(case, only_story=False, reason="须重新核实", by=desk, at=story.september(9))
    assert [row.reason for row in db.session.scalars(db.select(TakenAway).order_by(TakenAway.id))][-1] == "须重新核实"
    assert db.session.scalars(db.select(CaseCorrection.disease_group)).one() is None
    sound()


def test_a_case_corrected_to_a_small_group_is_shown_coarsely_in_both_entries() -> None:
    claims = [approved(1) for _one in range(5)]
    for claim in claims:
        claim.previewed_step = 0
    db.session.commit()
    story.lock()
    desk, case = story.account("desk", "caseworker"), case_of(claims[0])
    before = public_reading.of(case, on=dt.date(2026, 9, 8)).shown
    (proof,) = public_reading.proofs(case, on=dt.date(2026, 9, 8))
    assert before.place == "33"
    with transaction():
        taking_away.correct(case, "breast", reason="类别写错了", by=desk, at=story.september(8))
    row = db.session.scalars(db.select(CaseCorrection)).one()
    assert (case.place, case.disease_group) == (COUNTRY, ALL)
    assert (row.age_band, row.place, row.disease_group) == (case.age_band, COUNTRY, before.disease_group)
    (now,) = public_reading.proofs(case, on=dt.date(2026, 9, 8))
    assert now.salt != proof.salt, "the place that is no longer shown cannot be guessed from the earlier fact"
    assert stated("case-corrected")[0]["text"] == now.commitment
    for day, entry in ((8, Shown(case.age_band, COUNTRY, before.disease_group)), (90, None)):
        on = dt.date(2026, 9, 8) + dt.timedelta(days=day)
        assert [one.before for one in told(case, on=on, corrected=True)["corrections"]] == [entry], (
            "nor after the last day"
        )
    with pytest.raises(DatabaseError):
        db.session.execute(update(Case).where(Case.id == case.id).values(salt=proof.salt))
    db.session.rollback()
    sound()


def test_what_names_somebody_is_refused_and_a_changed_story_is_read_anew() -> None:
    claim = approved(2)
    with pytest.raises(StoryUnfit):
        write(claim, "请打 13800138000")
    db.session.rollback()
    write(claim, WORDS)
    first = public_stories.current(claim)
    write(claim, WORDS + "再见。")
    again = public_stories.current(claim)
    assert first is not None
    assert again is not None
    assert (first.state, first.text_sealed, again.state) == ("replaced", None, "waiting")
    with pytest.raises(StoryMoved), transaction():
        public_stories.accept(first, by=claim.account_id, at=story.september(4))
    write(claim, "")
    assert public_stories.current(claim) is None


def test_after_the_death_of_its_owner_no_story_is_shown_that_was_not() -> None:
    claim = approved(2, told=WORDS)
    with transaction():
        person = db.session.get_one(Person, claim.membership.person_id)
        person.relation, person.died_on = "self", dt.date(2026, 9, 5)
    story.lock()
    assert reading(claim).level == 1
    assert public_stories.owner_died(claim)


def test_the_story_of_a_case_that_left_waits_for_the_new_one_or_goes_with_the_claim() -> None:
    claim = approved(2, told=WORDS)
    gone = approved(2, told=WORDS)
    story.lock()
    with transaction():
        removals.hold(claim)
        public_stories.case_left(case_of(claim), for_good=False, at=story.september(8))
        public_stories.case_left(case_of(gone), for_good=True, at=story.september(8))
    waits, ended = public_stories.latest(claim), public_stories.latest(gone)
    assert waits is not None
    assert ended is not None
    assert (waits.state, waits.salt, waits.case_id, ended.state) == ("accepted", "", None, "ended")
