"""Things that notices tell of, done through the engine: members, decisions, a period settled and paid."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.db import db, transaction
from app.models import Account, Claim, Decision, Membership, Notice, Payout, Period, Plan, Recommendation
from app.services import claim_file, enrolment, joining, notices, payouts, periods, pools, rulebook, settling
from app.services.claim_file import BankAccount
from app.services.days import midnight
from tests import seen
from tests.domain.plan_files import plan as rules_of

SLUG = "young-cancer"
OPENED = dt.date(2026, 3, 1)
NAME = "欧阳若曦"
BANK = BankAccount("欧阳若曦", "建设银行", "6217001234567895678")
FIRST, SECOND = f"{SLUG}-2026-10-1", f"{SLUG}-2026-10-2"


def noon(day: dt.date) -> dt.datetime:
    """Midday of a local day."""
    return midnight(day) + dt.timedelta(hours=12)


def found(account_id: int, *, members: int = 10, name: str = NAME) -> None:
    """The plan with its members, all of this account, the first of them with a certificate; two periods planned."""
    account = db.session.get_one(Account, account_id)
    rulebook.publish(rules_of(SLUG), valid_from=OPENED, by=None, at=noon(OPENED))
    rows = [
        enrolment.Row(
            line=line, name=name, birth_on=dt.date(1998, 5, 2), province="33", document_type="passport",
            number=f"E{line:08}", deposit_fen=100_00,
        )
        for line in range(1, members + 1)
    ]  # fmt: skip
    plan = db.session.scalars(db.select(Plan)).one()
    done = enrolment.enrol(plan, rows, account=account, at=noon(OPENED))
    assert done.members == members
    first = memberships()[0]
    notices.issue("certificate", first.id, account_id=account_id, at=noon(OPENED))
    periods.plan_ahead(joining.pool_of(plan.id), at=noon(dt.date(2026, 10, 1)))


def memberships() -> list[Membership]:
    return list(db.session.scalars(db.select(Membership).order_by(Membership.id)).all())


def decide(  # noqa: PLR0913 -- a decision has this many sides
    of: Membership, amount_fen: int, *, by: int, day: dt.date = dt.date(2026, 10, 2), group: str = "lung",
    clause: str = "4.2", evidence: str = "病理报告（浙江大学附属第一医院）", reason: str = "", would_change: str = "",
    benefit: str = "malignant_tumour", level: int = 1,
) -> Decision:  # fmt: skip
    """A claim of this membership, decided by two; 0 fen is a refusal. Its notice is issued."""
    claim = Claim(
        account_id=of.account_id, membership_id=of.id, member_terms_id=of.member_terms_id, benefit=benefit,
        state="approved" if amount_fen else "refused", disease_group=group, province="33",
        event_on=day - dt.timedelta(days=20), created_at=noon(day), submitted_at=noon(day), publication_level=level,
    )  # fmt: skip
    claim_file.keep_bank_account(claim, BANK)
    db.session.add(claim)
    db.session.flush()
    return decide_again(
        claim, amount_fen, by=by, day=day, clause=clause, evidence=evidence, reason=reason, would_change=would_change
    )


def decide_again(  # noqa: PLR0913 -- see above
    claim: Claim, amount_fen: int, *, by: int, day: dt.date, clause: str, evidence: str, reason: str, would_change: str
) -> Decision:
    """One more decision on this claim, with its notice."""
    verdict = "approve" if amount_fen else "refuse"
    made = len(claim.decisions) + 1
    first = Recommendation(
        claim_id=claim.id, round=made, by=by, at=noon(day - dt.timedelta(days=2)), verdict=verdict,
        amount_fen=amount_fen, clause=clause, reason="材料与条款相符",
    )  # fmt: skip
    db.session.add(first)
    db.session.flush()
    decision = Decision(
        claim_id=claim.id, recommendation_id=first.id, round=made, by=by, at=noon(day), verdict=verdict,
        amount_fen=amount_fen, clause=clause, evidence=evidence, reason=reason, would_change=would_change,
        appeal_until=None if amount_fen else day + dt.timedelta(days=30),
    )  # fmt: skip
    db.session.add(decision)
    db.session.flush()
    db.session.refresh(claim)
    notices.issue("decision", decision.id, account_id=claim.account_id, at=noon(day))
    return decision


REFUSAL = {
    "clause": "5.1",
    "evidence": "病理报告 2026-10-12，第 1 页；会诊意见 2026-11-05",
    "reason": "宫颈高级别鳞状上皮内病变（CIN III）属于原位癌，未见浸润。",
    "would_change": "显示浸润的病理报告，或另一家三级甲等医院的会诊意见。若后续确诊浸润癌，可另行申请。",
}


def period(name: str) -> Period:
    return db.session.scalars(db.select(Period).where(Period.name == name)).one()


def _first(at: dt.datetime) -> int:
    """A treasurer who checks what another one approves."""
    found = db.session.scalar(db.select(Account).where(Account.email == "first@example.org"))
    if found is None:
        found = Account(email="first@example.org", name="钱一", password_hash="x", created_at=at)
        db.session.add(found)
        db.session.flush()
    return found.id


def lock_and_settle(name: str, *, by: int) -> None:
    """Lock and publish at 00:00, approve and settle on the settle day: a transaction each, as it happens."""
    with transaction():
        of = period(name)
        pools.carry_out_ends(of.pool, at=midnight(of.publication_day))
        seen.lock(of, at=midnight(of.publication_day) + dt.timedelta(seconds=7))
    with transaction():
        of = period(name)
        at = noon(of.settle_day)
        settling.check(of, settling.preview(of, at=at).digest, by=_first(at), at=at)
        settling.approve(of, settling.preview(of, at=at).digest, by=by, at=at)
        settling.settle(of, by=None, at=at)


def pay(name: str, *, by: int) -> None:
    """Release what is due and let it arrive on the day after settling."""
    of = period(name)
    at = noon(of.settle_day + dt.timedelta(days=1))
    payouts.release(of, by=by, at=at)
    for payout in db.session.scalars(db.select(Payout).where(Payout.state == "released").order_by(Payout.id)).all():
        payouts.send(payout.ref, at=at)


@dataclass(frozen=True)
class Told:
    """References of the notices of the story, by what they are."""

    certificate: str
    approval: str
    refusal: str
    payout: str
    empty_bulletin: str
    bulletin: str


def tell(account_id: int) -> Told:
    """A period without cases, then one that pays 20.00; before it, one refusal."""
    with transaction():
        found(account_id)
    lock_and_settle(FIRST, by=account_id)
    with transaction():
        approved = decide(memberships()[0], 20_00, by=account_id, day=dt.date(2026, 10, 16))
        refused = decide(memberships()[1], 0, by=account_id, day=dt.date(2026, 10, 16), **REFUSAL)
        about = {"approval": approved.id, "refusal": refused.id}
    lock_and_settle(SECOND, by=account_id)
    with transaction():
        pay(SECOND, by=account_id)
    return Told(
        certificate=ref("certificate", memberships()[0].id),
        approval=ref("decision", about["approval"]),
        refusal=ref("decision", about["refusal"]),
        payout=ref("payout", db.session.scalars(db.select(Payout.id)).one()),
        empty_bulletin=ref("bulletin", period(FIRST).id),
        bulletin=ref("bulletin", period(SECOND).id),
    )


def ref(kind: str, about: int) -> str:
    return db.session.scalars(db.select(Notice.ref).where(Notice.kind == kind, Notice.about == about)).one()
