"""A small story told through the engine: plans, members, cases, a period locked, settled and paid.

Ten members stand for a pool; the amounts are small enough that only a case that asks too much meets a cap.
"""

from __future__ import annotations

import datetime as dt

from app.db import db, transaction
from app.models import Account, Claim, Decision, Membership, Payout, Period, Plan, Pool, Recommendation, StaffRole
from app.services import enrolment, joining, payouts, periods, pools, rulebook, settling, vault
from app.services.days import midnight
from tests import seen
from tests.domain.plan_files import plan as rules_of

CATALOGUE = ("child-health", "young-cancer", "senior-cancer", "accident", "lifelong-million")
OPENED = dt.date(2026, 3, 1)
MEMBERS = 10
BORN = {"child-health": 2016, "senior-cancer": 1970}
TODAY = dt.datetime(2026, 10, 8, 4, 0, tzinfo=dt.UTC)
EMAIL = "organiser@example.org"
NAME = "欧阳若曦"


def noon(day: dt.date) -> dt.datetime:
    """Midday of a local day."""
    return midnight(day) + dt.timedelta(hours=12)


def publish_plans(day: dt.date = OPENED) -> None:
    """All five plans with their first version."""
    with transaction():
        for slug in CATALOGUE:
            rulebook.publish(rules_of(slug), valid_from=day, by=None, at=noon(day))


def plan_of(slug: str) -> Plan:
    return db.session.scalars(db.select(Plan).where(Plan.slug == slug)).one()


def pool_of(slug: str) -> Pool:
    return joining.pool_of(plan_of(slug).id)


def organiser() -> Account:
    found = db.session.scalar(db.select(Account).where(Account.email == EMAIL))
    if found is None:
        found = Account(email=EMAIL, name=NAME, password_hash="x", created_at=noon(OPENED))
        db.session.add(found)
        db.session.flush()
        db.session.add(StaffRole(account_id=found.id, role="treasurer", appointed_at=noon(OPENED)))
        db.session.flush()
    return found


def first_treasurer() -> Account:
    """Who checks what the organiser approves."""
    found = db.session.scalar(db.select(Account).where(Account.email == "first@example.org"))
    if found is None:
        found = Account(email="first@example.org", name="钱一", password_hash="x", created_at=noon(OPENED))
        db.session.add(found)
        db.session.flush()
        db.session.add(StaffRole(account_id=found.id, role="treasurer", appointed_at=noon(OPENED)))
        db.session.flush()
    return found


def enrol(slug: str, count: int = MEMBERS) -> None:
    """People enrolled by list on the second day of the plan."""
    with transaction():
        rows = [
            enrolment.Row(
                line=line,
                name=NAME,
                birth_on=dt.date(BORN.get(slug, 1995), 5, 2),
                province="33",
                document_type="passport",
                number=f"E{abs(hash_of(slug)):03}{line:05}",
                deposit_fen=100_00,
            )
            for line in range(1, count + 1)
        ]
        done = enrolment.enrol(plan_of(slug), rows, account=organiser(), at=noon(OPENED + dt.timedelta(days=1)))
        assert (done.members, done.refused) == (count, ())


def hash_of(slug: str) -> int:
    """A number for a slug that is the same in every run."""
    return sum(ord(letter) for letter in slug) % 1000


def approve_claim(  # noqa: PLR0913 -- a claim has this many sides
    slug: str, amount_fen: int, day: dt.date, *, level: int = 1, group: str = "lung", province: str = "33",
    benefit: str = "malignant_tumour",
) -> str:  # fmt: skip
    """One more claim of this plan, decided by two and approved; returns its reference."""
    with transaction():
        taken = db.session.scalar(db.select(db.func.count(Claim.id))) or 0
        of = db.session.scalars(
            db.select(Membership).where(Membership.plan_id == plan_of(slug).id).order_by(Membership.id)
        ).all()[taken % MEMBERS]
        claim = Claim(
            account_id=of.account_id, membership_id=of.id, member_terms_id=of.member_terms_id, state="approved",
            benefit=benefit, disease_group=group, province=province, event_on=day - dt.timedelta(days=20),
            created_at=noon(day), submitted_at=noon(day), publication_level=level,
            account_sealed=vault.seal("6222020200012345678", purpose="bank-account"),
        )  # fmt: skip
        db.session.add(claim)
        db.session.flush()
        first = Recommendation(
            claim_id=claim.id, round=1, by=first_treasurer().id, at=noon(day), verdict="approve", amount_fen=amount_fen,
            clause="4.2", reason="pathology agrees",
        )  # fmt: skip
        db.session.add(first)
        db.session.flush()
        db.session.add(
            Decision(
                claim_id=claim.id, recommendation_id=first.id, round=1, by=first_treasurer().id, at=noon(day),
                verdict="approve", amount_fen=amount_fen, clause="4.2", evidence="pathology report", reason="agrees",
            )
        )  # fmt: skip
        db.session.flush()
        return claim.ref


def plan_months(slug: str, day: dt.date) -> None:
    with transaction():
        periods.plan_ahead(pool_of(slug), at=noon(day))


def period(name: str) -> Period:
    return db.session.scalars(db.select(Period).where(Period.name == name)).one()


def lock(name: str) -> None:
    """Let go who has been helped, then lock and publish, seven seconds late."""
    with transaction():
        found = period(name)
        pools.carry_out_ends(found.pool, at=midnight(found.publication_day))
        seen.lock(found, at=midnight(found.publication_day) + dt.timedelta(seconds=7))


def settle(name: str) -> None:
    """Approve the preview and settle on the settle day."""
    with transaction():
        found = period(name)
        at = noon(found.settle_day)
        digest = settling.preview(found, at=at).digest
        settling.check(found, digest, by=first_treasurer().id, at=at)
        settling.approve(found, digest, by=organiser().id, at=at)
        settling.settle(found, by=None, at=at)


def pay(name: str, most: int | None = None) -> None:
    """Release what is due; the first `most` of it arrive."""
    with transaction():
        found = period(name)
        at = noon(found.settle_day + dt.timedelta(days=1))
        payouts.release(found, by=organiser().id, at=at)
        for payout in db.session.scalars(
            db.select(Payout).where(Payout.state == "released").order_by(Payout.id).limit(most)
        ).all():
            payouts.send(payout.ref, at=at)


def tell() -> None:
    """Two settled periods (the first without cases) and a locked one, in young-cancer.

    Three cases of the second period are shared by ten, two of the helped leave, and one case waits that asks for far
    more than eight people may carry.
    """
    publish_plans()
    enrol("young-cancer")
    plan_months("young-cancer", dt.date(2026, 9, 1))
    lock("young-cancer-2026-09-1")
    settle("young-cancer-2026-09-1")
    approve_claim("young-cancer", 20_00, dt.date(2026, 9, 16))
    approve_claim("young-cancer", 5_55, dt.date(2026, 9, 17), group="thyroid_low_grade", benefit="low_grade_tumour")
    approve_claim("young-cancer", 1_00, dt.date(2026, 9, 18), level=0)
    lock("young-cancer-2026-09-2")
    settle("young-cancer-2026-09-2")
    pay("young-cancer-2026-09-2", most=1)
    approve_claim("young-cancer", 300_000_00, dt.date(2026, 9, 30))
    plan_months("young-cancer", dt.date(2026, 10, 1))
    lock("young-cancer-2026-10-1")
