"""The deeds of the story, each told through the action that the web would call."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.accounts import actions as gate
from app.claims import actions as claiming
from app.claims.forms import Event
from app.db import db, transaction
from app.disclosures.objecting import actions as objecting
from app.disclosures.objecting.actions import Said
from app.domain.calendar import completed_years
from app.domain.eligibility import benefit_for
from app.memberships.joining import actions as joining
from app.memberships.joining import queries as offers
from app.memberships.joining.forms import NewPerson
from app.models import Account, Award, Case, Claim, Membership, Objection, StaffRole
from app.review import actions as reviewing
from app.review.objections import actions as answering
from app.services import audit, claim_file, evidence, objections
from app.services.claim_file import BankAccount
from app.services.days import day_of
from app.services.decisions import DecisionValue, RecommendationValue
from app.story import papers
from app.story.cast import PASSWORD, Household, birthday_years_ago

if TYPE_CHECKING:
    from app.story.plot import ClaimPlot, ObjectionPlot
    from app.story.telling import Story

_REFUSAL = (
    "病理诊断为原位癌，未见浸润，不属于恶性肿瘤。",
    "如有另一份病理报告证实存在浸润，请随申诉提交。",
)
_TOLD = "体检发现异常后到医院进一步检查，确诊后已住院治疗。"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A person of a household: the identity number drawn for them, and their memberships by plan."""

    number: str
    memberships: dict[str, int]


def sign_up(label: str, email: str, name: str, language: str, *, at: dt.datetime) -> Account:
    """Somebody of the cast opens an account and can be played from then on."""
    account = gate.open_account(email=email, name=name, password_hash=_password_hash(), language=language, at=at)
    account.demo_label = label
    db.session.flush()
    return account


@cache
def _password_hash() -> str:
    """The whole cast has one password; hashing it is slow on purpose."""
    return gate.hash_password(PASSWORD)


def appoint(account: Account, role: str, *, at: dt.datetime) -> None:
    """Appoint somebody of the cast, as `flask staff add` does."""
    db.session.add(StaffRole(account_id=account.id, role=role, appointed_at=at))
    audit.note(f"staff.appointed.{role}", "account", account.ref, by=None, role="system", at=at)
    db.session.flush()


def played_by(label: str) -> Account:
    """The account of somebody of the cast."""
    return db.session.scalars(select(Account).where(Account.demo_label == label)).one()


def join(  # noqa: PLR0913 -- who, with whom, where, for how much, when
    story: Story, household: Household, *, index: int, slug: str, fen: int, at: dt.datetime
) -> None:
    """One person of a household joins one plan, step by step as in the browser."""
    somebody = household.people[index]
    birth_on = birthday_years_ago(story.times.opening, somebody.age) - dt.timedelta(days=40 + index)
    held = story.people.get((household.label, index))
    number = held.number if held else story.numbers.next(birth_on)
    with transaction():
        account = played_by(household.label)
        person = joining.name_person(
            NewPerson(somebody.name, birth_on, somebody.relation, somebody.province, "resident", number),
            by=account,
            at=at,
        )
        offered = offers.offer(slug, on=day_of(at))
        if offered is None:
            raise LookupError(f"{slug} is not open")
        application = joining.begin(offered, person, by=account, at=at)
        items = offered.member.declaration
        joining.declare(application, items, {item.key: False for item in items}, language=account.language, at=at)
        joining.agree(application, language=account.language, at=at)
        joining.submit(application, offered, fen, by=account, at=at)
        membership = db.session.scalars(select(Membership).where(Membership.application_id == application.id)).one()
        known = story.people.setdefault((household.label, index), Enrolled(number, {}))
        known.memberships[slug] = membership.id


def write_claim(story: Story, plotted: ClaimPlot) -> None:
    """Write the scenes of one claim, from its draft to its fate."""
    published = story.times.periods[plotted.period].publication_day
    filed = published - dt.timedelta(days=plotted.days_before)
    teller = _Claim(story, plotted, event_on=filed - dt.timedelta(days=plotted.event_days_before))
    minute = 3 * len(story.scenes) % 50
    steps: list[tuple[int, int, Callable[[dt.datetime], None]]] = [(0, 9, teller.file)]
    if plotted.fate != "draft":
        steps.append((0, 16, teller.submit))
    if plotted.fate == "withdrawn":
        steps.append((1, 11, teller.withdraw))
    if plotted.fate in ("approved", "refused", "recommended", "in_review", "evidence_asked"):
        steps.append((1, 10, teller.begin))
    if plotted.fate == "evidence_asked":
        steps.append((2, 11, teller.ask))
    if plotted.fate in ("approved", "refused", "recommended"):
        steps.append((3, 10, teller.recommend))
    if plotted.fate in ("approved", "refused"):
        steps.append((5, 15, teller.decide))
    for days, hour, play in steps:
        story.add(story.at(filed + dt.timedelta(days=days), hour, minute), play)


