"""Investigations: agreed to, opened, reported once, ended for every reason there is, and never a look afterwards."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.exc import DatabaseError

from app.claims.consents import actions as consenting
from app.db import db, transaction
from app.domain.claim_states import SamePerson
from app.domain.investigations import (
    AnswerTooLate,
    ClaimNotInReview,
    DueOutside,
    InvestigationOver,
    NoConsent,
    NoSuchDocument,
    NotAnInvestigator,
    OneIsOpen,
    SaidAlready,
    TooClose,
)
from app.models import (
    Account,
    Audit,
    Claim,
    Consent,
    Evidence,
    Investigation,
    InvestigationDocument,
    InvestigationReport,
    Message,
    StaffRole,
)
from app.review import actions as reviewing
from app.services import claims, evidence
from app.services.investigations import ending, hearing, opening, working
from app.services.investigations.opening import Asked
from tests.claims.builders import NOW, account, claim, membership, picture
from tests.review.desk import REFUSE, REFUSED, caseworker

DUE = dt.date(2026, 12, 10)
KINDS = ("claim_file", "investigator")


class Scene:
    """A claim in review with two documents, its consents, a caseworker and an investigator."""

    def __init__(self) -> None:
        with transaction():
            self.owner, self.shen, self.qiao = account(), caseworker(), caseworker("qiao")
            self.wu = staff("wu@example.org")
            self.claim = claim(membership(self.owner.id))
            self.consent(*KINDS)
        self.papers = [self._bring(shade) for shade in (40, 90)]
        with transaction():
            claims.move(self.claim, "submit", by=self.owner.id, role="member", at=NOW)
            reviewing.begin(self.claim, by=self.shen, at=NOW)

    def _bring(self, shade: int) -> Evidence:
        content = io.BytesIO(picture(shade=shade))
        return evidence.receive(
            content, claim=self.claim, kind="pathology_report", filename="a.jpg", account=self.owner, at=NOW
        )

    def consent(self, *kinds: str) -> None:
        of = {"account_id": self.owner.id, "claim_id": self.claim.id}
        db.session.add_all(Consent(**of, kind=kind, text_version=f"{kind}-1-zh", given_at=NOW) for kind in kinds)
        db.session.flush()

    def asked(self, **changed: object) -> Asked:
        said = {
            "investigator": self.wu.ref,
            "questions": "首诊日期？",
            "documents": (self.papers[0].ref,),
            "due_on": DUE,
        }
        return Asked(**(said | changed))  # type: ignore[arg-type]

    def open(self, **changed: object) -> Investigation:
        with transaction():
            return opening.open_for(self.claim, self.asked(**changed), by=self.shen, at=NOW)

    def file(self, one: Investigation) -> None:
        with transaction():
            ending.file(one, done="问过医院。", found="首诊日期属实。", papers=[], by=self.wu, at=NOW)

    def end(self, way: str, one: Investigation) -> str:
        """End it in one of the ways; the cause that is kept."""
        with transaction():
            if way == "consent_withdrawn":
                consenting.withdraw_consent(self.claim, "investigator", by=self.owner, at=NOW)
            elif way == "role_ended":
                ending.close_of_investigator(self.wu, at=NOW)
            elif way == "claim_withdrawn":
                claims.move(self.claim, "withdraw", by=self.owner.id, role="member", at=NOW)
            elif way == "claim_decided":
                reviewing.recommend(self.claim, REFUSE, by=self.shen, at=NOW)
                assert one.state == "open", "a recommendation leaves it open"
                reviewing.decide(self.claim, REFUSED, by=self.qiao, at=NOW)
            else:
                ending.call_off(one, "不再需要。", by=self.shen, at=NOW)
        db.session.refresh(one)
        return str(one.cause)


def staff(email: str, *roles: str) -> Account:
    row = account(email)
    db.session.add_all(StaffRole(account_id=row.id, role=role, appointed_at=NOW) for role in roles or ("investigator",))
    db.session.flush()
    return row


@pytest.fixture
def scene(app: Flask) -> Iterator[Scene]:
    with app.app_context():
        yield Scene()


def told(account_id: int) -> list[str]:
    return list(
        db.session.scalars(db.select(Message.kind).where(Message.account_id == account_id).order_by(Message.id))
    )


def test_it_is_opened_with_the_separate_consent_alone_by_whom_and_what_the_rules_allow(scene: Scene):
    with transaction():
        near = staff("near@example.org")
        membership(near.id, "child-health")  # the same person among the own people
        judge = staff("judge@example.org", "investigator", "caseworker")
    assert [one.id for one in opening.candidates(scene.claim)] == [scene.wu.id]
    for changed, wrong in (
        ({"investigator": near.ref}, TooClose),
        ({"investigator": judge.ref}, NotAnInvestigator),
        ({"investigator": scene.owner.ref}, NotAnInvestigator),
        ({"documents": ("0123456789AB",)}, NoSuchDocument),
        ({"due_on": NOW.date()}, DueOutside),
        ({"due_on": dt.date(2027, 3, 1)}, DueOutside),
    ):
        with pytest.raises(wrong):
            scene.open(**changed)
    one = scene.open()
    assert (one.round, one.state, one.questions) == (1, "open", "首诊日期？")
    assert "首诊".encode() not in (one.questions_sealed or b"")
    with pytest.raises(OneIsOpen):
        scene.open()
    assert told(scene.wu.id) == ["investigation-assigned"]
    assert told(scene.owner.id)[-1] == "investigation-begun"


def test_without_the_consent_nothing_is_opened_and_the_database_agrees(scene: Scene):
    scene.end("consent_withdrawn", scene.open())
    with pytest.raises(NoConsent):
        scene.open()
    past_the_rules = Investigation(
        claim_id=scene.claim.id, round=2, investigator_id=scene.wu.id, opened_by=scene.shen.id, at=NOW, due_on=DUE,
        questions="?",
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="separate consent"):
        written(past_the_rules)
    with transaction():
        assert opening.agree(scene.claim, language="zh", by=scene.owner, at=NOW + dt.timedelta(minutes=1))
        assert not opening.agree(scene.claim, language="zh", by=scene.owner, at=NOW)
    assert scene.open().round == 2


def test_chosen_documents_are_seen_while_it_is_open_and_others_never(scene: Scene):
    one = scene.open()
    chosen, other = scene.papers
    assert working.document_of(one, chosen.ref) is not None
    assert working.document_of(one, other.ref) is None
    with transaction():
        working.note_look(one, by=scene.wu, at=NOW)
    assert b"".join(evidence.open_original(chosen, by=scene.wu, role="investigator", at=NOW))
    looks = db.session.execute(
        db.select(Audit.role, Audit.deed).where(Audit.account_id == scene.wu.id).order_by(Audit.id)
    )
    assert [tuple(look) for look in looks] == [
        ("investigator", "investigation.read"), ("investigator", "evidence.original_opened"),
    ]  # fmt: skip
    scene.file(one)
    with pytest.raises(DatabaseError, match="chosen when it is opened"):
        written(InvestigationDocument(investigation_id=one.id, evidence_id=other.id))


def written(row: object) -> None:
    with transaction():
        db.session.add(row)
        db.session.flush()


@pytest.mark.parametrize("way", ["consent_withdrawn", "role_ended", "claim_withdrawn", "claim_decided", "called_off"])
def test_whatever_ends_it_ends_the_access_and_the_report_comes_too_late(scene: Scene, way: str):
    one = scene.open()
    assert scene.end(way, one) == way
    assert one.state == "closed"
    assert working.document_of(one, scene.papers[0].ref) is None
    with transaction(), pytest.raises(InvestigationOver):
        working.note_look(one, by=scene.wu, at=NOW)
    with pytest.raises(InvestigationOver):
        scene.file(one)
    assert db.session.scalar(db.select(InvestigationReport)) is None
    assert told(scene.wu.id)[-1] == "investigation-closed"
    if way in {"claim_withdrawn", "claim_decided"}:
        with pytest.raises(ClaimNotInReview):
            scene.open()
    elif way == "called_off":
        assert one.said("called_off") is not None
        assert scene.open().round == 2


def test_a_report_is_filed_once_and_stays_and_access_ends_with_it(scene: Scene):
    one = scene.open()
    scene.file(one)
    assert one.report is not None
    assert (one.state, one.report.found) == ("filed", "首诊日期属实。")
    assert working.document_of(one, scene.papers[0].ref) is None
    with pytest.raises(InvestigationOver):
        scene.file(one)
    for statement in ("UPDATE investigation_report SET at = at", "UPDATE investigation SET round = 7"):
        with pytest.raises(DatabaseError), transaction():
            db.session.execute(db.text(statement))
    assert told(scene.owner.id)[-1] == "investigation-finished"
    assert told(scene.shen.id)[-1] == "investigation-filed"


def test_an_investigator_who_knows_somebody_gives_it_back_with_a_reason(scene: Scene):
    one = scene.open()
    with transaction():
        ending.decline(one, "我认识主治医生。", by=scene.wu, at=NOW)
    said = one.said("declined")
    assert said is not None
    assert (one.state, said.text) == ("declined", "我认识主治医生。")
    assert told(scene.shen.id)[-1] == "investigation-declined"
    assert scene.open().round == 2


def test_the_claimant_reads_what_was_confirmed_and_answers_once_while_it_is_heard(scene: Scene):
    one = scene.open()
    scene.file(one)
    with transaction():
        hearing.share(one, "首诊日期属实（他人信息略）。", by=scene.qiao, at=NOW)
    with transaction(), pytest.raises(SaidAlready):
        hearing.share(one, "again", by=scene.shen, at=NOW)
    assert told(scene.owner.id)[-1] == "investigation-report"
    with transaction():
        hearing.answer(one, "没有异议。", by=scene.owner, at=NOW)
    with transaction(), pytest.raises(SaidAlready):
        hearing.answer(one, "again", by=scene.owner, at=NOW)
    two = scene.open()
    scene.file(two)
    with transaction():
        hearing.share(two, "同上。", by=scene.shen, at=NOW)
        claims.move(scene.claim, "withdraw", by=scene.owner.id, role="member", at=NOW)
    with transaction(), pytest.raises(AnswerTooLate):
        hearing.answer(two, "太晚了。", by=scene.owner, at=NOW)


def test_who_investigated_and_became_a_caseworker_decides_nothing_in_it(scene: Scene):
    made = scene.open()
    with transaction():
        ending.decline(made, "转岗。", by=scene.wu, at=NOW)
        db.session.add(StaffRole(account_id=scene.wu.id, role="caseworker", appointed_at=NOW))
    with pytest.raises(SamePerson), transaction():
        reviewing.recommend(scene.claim, REFUSE, by=scene.wu, at=NOW)


def test_the_clock_of_the_claim_runs_on(scene: Scene):
    from_before = claims_due(scene.claim)
    scene.open()
    assert claims_due(scene.claim) == from_before


def claims_due(one: Claim) -> dt.date:
    return opening.due_days(one, today=NOW.date())[1]
