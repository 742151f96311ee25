"""A pool brought to life through the engine: rules published, lists enrolled, claims decided by two, periods settled.

Everything is done through real rows, each deed in its own transaction; the money is checked after every one of them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from app.db import db, new_ref, transaction
from app.domain import ledger
from app.models import (
    Account,
    Claim,
    Credit,
    Decision,
    Membership,
    Payment,
    Payout,
    Period,
    Plan,
    Pool,
    Recommendation,
    StaffRole,
)
from app.services import (
    claims,
    crediting,
    enrolment,
    joining,
    journal,
    outbox,
    payouts,
    periods,
    pools,
    rulebook,
    selfcheck,
    settling,
    vault,
)
from app.services.days import midnight
from tests import seen
from tests.domain.plan_files import plan as rules_of

SLUG = "young-cancer"
OPENED = dt.date(2026, 8, 24)
FIRST, SECOND = "young-cancer-2026-09-1", "young-cancer-2026-09-2"
BORN = {"child-health": 2016, "senior-cancer": 1970}


def noon(day: dt.date) -> dt.datetime:
    """Midday of a local day."""
    return midnight(day) + dt.timedelta(hours=12)


def just_after_midnight(day: dt.date) -> dt.datetime:
    """When the clock does what is due on a day."""
    return midnight(day) + dt.timedelta(seconds=7)


def september(day: int, hour: int = 12) -> dt.datetime:
    """An hour of a day in September 2026, local time."""
    return midnight(dt.date(2026, 9, day)) + dt.timedelta(hours=hour)


def sound() -> None:
    """Every question about the money comes back empty."""
    wrong = [f"{question.name}: {row}" for question in selfcheck.check() for row in question.rows]
    assert not wrong, "\n".join(wrong)


def open_plan(slug: str = SLUG, **pool_terms: Any) -> Plan:
    """Publish the first version of a plan, with other pool terms if wished, and plan its periods."""
    rules = rules_of(slug)
    with transaction():
        rules = replace(rules, pool=replace(rules.pool, **pool_terms))
        rulebook.publish(rules, valid_from=OPENED, by=None, at=noon(OPENED))
        periods.plan_ahead(pool(slug), at=noon(OPENED))
    return plan(slug)


def plan(slug: str = SLUG) -> Plan:
    return db.session.scalars(db.select(Plan).where(Plan.slug == slug)).one()


def pool(slug: str = SLUG) -> Pool:
    return joining.pool_of(plan(slug).id)


def period(name: str = FIRST) -> Period:
    return db.session.scalars(db.select(Period).where(Period.name == name)).one()


def account(label: str = "organiser", *roles: str) -> Account:
    """Somebody by a label; the first time somebody new, appointed to the roles."""
    found = db.session.scalar(db.select(Account).where(Account.email == f"{label}@example.org"))
    if found is None:
        with transaction():
            found = Account(email=f"{label}@example.org", name=label, password_hash="x", created_at=noon(OPENED))
            db.session.add(found)
            db.session.flush()
            db.session.add_all(StaffRole(account_id=found.id, role=role, appointed_at=noon(OPENED)) for role in roles)
    return found


def treasurer(label: str = "treasurer") -> Account:
    return account(label, "treasurer")


def rows(count: int, deposit_fen: int = 100_00, *, slug: str = SLUG, series: str = "A") -> list[enrolment.Row]:
    """Lines of an organiser's list; another series is other people."""
    born = dt.date(BORN.get(slug, 1998), 5, 2)
    return [
        enrolment.Row(line, "欧阳若曦", born, "33", "passport", f"{series}{line:07}", deposit_fen)
        for line in range(1, count + 1)
    ]


def enrol(
    count: int = 10, deposit_fen: int = 100_00, *, slug: str = SLUG, series: str = "A", at: dt.datetime | None = None
) -> enrolment.Enrolled:
    """Enrol a list of so many people, each with the same deposit."""
    organiser = account()
    with transaction():
        done = enrolment.enrol(
            plan(slug),
            rows(count, deposit_fen, slug=slug, series=series),
            account=organiser,
            at=at or noon(OPENED + dt.timedelta(days=1)),
        )
    assert done.members == count, done.refused
    return done


def members(slug: str = SLUG, *, state: str | None = None) -> list[Membership]:
    wanted = db.select(Membership).where(Membership.pool_id == pool(slug).id).order_by(Membership.id)
    return list(db.session.scalars(wanted if state is None else wanted.where(Membership.state == state)))


def top_up(membership: Membership, amount_fen: int, *, at: dt.datetime) -> Payment:
    """A received payment, put where it belongs; raises what `pools.top_up` raises."""
    with transaction():
        payment = Payment(
            reference=new_ref(), adapter="sandbox", account_id=membership.account_id, membership_id=membership.id,
            amount_fen=amount_fen, state="received", asked_at=at, received_at=at,
        )  # fmt: skip
        db.session.add(payment)
        db.session.flush()
        pools.top_up(membership, payment, by=membership.account_id, at=at)
    return payment