def write_objection(story: Story, plotted: ObjectionPlot) -> None:
    """Write the scenes of one objection: filed on the newest publication day, and perhaps dismissed the same day."""
    day = story.times.periods[-1].publication_day

    def against() -> Case:
        account = played_by(plotted.member)
        cases = select(Case).join(Award, Case.award_id == Award.id).join(Claim, Award.claim_id == Claim.id)
        return db.session.scalars(cases.where(Claim.account_id == account.id, Case.published_on == day)).one()

    def file(at: dt.datetime) -> None:
        with transaction():
            said = Said(plotted.text, plotted.name, plotted.contact)
            objecting.file(against(), said, sender=plotted.member, at=at)

    def dismiss(at: dt.datetime) -> None:
        with transaction():
            objection = db.session.scalars(select(Objection).where(Objection.case_id == against().id)).one()
            claim = objections.claim_of(objection.case)
            desk = (played_by(f"caseworker-{number}") for number in range(1, 5))
            by = next(one for one in desk if answering.may_answer(claim, one))
            answering.dismiss(objection, plotted.reason, by=by, at=at)

    story.add(story.at(day, plotted.hour), file)
    if plotted.dismissed_at is not None:
        story.add(story.at(day, plotted.dismissed_at), dismiss)


class _Claim:
    """One claim being told. Rows are loaded anew in each scene, as each request would."""

    def __init__(self, story: Story, plotted: ClaimPlot, *, event_on: dt.date) -> None:
        self.story, self.plotted, self.event_on = story, plotted, event_on
        self.ref = ""
        number = len(story.scenes)
        self.first, self.second = ("caseworker-1", "caseworker-2") if number % 2 else ("caseworker-3", "caseworker-4")

    def _load(self) -> Claim:
        return db.session.scalars(select(Claim).where(Claim.ref == self.ref)).one()

    def file(self, at: dt.datetime) -> None:
        """Open the draft, tell the event, hand in the papers, name the bank account, consent."""
        plotted = self.plotted
        with transaction():
            account = played_by(plotted.member)
            held = self.story.people[plotted.member, plotted.person]
            membership = db.session.get_one(Membership, held.memberships[plotted.plan])
            claim = claiming.open_claim(membership, by=account, at=at)
            self.ref = claim.ref
            place = membership.person.province
            claiming.tell_event(
                claim, Event(self.event_on, plotted.group, plotted.benefit, place, _TOLD), by=account, at=at
            )
        if plotted.fate == "draft":
            return
        self._bring_papers(at)
        with transaction():
            account = played_by(plotted.member)
            claim = self._load()
            number = "6222" + "0" * 11 + f"{int(claim.membership.person.id) % 10_000:04d}"
            claiming.name_bank_account(claim, BankAccount(account.name, "演示银行", number), by=account, at=at)
            claiming.give_consents(claim, level=plotted.level, language=account.language, by=account, at=at)

    def _bring_papers(self, at: dt.datetime) -> None:
        account, claim = played_by(self.plotted.member), self._load()
        for number, line in enumerate(claim_file.checklist(claim)):
            wanted = claim_file.checklist(claim)[number]
            if not wanted.is_missing:
                continue
            title = line.wanted.name.zh
            said = (
                f"日期：{self.event_on.isoformat()}",
                f"编号：{claim.ref[:4]}-{number + 1:02d}",
                "姓名：（样本）",
                "结论：见附页",
            )
            content, ending = (
                (papers.pdf(title, said), "pdf") if number % 3 == 1 else (papers.picture(title, said), "jpg")
            )
            evidence.receive(
                io.BytesIO(content),
                claim=claim,
                kind=line.wanted.key,
                filename=f"{title}.{ending}",
                account=account,
                at=at,
            )

    def submit(self, at: dt.datetime) -> None:
        """Hand it in."""
        with transaction():
            claiming.submit(self._load(), by=played_by(self.plotted.member), at=at)

    def withdraw(self, at: dt.datetime) -> None:
        """Take it back."""
        with transaction():
            claiming.withdraw(self._load(), by=played_by(self.plotted.member), at=at)

    def begin(self, at: dt.datetime) -> None:
        """A caseworker opens it and looks at the papers."""
        with transaction():
            reviewing.begin(self._load(), by=played_by(self.first), at=at)
        reader = played_by(self.first)
        for document in evidence.documents_of(self._load())[:2]:
            for _ in evidence.open_view(document, by=reader, role="caseworker", at=at):
                pass

    def ask(self, at: dt.datetime) -> None:
        """The caseworker asks for more."""
        with transaction():
            reviewing.ask_evidence(
                self._load(), ["pathology_report"], "病理报告的分型一栏看不清，请重新拍一张完整、清晰的照片。",
                by=played_by(self.first), at=at,
            )  # fmt: skip

    def recommend(self, at: dt.datetime) -> None:
        """The first reviewer recommends."""
        with transaction():
            claim = self._load()
            reviewing.recommend(claim, self._recommended(claim), by=played_by(self.first), at=at)

    def _recommended(self, claim: Claim) -> RecommendationValue:
        terms = claim_file.terms_of(claim)
        if self.plotted.fate == "refused":
            return RecommendationValue("refuse", 0, terms.exclusions[0].number, _REFUSAL[0])
        age = completed_years(claim.membership.person.birth_on, self.event_on)
        benefit = benefit_for(terms, age, self.plotted.benefit)
        return RecommendationValue("approve", benefit.amount_fen, benefit.clause, "材料齐全，符合条款所列条件。")

    def decide(self, at: dt.datetime) -> None:
        """The second reviewer, another person, decides."""
        with transaction():
            claim = self._load()
            said = self._recommended(claim)
            reviewing.decide(
                claim,
                DecisionValue(
                    verdict=said.verdict, amount_fen=said.amount_fen, clause=said.clause,
                    evidence="病理报告第 1 页、诊断证明书", reason=said.reason,
                    would_change=_REFUSAL[1] if said.verdict == "refuse" else "",
                ),
                by=played_by(self.second),
                at=at,
            )  # fmt: skip
