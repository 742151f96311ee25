"""A claim from its draft to its fate: what its claimant does, and what the desk does with it."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from app.claims import actions as claiming
from app.claims.forms import Event
from app.db import db, transaction
from app.domain.calendar import completed_years
from app.domain.claim_questions import Item, due_day
from app.domain.eligibility import benefit_for
from app.models import Award, Case, Claim, Membership, Objection
from app.review import actions as reviewing
from app.services import claim_file, evidence
from app.services.claim_file import BankAccount
from app.services.days import day_of
from app.services.decisions import DecisionValue, RecommendationValue
from app.story import papers
from app.story.deeds import stories
from app.story.deeds.gate import somebody

if TYPE_CHECKING:
    from app.story.claims_plot import ClaimPlot
    from app.story.telling import Story

_REFUSAL = (
    "病理诊断为原位癌，未见浸润，不属于恶性肿瘤。",
    "如有另一份病理报告证实存在浸润，请随申诉提交。",
)
_WAITING = (
    "确诊日期在等待期之内，依条款不予互助；本人已交的分摊与其他会员相同。",
    "如能证明疾病由意外伤害直接引起，等待期不适用，请随申诉提交证明。",
)
_APPEAL = "我在另一家医院重新做了病理会诊，报告写明有浸润，请重新审核。"
_ASKED = (
    Item("line", "病理报告的分型一栏看不清，请重新拍一张完整、清晰的照片。", line="pathology_report"),
    Item("words", "出院小结写的入院日期与诊断证明不一致，我们需要知道以哪个为准。", title="您是哪一天住院的？"),
)
_ASKED_IN_ENGLISH = (
    Item("line", "The type of tumour cannot be read. Please take a new, sharp photo.", line="pathology_report"),
    Item(
        "words",
        "The discharge summary and the certificate give different days; we need to know which one holds.",
        title="On which day were you admitted to hospital?",
    ),
)
_TOLD = "体检发现异常后到医院进一步检查，确诊后已住院治疗。"


_WAY: Final[dict[str, tuple[tuple[int, int, str], ...]]] = {
    # fate: (days after filing, hour, deed)
    "draft": (),
    "submitted": ((0, 16, "submit"),),
    "withdrawn": ((0, 16, "submit"), (1, 11, "withdraw")),
    "in_review": ((0, 16, "submit"), (1, 10, "begin")),
    "evidence_asked": ((0, 16, "submit"), (1, 10, "begin"), (2, 11, "ask")),
    "recommended": ((0, 16, "submit"), (1, 10, "begin"), (3, 10, "recommend")),
    "approved": ((0, 16, "submit"), (1, 10, "begin"), (3, 10, "recommend"), (5, 15, "decide")),
    "answered": (
        (0, 16, "submit"), (1, 10, "begin"), (1, 11, "ask"), (3, 9, "answer"), (3, 11, "begin"), (4, 10, "recommend"),
        (6, 15, "decide"),
    ),
    "sent_back": (
        (0, 16, "submit"), (1, 10, "begin"), (2, 10, "recommend"), (3, 10, "send_back"), (4, 10, "recommend"),
        (6, 15, "decide"),
    ),
    "appealed": ((9, 10, "appeal"),),
    "appeal_won": ((9, 10, "appeal"), (13, 15, "win")),
    "appeal_lost": ((9, 10, "appeal"), (13, 15, "lose")),
    "appeal_withdrawn": ((9, 10, "appeal"), (11, 15, "withdraw")),
    "removed": ((9, 11, "withdraw"),),
}  # fmt: skip
"""The way of each fate. Appeals begin with a refusal; what is removed was approved, published, and a day old."""


def _way_of(fate: str) -> tuple[tuple[int, int, str], ...]:
    begins = {"refused": "approved", "ruled_out": "approved", "removed": "approved"}.get(
        fate, "approved" if fate.startswith("appeal") else ""
    )
    return (*_WAY.get(begins, ()), *_WAY.get(fate, ()))


def write_claim(story: Story, plotted: ClaimPlot) -> None:
    """Write the scenes of one claim, from its draft to its fate."""
    filed = story.published(plotted.period, -plotted.days_before)
    teller = _Claim(story, plotted, event_on=filed - dt.timedelta(days=plotted.event_days_before))
    minute = 3 * story.written % 50
    story.add(story.at(filed, 9, minute), teller.file)
    stories.write_readings(story, plotted, filed)
    for days, hour, deed in _way_of(plotted.fate):
        story.add(story.at(filed + dt.timedelta(days=days), hour, minute), getattr(teller, deed))


class _Claim:
    """One claim being told. Rows are loaded anew in each scene, as each request would."""

    def __init__(self, story: Story, plotted: ClaimPlot, *, event_on: dt.date) -> None:
        self.story, self.plotted, self.event_on = story, plotted, event_on
        self.ref = ""
        number = story.written
        pairs = (("caseworker-1", "caseworker-2"), ("caseworker-3", "caseworker-4"))
        (self.first, self.second), (self.third, self.fourth) = pairs if number % 2 else pairs[::-1]

    def _load(self) -> Claim:
        return db.session.scalars(select(Claim).where(Claim.ref == self.ref)).one()

    def file(self, at: dt.datetime) -> None:
        """Open the draft, tell the event, hand in the papers, name the bank account, consent."""
        plotted = self.plotted
        with transaction():
            account = somebody(plotted.member)
            held = self.story.people[plotted.member, plotted.person]
            membership = db.session.get_one(Membership, held.memberships[plotted.plan])
            claim = claiming.open_claim(membership, by=account, at=at)
            self.ref = claim.ref
            if claim.filer is None:
                claiming.say_who_files(claim, "guardian", by=account, at=at)
            place = membership.person.province
            claiming.tell_event(
                claim, Event(self.event_on, plotted.group, plotted.benefit, place, _TOLD), by=account, at=at
            )
        if plotted.fate == "draft":
            return
        self._bring_papers(at)
        with transaction():
            account = somebody(plotted.member)
            claim = self._load()
            number = "6222" + "0" * 11 + f"{int(claim.membership.person.id) % 10_000:04d}"
            claiming.name_bank_account(claim, BankAccount(account.name, "演示银行", number), by=account, at=at)
            claiming.give_consents(claim, level=stories.level_of(plotted), language=account.language, by=account, at=at)
            stories.tell(claim, plotted, by=account, at=at)

    def _bring_papers(self, at: dt.datetime) -> None:
        account, claim = somebody(self.plotted.member), self._load()
        for number, line in enumerate(claim_file.checklist(claim)):
            wanted = claim_file.checklist(claim)[number]
            if not wanted.is_missing:
                continue
            title = line.wanted.name.zh
            said = ("日期：（样本）", f"编号：{number + 1:02d}", "姓名：（样本）", "结论：见附页")
            content, ending = (
                (papers.pdf(title, said), "pdf") if number % 3 == 1 else (papers.picture(title, said), "jpg")
            )
            whose = self.plotted.same_report_as if line.wanted.key == "pathology_report" else ""
            content = papers.numbered(content, whose or f"{self.plotted.member} {self.plotted.period}")
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
            claiming.submit(self._load(), by=somebody(self.plotted.member), at=at)

    def withdraw(self, at: dt.datetime) -> None:
        """Take it back."""
        with transaction():
            claiming.withdraw(self._load(), by=somebody(self.plotted.member), at=at)

    def begin(self, at: dt.datetime) -> None:
        """A caseworker opens it and looks at the papers."""
        with transaction():
            reviewing.begin(self._load(), by=somebody(self.first), at=at)
        reader = somebody(self.first)
        for document in evidence.documents_of(self._load())[:2]:
            for _ in evidence.open_view(document, by=reader, role="caseworker", at=at):
                pass

    def ask(self, at: dt.datetime) -> None:
        """The caseworker asks for more."""
        with transaction():
            wanted = _ASKED_IN_ENGLISH if somebody(self.plotted.member).language == "en" else _ASKED
            items = wanted if self.plotted.fate == "evidence_asked" else wanted[:1]
            reviewing.ask(self._load(), items, due_day(day_of(at)), by=somebody(self.first), at=at)

    def recommend(self, at: dt.datetime) -> None:
        """The first reviewer recommends."""
        with transaction():
            claim = self._load()
            reviewing.recommend(claim, self._recommended(claim), by=somebody(self.first), at=at)

    def _recommended(self, claim: Claim) -> RecommendationValue:
        terms = claim_file.terms_of(claim)
        if self.plotted.fate == "ruled_out":
            return RecommendationValue("refuse", 0, terms.cited.waiting, _WAITING[0])
        if self.plotted.fate == "refused" or self.plotted.fate.startswith("appeal"):
            return RecommendationValue("refuse", 0, terms.exclusions[0].number, _REFUSAL[0])
        return self._approved(claim)

    def _approved(self, claim: Claim) -> RecommendationValue:
        age = completed_years(claim.membership.person.birth_on, self.event_on)
        benefit = benefit_for(claim_file.terms_of(claim), age, self.plotted.benefit)
        amount_fen = self.plotted.amount_fen or benefit.amount_fen
        return RecommendationValue("approve", amount_fen, benefit.clause, "材料齐全，符合条款所列条件。")

    def decide(self, at: dt.datetime) -> None:
        """The second reviewer, another person, decides."""
        self._decide(self._recommended(self._load()), by=self.second, at=at)

    def _decide(self, said: RecommendationValue, *, by: str, at: dt.datetime) -> None:
        would_change = (_WAITING if self.plotted.fate == "ruled_out" else _REFUSAL)[1]
        with transaction():
            reviewing.decide(
                self._load(),
                DecisionValue(
                    verdict=said.verdict, amount_fen=said.amount_fen, clause=said.clause,
                    evidence="病理报告第 1 页、诊断证明书", reason=said.reason,
                    would_change=would_change if said.verdict == "refuse" else "",
                ),
                by=somebody(by),
                at=at,
            )  # fmt: skip

    def answer(self, at: dt.datetime) -> None:
        """The claimant brings what was asked for."""
        with transaction():
            said = {1: "已重新拍照，原件在医院病案室，复印件与原件一致。"}
            claiming.reply(self._load(), said, by=somebody(self.plotted.member), at=at)
            claiming.answer(self._load(), "请查收。", by=somebody(self.plotted.member), at=at)

    def send_back(self, at: dt.datetime) -> None:
        """The second reviewer asks for another look."""
        with transaction():
            said = "请再核对一次肿瘤分期，出院小结与病理报告的写法不一致。"
            reviewing.send_back(self._load(), said, by=somebody(self.second), at=at)

    def appeal(self, at: dt.datetime) -> None:
        """The claimant appeals."""
        with transaction():
            claiming.appeal(self._load(), _APPEAL, by=somebody(self.plotted.member), at=at)

    def win(self, at: dt.datetime) -> None:
        """A third person decides the appeal for the claimant."""
        self._decide(self._approved(self._load()), by=self.third, at=at)

    def lose(self, at: dt.datetime) -> None:
        """A third person decides the appeal as it was decided before."""
        self._decide(self._recommended(self._load()), by=self.third, at=at)


def reconsider(_story: Story, who: str, at: dt.datetime) -> None:
    """A case that an admitted objection sent back is looked at anew, by people who neither decided nor admitted."""
    claim = db.session.scalars(
        select(Claim).where(Claim.account_id == somebody(who).id).order_by(Claim.id.desc()).limit(1)
    ).one()
    approved = claim.decisions[-1]
    said = "身份证件已重新核对，出生日期和年龄段无误，金额不变。"
    desk = [somebody(f"caseworker-{number}") for number in range(1, 5)]
    admitted = (
        select(Objection.answered_by)
        .join(Case, Objection.case_id == Case.id)
        .join(Award)
        .where(Award.claim_id == claim.id)
    )
    had_a_hand = {made.by for made in claim.decisions} | set(db.session.scalars(admitted))
    free = [one for one in desk if one.id not in had_a_hand]
    with transaction():
        value = RecommendationValue("approve", approved.amount_fen, approved.clause, said)
        reviewing.recommend(claim, value, by=free[0], at=at)
    with transaction():
        made = DecisionValue("approve", approved.amount_fen, approved.clause, "身份证件、病理报告第 1 页", said)
        reviewing.decide(claim, made, by=free[1], at=at)
