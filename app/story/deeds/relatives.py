"""What relatives report, and what a caseworker answers; and consents that are taken back."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from app.claims.consents import actions as claim_consents
from app.db import db, transaction
from app.memberships.leaving import actions as ending
from app.memberships.reports import actions as reporting
from app.models import Claim, Report, Rescission
from app.review.reports import actions as answering
from app.review.rescinding import actions as rescinding
from app.services import evidence, report_checks
from app.services.days import day_of
from app.services.reports import PROOF, Payee, Told
from app.story import papers, people
from app.story.bad_day import Deed
from app.story.deeds import members
from app.story.deeds.gate import somebody
from app.web import clock, proofs

if TYPE_CHECKING:
    from app.story.telling import Story


def reports(kind: Literal["death", "incapacity"], of: str, *, relation: str) -> Deed:
    """A relative reports that somebody has died, or cannot look after an account any more."""

    def deed(story: Story, who: str, at: dt.datetime) -> None:
        account = somebody(who)
        payee = Payee(account.name, "演示银行", "6217000011112222") if kind == "death" else None
        happened_on = day_of(at) - dt.timedelta(days=12)
        name, number = people.called(of).people[0].name, story.people[of, 0].number
        told = Told(kind, relation, name, "resident", number, happened_on, takes_over=True, payee=payee)
        page = papers.picture("死亡证明" if kind == "death" else "诊断证明书", ("（样本）",))
        brought, _refused = proofs.take_in([FileStorage(io.BytesIO(page), filename="证明.jpg")], kind=PROOF, at=at)
        reporting.report(told, brought, by=account, at=at)

    return deed


def is_confirmed(_story: Story, who: str, at: dt.datetime) -> None:
    """One caseworker compares the proof and proposes, another one does so too and carries the report out."""
    waiting = select(Report).where(Report.account_id == somebody(who).id, Report.state == "reported")
    report = db.session.scalars(waiting).one()
    first, second = somebody("caseworker-3"), somebody("caseworker-4")
    for by in (first, second):
        for proof in report_checks.proofs_of(report):
            evidence.open_view(proof, by=by, role="caseworker", at=at)
    with transaction():
        answering.propose(report, by=first, at=at)
    with transaction():
        answering.confirm(report, by=second, at=at, on_the_wall=clock.real_now())


def takes_publication_back(_story: Story, who: str, at: dt.datetime) -> None:
    """Somebody who was helped takes the consent to publication back: the case shows plan, amount and date only."""
    claims = select(Claim).where(Claim.account_id == somebody(who).id).order_by(Claim.id.desc())
    with transaction():
        claim = db.session.scalars(claims.limit(1)).one()
        claim_consents.withdraw_consent(claim, "publication", by=somebody(who), at=at)


def takes_joining_back(story: Story, who: str, at: dt.datetime) -> None:
    """A member takes the consent to the health declaration back, which means leaving."""
    label, slug = who.split("/")
    with transaction():
        ending.withdraw_consent(members.membership_of(story, label, slug), "declaration", by=somebody(label), at=at)


def is_rescinded(story: Story, who: str, at: dt.datetime) -> None:
    """A caseworker decides that a membership ends because an illness was not declared."""
    label, slug = who.split("/")
    reason = "加入前一年的住院记录写明甲状腺恶性肿瘤，健康告知未如实回答。"
    with transaction():
        rescinding.decide(members.membership_of(story, label, slug), "2.2", reason, by=somebody("caseworker-1"), at=at)


def contests(story: Story, who: str, at: dt.datetime) -> None:
    """The member contests that decision."""
    with transaction():
        made = _rescission(story, who)
        words = "那次住院是误诊，复查病理为良性，报告已交给审核员。"
        ending.contest(made, words, by=somebody(who.partition("/")[0]), at=at)


def is_lifted(story: Story, who: str, at: dt.datetime) -> None:
    """Another caseworker agrees with the member: the membership goes on."""
    with transaction():
        rescinding.answer(_rescission(story, who), uphold=False, by=somebody("caseworker-2"), at=at)


def _rescission(story: Story, who: str) -> Rescission:
    label, slug = who.split("/")
    held = members.membership_of(story, label, slug)
    return db.session.scalars(select(Rescission).where(Rescission.membership_id == held.id)).one()