def approve_claim(
    amount_fen: int = 20_00,
    *,
    of: Membership | None = None,
    at: dt.datetime | None = None,
    benefit: str = "malignant_tumour",
    slug: str = SLUG,
) -> Claim:
    """A claim that went the whole way through review: recommended by one caseworker, approved by another."""
    one, two = account("caseworker-1", "caseworker"), account("caseworker-2", "caseworker")
    membership = of or _without_claim(slug)
    when = at or september(1)
    with transaction():
        claim = Claim(
            account_id=membership.account_id, membership_id=membership.id, member_terms_id=membership.member_terms_id,
            benefit=benefit, disease_group="lung", province="33", event_on=_another_day(membership), created_at=when,
            account_sealed=vault.seal("6222020200012345678", purpose="bank-account"),
        )  # fmt: skip
        db.session.add(claim)
        db.session.flush()
        claims.move(claim, "submit", by=membership.account_id, role="member", at=when)
        claims.move(claim, "begin_review", by=one.id, role="caseworker", at=when)
        said = {"claim_id": claim.id, "round": 1, "at": when, "verdict": "approve", "amount_fen": amount_fen}
        first = Recommendation(**said, by=one.id, clause="4.2", reason="pathology agrees")
        db.session.add(first)
        claims.move(claim, "recommend", by=one.id, role="caseworker", at=when)
        why = {"clause": "4.2", "evidence": "pathology report", "reason": "agrees"}
        db.session.add(Decision(**said, by=two.id, recommendation_id=first.id, **why))
        claims.move(claim, "approve", by=two.id, role="caseworker", at=when)
    return claim


def _another_day(membership: Membership) -> dt.date:
    """The end of August, a day earlier for each claim before: no event is claimed for twice."""
    before = db.session.scalar(db.select(db.func.count(Claim.id)).where(Claim.membership_id == membership.id))
    return dt.date(2026, 8, 30) - dt.timedelta(days=before or 0)


def _without_claim(slug: str) -> Membership:
    claimed = db.select(Claim.membership_id)
    wanted = db.select(Membership).where(Membership.pool_id == pool(slug).id, Membership.id.not_in(claimed))
    return db.session.scalars(wanted.order_by(Membership.id).limit(1)).one()


def lock(name: str = FIRST, *, at: dt.datetime | None = None) -> Period:
    """Carry out what has to move first, then lock at 00:00 of the publication day."""
    with transaction():
        found = period(name)
        when = at or midnight(found.publication_day)
        pools.carry_out_ends(found.pool, at=when)
        pools.let_pending_enter(found.pool, at=when)
        seen.lock(found, at=when)
    sound()
    return found


def check(name: str = FIRST, *, at: dt.datetime | None = None) -> str:
    """A first treasurer checks the preview as it is; returns its digest."""
    by = treasurer("first-treasurer")
    with transaction():
        found = period(name)
        when = at or noon(found.objections_last_day + dt.timedelta(days=1))
        digest = settling.preview(found, at=when).digest
        settling.check(found, digest, by=by.id, at=when)
    return digest


def approve(name: str = FIRST, *, at: dt.datetime | None = None) -> str:
    """Two treasurers check and approve the preview as it is; returns its digest."""
    digest, by = check(name, at=at), treasurer()
    with transaction():
        found = period(name)
        when = at or noon(found.objections_last_day + dt.timedelta(days=1))
        settling.approve(found, digest, by=by.id, at=when)
    return digest


def settle(name: str = FIRST, *, at: dt.datetime | None = None) -> None:
    """The clock settles on the settle day, a few seconds after midnight."""
    with transaction():
        found = period(name)
        settling.settle(found, by=None, at=at or just_after_midnight(found.settle_day))
    sound()


def settled(name: str = FIRST) -> None:
    """Lock, approve and settle in one go."""
    lock(name)
    approve(name)
    settle(name)


def corrected(over_fen: int, name: str = FIRST, *, cause: Any = "rules", at: dt.datetime | None = None) -> Credit:
    """One treasurer proposes a credit for a settled period, another confirms it; its parts wait for the worker."""
    one, two = treasurer("first-treasurer"), treasurer()
    when = at or september(23)
    with transaction():
        settlement = crediting.settlement_of(period(name))
        assert settlement is not None
        credit = crediting.propose(settlement, over_fen, cause=cause, reason="counted twice", by=one.id, at=when)
    with transaction():
        crediting.answer(credit, "confirmed", by=two.id, at=when)
    return credit


def release(name: str = FIRST, *, at: dt.datetime | None = None) -> tuple[int, int]:
    """The treasurer releases what is due."""
    by = treasurer()
    with transaction():
        found = period(name)
        answer = payouts.release(found, by=by.id, at=at or noon(found.settle_day))
    sound()
    return answer


def sweep(*, at: dt.datetime) -> int:
    """A worker does the work that is due."""
    done = outbox.sweep(at)
    sound()
    return done


def payouts_of(name: str = FIRST) -> list[Payout]:
    return [
        payout
        for payout in db.session.scalars(db.select(Payout).order_by(Payout.id))
        if payout.settled.award.period_id == period(name).id
    ]


def held(family: str, owner: str = SLUG) -> int:
    """What an account of the ledger holds, e.g. `held("member_funds")`."""
    return journal.held_fen(ledger.Account(f"{family}:{owner}"))
