"""The application as the machine plays it: every deed through its services, and what it says of the members."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from app.db import db, transaction
from app.disclosures.objecting import actions as filing
from app.domain.credits import Cause
from app.jobs import numbering, tick
from app.models import (
    Account,
    Award,
    Case,
    Claim,
    Decision,
    Evidence,
    Membership,
    Objection,
    Payment,
    Period,
    Plan,
    Recommendation,
    Settlement,
)
from app.review.objections import actions as answering
from app.services import (
    audit,
    crediting,
    enrolment,
    leaving,
    outbox,
    payments,
    payouts,
    pools,
    refunds,
    report_checks,
    reports,
    reversals,
    settling,
    standings,
    statement,
)
from app.services.reports import Payee, Told
from tests.machine.closing import ClosingPool
from tests.machine.nouns import DAY, midnight
from tests.services import pool_story as story

OPENED = dt.date(2026, 11, 10)
BEGINS = midnight(OPENED) + dt.timedelta(hours=12)
HEIRS = Payee("周宁", "中国银行杭州分行", "6222020200012345678")
BORN = dt.date(1998, 5, 2)
_numbers = itertools.count(1)


@dataclass(eq=False)
class World:
    """Two plans, and the oracle beside each."""

    names: dict[str, str]
    """What each plan is called here: its slug."""
    pools: dict[str, int]
    oracles: dict[str, ClosingPool] = field(default_factory=dict)
    documents: dict[int, str] = field(default_factory=dict)
    """The identity document behind each membership."""
    accounts: dict[str, int] = field(default_factory=dict)
    payee: bytes = b""

    # members

    def join(self, kind: str, deposits: tuple[int, ...], at: dt.datetime) -> None:
        numbers = [f"E{next(_numbers):07}" for _one in deposits]
        rows = [
            enrolment.Row(line, "欧阳若曦", BORN, "33", "passport", number, fen)
            for line, (number, fen) in enumerate(zip(numbers, deposits, strict=True), start=1)
        ]
        with transaction():
            organiser = db.session.get_one(Account, self.accounts["organiser"])
            done = enrolment.enrol(self.plan(kind), rows, account=organiser, at=at)
            assert done.members == len(deposits), done.refused
        joined = db.session.execute(
            text("SELECT id FROM membership WHERE pool_id = :pool ORDER BY id DESC LIMIT :many"),
            {"pool": self.pools[kind], "many": len(deposits)},
        ).scalars()
        for membership, number, fen in zip(reversed(joined.all()), numbers, deposits, strict=True):
            self.oracles[kind].join(membership, fen, at=at)
            self.documents[membership] = number

    def plan(self, kind: str) -> Plan:
        return db.session.scalars(db.select(Plan).where(Plan.slug == self.names[kind])).one()

    def member(self, number: int) -> Membership:
        return db.session.get_one(Membership, number)

    def top_up(self, number: int, fen: int, at: dt.datetime) -> int:
        with transaction():
            membership = self.member(number)
            return payments.ask(fen, account_id=membership.account_id, membership=membership, at=at).id

    def take_back(self, payment: int, at: dt.datetime) -> None:
        with transaction():
            reversals.reverse(
                db.session.get_one(Payment, payment), "the bank took it back", by=self.accounts["treasurer"], at=at
            )

    def leave(self, number: int, at: dt.datetime) -> None:
        with transaction():
            membership = self.member(number)
            leaving.leave(membership, by=membership.account_id, at=at)

    def stay(self, number: int, at: dt.datetime) -> None:
        with transaction():
            membership = self.member(number)
            leaving.undo(membership, by=membership.account_id, at=at)

    def die(self, number: int, died_on: dt.date, at: dt.datetime) -> None:
        """A relative reports it with a proof, a caseworker opens the proof and confirms."""
        told = Told("death", "child", "欧阳若曦", "passport", self.documents[number], died_on, False, HEIRS)
        caseworker = self.accounts["caseworker"]
        proof = Evidence(
            kind=reports.PROOF, name_sealed=b"x", media_type="image/png", view_media_type="image/png", size_bytes=1,
            original_hash=b"h%d" % number, wrapped_key=b"k", original_object=f"o{number}", view_object=f"v{number}",
            pages=1, uploaded_at=at,
        )  # fmt: skip
        with transaction():
            relative = db.session.get_one(Account, self.accounts["relative"])
            report = reports.make(told, [(proof, "")], by=relative, at=at)
            for one in report_checks.proofs_of(report):
                audit.note("evidence.view_opened", "evidence", one.ref, by=caseworker, role="caseworker", at=at)
            reports.confirm(report, by=caseworker, at=at, on_the_wall=BEGINS)

    # cases

    def approve_claim(self, number: int, fen: int, *, full: bool, at: dt.datetime) -> int:
        """A claim that two caseworkers have decided; how they came to it is another test's story."""
        one, two = self.accounts["caseworker-1"], self.accounts["caseworker-2"]
        membership = self.member(number)
        said = {"round": 1, "at": at, "verdict": "approve", "amount_fen": fen}
        with transaction():
            claim = Claim(
                account_id=membership.account_id, membership_id=number, member_terms_id=membership.member_terms_id,
                benefit="malignant_tumour" if full else "low_grade_tumour", disease_group="lung", province="33",
                event_on=OPENED - self._claims_of(number) * DAY, created_at=at, submitted_at=at, state="approved",
                account_sealed=self.payee,
            )  # fmt: skip
            db.session.add(claim)
            db.session.flush()
            first = Recommendation(claim_id=claim.id, by=one, clause="4.2", reason="pathology agrees", **said)
            db.session.add(first)
            db.session.flush()
            why = {"clause": "4.2", "evidence": "pathology report", "reason": "agrees"}
            db.session.add(Decision(claim_id=claim.id, by=two, recommendation_id=first.id, **said, **why))
        return claim.id

    def _claims_of(self, number: int) -> int:
        return db.session.scalar(db.select(db.func.count(Claim.id)).where(Claim.membership_id == number)) or 0

    def object(self, claim: int, at: dt.datetime, *, admitted: bool) -> None:
        case = db.session.scalars(db.select(Case).join(Award).where(Award.claim_id == claim)).one()
        with transaction():
            said = filing.Said("病理报告上的日期早于加入日期。", "", "")
            objection = filing.file(case, said, sender=f"10.{claim // 250 % 250}.{claim % 250}.1", at=at)
            if admitted:
                by = db.session.get_one(Account, self.accounts["caseworker"])
                answering.admit(objection, "The report was issued before the membership began.", by=by, at=at)

    def dismiss(self, claim: int, at: dt.datetime) -> None:
        """The objection to a case that was deferred is answered after all: the case stays for the next period."""
        objection = db.session.scalars(
            db.select(Objection).join(Case, Objection.case_id == Case.id).join(Award).where(Award.claim_id == claim)
        ).one()
        with transaction():
            by = db.session.get_one(Account, self.accounts["caseworker"])
            answering.dismiss(objection, "The report was issued after the membership began.", by=by, at=at)

    # time

    def midnight(self, kind: str, at: dt.datetime) -> list[str]:
        done = tick._tick_pool(self.pools[kind], at)
        numbering.number(at)  # a lock is seen, and can be settled, once it is signed
        return done

    def period(self, kind: str) -> Period | None:
        return pools.open_lock(self.pools[kind])

    def approve(self, kind: str, at: dt.datetime) -> None:
        """Somebody approves what would be settled now, unless just that is approved already."""
        period = self.period(kind)
        assert period is not None, f"{kind} is not locked"
        if period.state == "approved" and settling.preview(period, at=at).digest == period.approved_digest:
            return
        if period.state == "approved":
            with transaction():
                settling.void_approval(period, at=at)
        story.approve(period.name, at=at)

    def pay_out(self, kind: str, at: dt.datetime) -> None:
        """A treasurer lets everything go that may go, and a worker sends it."""
        with transaction():
            settled = db.session.scalars(
                db.select(Period).where(Period.pool_id == self.pools[kind], Period.state == "settled")
            ).all()
            for period in settled:
                payouts.release(period, by=self.accounts["treasurer"], at=at)
            refunds.release_due(by=self.accounts["treasurer"], at=at)

    def credit(  # noqa: PLR0913 -- what, of which settlement, whose error, and the answer
        self, kind: str, seq: int, over: int, at: dt.datetime, *, by_operator: bool, confirmed: bool
    ) -> None:
        """One treasurer proposes a credit for a settlement, another one answers."""
        cause: Cause = "operator" if by_operator else "rules"
        with transaction():
            settlement = db.session.get_one(Settlement, (self.pools[kind], seq))
            wrong = crediting.propose(
                settlement, over, cause=cause, reason="A case was counted twice.", by=self.accounts["treasurer"], at=at
            )
        with transaction():
            crediting.answer(wrong, "confirmed" if confirmed else "refused", by=self.accounts["second"], at=at)

    def give_named(self, at: dt.datetime) -> None:
        tick.named_credits_due(at)
        self.sweep(at)

    def sweep(self, at: dt.datetime) -> None:
        outbox.sweep(at)

    def standings(self, kind: str, at: dt.datetime) -> dict[int, Any]:
        rows = db.session.scalars(db.select(Membership).where(Membership.pool_id == self.pools[kind])).all()
        return standings.standings_of(rows, at=at)

    def lines(self, number: int) -> list[tuple[dt.datetime, str, int, int]]:
        newest_first = statement.lines(self.member(number))
        return [(line.at, line.kind, line.amount_fen, line.balance_fen) for line in reversed(newest_first)]

    def balance_at(self, number: int, at: dt.datetime) -> int:
        return statement.balance_at(self.member(number), at)
