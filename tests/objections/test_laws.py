"""An objection moves nothing; only its admission does; and nobody's silence settles a case."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import text

from app.db import db, transaction
from app.domain import objections
from app.domain.claim_states import SamePerson
from app.domain.masking import WITHHELD
from app.models import Account, Audit, Fact, Person, TakenAway
from app.review import actions as reviewing
from app.review.actions import DecisionValue, RecommendationValue
from app.review.objections import queries as answering
from app.services import hands, settling, taking_away
from app.services import objections as objections_here
from app.services.decisions import AdmittedIt
from tests.objections import scene
from tests.objections.scene import told
from tests.services import pool_story as story
from tests.services.files_of_investigations import investigated

pytestmark = pytest.mark.usefixtures("published")
LAST_MOMENT = dt.datetime(2026, 9, 9, 16, tzinfo=dt.UTC)
"""24:00 of the last objection day in Shanghai."""
SECOND = dt.timedelta(seconds=1)


def events() -> list[str]:
    bodies = db.session.scalars(db.select(Fact.body).where(Fact.type == "objection").order_by(Fact.id))
    return [json.loads(body)["event"] for body in bodies]


def decide_again(number: int, *, first: Account, second: Account) -> None:
    """Review a claim that came back, from the recommendation to the decision."""
    claim = scene.claim(number)
    with transaction():
        at = story.september(11)
        reviewing.recommend(
            claim,
            RecommendationValue("approve", 5_00, "4.2", "Looked at anew.", caused_by_accident=True),
            by=first,
            at=at,
        )
        said = DecisionValue("approve", 5_00, "4.2", "pathology report", "Looked at anew.", caused_by_accident=True)
        reviewing.decide(claim, said, by=second, at=at)


def test_filing_moves_nothing() -> None:
    before = settling.preview(story.period(), at=story.september(8)).digest
    scene.file()
    assert settling.preview(story.period(), at=story.september(8)).digest == before
    assert scene.claim().state == "published"
    assert events() == ["filed"]
    story.sound()


def test_what_was_said_is_sealed_and_the_address_is_not_kept() -> None:
    ref = scene.file(name="王秀英", contact="wang@example.org")
    with db.engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM objection")).one()
    kept = " ".join(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in row)
    for private in (scene.WORDS, "王秀英", "wang@example.org", "192.0.2.7"):
        assert private not in kept
    every_fact = " ".join(db.session.scalars(db.select(Fact.body)))
    assert ref not in every_fact, "by it its filer adds documents"
    assert scene.objection(ref).public_ref in every_fact
    assert "王秀英" not in every_fact
    assert db.session.scalars(db.select(Audit).where(Audit.deed == "objection.filed")).one().account_id is None


def test_the_last_second_of_the_last_day_is_in_time() -> None:
    assert scene.file(at=LAST_MOMENT - SECOND)


def test_one_second_after_the_last_day_is_too_late() -> None:
    with pytest.raises(objections.ObjectionDaysOver) as refused:
        scene.file(at=LAST_MOMENT + SECOND)
    assert refused.value.last == scene.LAST_DAY
    assert events() == []


def test_one_address_files_so_many_a_day_and_goes_on_tomorrow() -> None:
    for _ in range(objections.MOST_A_DAY):
        scene.file()
    with pytest.raises(objections.TooManyObjections):
        scene.file(2)
    assert scene.file(2, sender="192.0.2.8")
    assert scene.file(2, at=story.september(9))


@pytest.mark.parametrize("who", ["caseworker-1", "caseworker-2"])
def test_who_recommended_or_decided_the_claim_does_not_answer(who: str) -> None:
    ref = scene.file()
    for answer in (scene.admit, scene.dismiss):
        with pytest.raises(SamePerson):
            answer(ref, by=story.account(who))
    assert scene.objection(ref).state == "open"


def test_a_claimant_does_not_answer_objections_to_the_own_case() -> None:
    with pytest.raises(SamePerson):
        scene.dismiss(scene.file(), by=story.account())


def test_who_is_the_ill_person_does_not_answer_whichever_account_made_the_claim() -> None:
    ref, ill, other = scene.file(), scene.independent("caseworker-4"), scene.independent()
    with transaction():
        known = scene.claim().membership.person
        same = {name: getattr(known, name) for name in ("birth_on", "province", "document_type", "identity_hash")}
        sealed = {"name_sealed": known.name_sealed, "document_sealed": known.document_sealed}
        at = story.september(1)
        db.session.add(Person(account_id=ill.id, relation="self", created_at=at, **same, **sealed))
    for answer in (scene.admit, scene.dismiss):
        with pytest.raises(SamePerson):
            answer(ref, by=ill)
    assert [one.id for one in hands.left_to_answer(scene.claim())] == [other.id]
    assert [objections_here.waiting(but_not_of=who.id) for who in (ill, other)] == [0, 1]
    assert [len(answering.waiting(by=who)) for who in (ill, other)] == [0, 1]


def test_an_answer_gives_its_public_reason() -> None:
    ref = scene.file()
    with pytest.raises(objections.AnswerWithoutReason):
        scene.admit(ref, reason="  ")
    assert scene.claim().state == "published"


def test_a_dismissed_objection_leaves_the_case_where_it_is_and_the_claimant_is_told() -> None:
    ref = scene.file()
    scene.dismiss(ref)
    story.approve()
    story.settle()
    assert scene.claim().state == "settled"
    assert events() == ["filed", "dismissed"]
    assert told("objection-dismissed") == 1
    assert scene.objection(ref).public_reason == scene.REASON


def test_admission_takes_the_case_out_and_the_rest_settles() -> None:
    scene.admit(scene.file())
    assert scene.claim().state == "in_review"
    assert scene.numbers(story.FIRST) == [2]
    story.approve()
    story.settle()
    assert scene.claim(2).state == "settled"
    assert scene.claim().state == "in_review"
    assert events() == ["filed", "admitted"]
    assert told("claim-admit-objection") == 1


def test_admission_leaves_who_shares_as_it_was() -> None:
    locked, seq = story.period().members, story.period().seq
    scene.admit(scene.file())
    assert (story.period().members, story.period().seq) == (locked, seq)
    story.sound()


def test_admission_after_the_approval_voids_it() -> None:
    ref = scene.file()
    story.approve()
    scene.admit(ref, at=story.september(11))
    assert story.period().state == "locked"
    assert story.period().approved_digest is None
    assert scene.settle_day() == []
    story.approve(at=story.september(14))
    story.settle(at=story.september(14))


def test_dismissal_after_the_approval_leaves_it() -> None:
    ref = scene.file()
    digest = story.approve()
    scene.dismiss(ref)
    assert story.period().approved_digest == digest


def test_one_admission_answers_every_open_objection_to_the_case() -> None:
    first, second, other = scene.file(), scene.file(sender="192.0.2.8"), scene.file(2)
    scene.admit(first)
    assert [scene.objection(ref).state for ref in (first, second, other)] == ["admitted", "admitted", "open"]


def test_an_objection_is_answered_once() -> None:
    ref = scene.file()
    scene.dismiss(ref)
    with pytest.raises(objections.AlreadyAnswered) as refused:
        scene.admit(ref, by=scene.independent("caseworker-4"))
    assert refused.value.state == "dismissed"
    assert scene.claim().state == "published"


def test_a_case_that_was_taken_out_takes_no_more_objections() -> None:
    scene.admit(scene.file())
    with pytest.raises(objections.CaseNotOpen):
        scene.file(at=story.september(9))


def test_after_an_admission_the_earlier_decider_does_not_decide_again() -> None:
    scene.admit(scene.file(2))
    one, two = story.account("caseworker-1"), story.account("caseworker-2")
    with pytest.raises(SamePerson):
        decide_again(2, first=one, second=two)
    decide_again(2, first=one, second=scene.independent("caseworker-4"))
    assert scene.claim(2).state == "approved"


def test_who_admitted_an_objection_neither_recommends_nor_decides_that_claim_anew() -> None:
    scene.admit(scene.file(2))
    one, admitted = story.account("caseworker-1"), scene.independent()
    with pytest.raises(AdmittedIt):
        decide_again(2, first=admitted, second=scene.independent("caseworker-4"))
    with pytest.raises(AdmittedIt):
        decide_again(2, first=one, second=admitted)
    assert admitted not in hands.left_to_decide(scene.claim(2))


def test_who_investigated_a_claim_answers_no_objection_to_it() -> None:
    ref, once = scene.file(), scene.independent()
    claim = scene.claim()
    with transaction():
        investigated(claim, once, asked_by=story.account("caseworker-1"))
    for answer in (scene.admit, scene.dismiss):
        with pytest.raises(SamePerson):
            answer(ref, by=once)
    assert once not in hands.left_to_answer(claim)
    assert once not in hands.left_to_decide(claim)


def test_a_case_approved_again_is_another_case_of_a_later_period() -> None:
    with transaction():
        desk = story.account("caseworker-1")
        case, at = scene.case(2), story.september(8)
        taking_away.take_down(case, only_story=False, reason="Names a village.", by=desk, at=at)
    scene.admit(scene.file(2))
    decide_again(2, first=story.account("caseworker-1"), second=scene.independent("caseworker-4"))
    earlier = scene.case(2).ref
    story.approve()
    story.settle()
    story.lock(story.SECOND)
    assert scene.numbers(story.SECOND) == [1]
    again = scene.case(1, story.SECOND)
    assert again.ref != earlier
    assert (again.place, again.detail_ends_on) == (WITHHELD, None), "what was taken down stays down"
    down = db.session.scalars(db.select(TakenAway).where(TakenAway.case_id == again.id)).one()
    assert (down.cause, down.reason) == ("takedown", "Names a village.")
    story.approve(story.SECOND)
    story.settle(story.SECOND)
    assert scene.claim(1, story.SECOND).state == "settled"
