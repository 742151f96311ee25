"""Rule versions at rest: published once, read often, never changed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select

from app.db import db
from app.domain import rules as rule_values
from app.domain.terms import MemberTerms, PoolTerms, Rules
from app.models import MemberTermsRow, Plan, Pool, PoolCounter, PoolTermsRow, RuleVersion
from app.services import audit, facts
from app.services.days import day_of

SLOTS = 16
"""Counter rows of a pool: joins on different slots do not wait for each other."""

_KNOWN = "versions by plan and day"

_parsed: dict[str, Rules] = {}


class VersionOutOfOrder(Exception):
    """A version must carry the next number; `expected` says which."""

    def __init__(self, expected: int) -> None:
        super().__init__(f"the next version is number {expected}")
        self.expected = expected


class NoticeTooShort(Exception):
    """A change of rules needs its notice days; `earliest` is the first day it may hold from."""

    def __init__(self, earliest: dt.date) -> None:
        super().__init__(f"may hold from {earliest} at the earliest")
        self.earliest = earliest


def publish(rules: Rules, *, valid_from: dt.date, by: int | None, at: dt.datetime) -> RuleVersion:
    """Publish a version; the first one opens the plan with its pool.

    Raises `VersionOutOfOrder`, and `NoticeTooShort` when a later version does not leave the notice days of the one
    that holds now.
    """
    plan = db.session.scalar(select(Plan).where(Plan.slug == rules.slug))
    last = newest_version(plan.id) if plan else None
    expected = last.number + 1 if last else 1
    if rules.number != expected:
        raise VersionOutOfOrder(expected)
    if plan is None or last is None:
        plan = _open_plan(rules.slug, valid_from)
    else:
        earliest = max(last.valid_from, day_of(at) + dt.timedelta(days=rules_of(last).pool.notice_days))
        if valid_from < earliest:
            raise NoticeTooShort(earliest)
    version = RuleVersion(
        plan_id=plan.id,
        number=rules.number,
        valid_from=valid_from,
        published_at=at,
        published_by=by,
        fingerprint=rule_values.fingerprint(rules),
        rules=rule_values.to_data(rules),
    )
    db.session.add(version)
    db.session.flush()
    db.session().info.pop(_KNOWN, None)
    db.session.add(MemberTermsRow(rule_version_id=version.id, terms=rule_values.member_terms_data(rules.member)))
    db.session.add(PoolTermsRow(rule_version_id=version.id, terms=rule_values.pool_terms_data(rules.pool)))
    about = f"{rules.slug}-{rules.number}"
    facts.state(
        "rules",
        about,
        at=at,
        plan=rules.slug,
        number=rules.number,
        valid_from=valid_from.isoformat(),
        fingerprint=version.fingerprint,
    )
    audit.note("publish-rules", "rules", about, by=by, role="operator", at=at)
    db.session.flush()
    return version


def _open_plan(slug: str, day: dt.date) -> Plan:
    position = db.session.scalar(select(func.count(Plan.id))) or 0
    plan = Plan(slug=slug, position=position, custody_account="main", opened_on=day)
    db.session.add(plan)
    db.session.flush()
    pool = Pool(plan_id=plan.id, band="all", name=slug)
    db.session.add(pool)
    db.session.flush()
    db.session.add_all(PoolCounter(pool_id=pool.id, slot=slot, members=0, thresholds_fen=0) for slot in range(SLOTS))
    return plan


def newest_version(plan_id: int) -> RuleVersion | None:
    """The version with the highest number, whether it holds already or not."""
    return db.session.scalar(
        select(RuleVersion).where(RuleVersion.plan_id == plan_id).order_by(RuleVersion.number.desc()).limit(1)
    )


def version_on(plan_id: int, day: dt.date) -> RuleVersion:
    """The version that holds on a day; the first version for any day before it. LookupError for a plan without rules.

    A page that asks for many claims or members of a plan asks the database once: the answer is kept with the session.
    """
    known: dict[tuple[int, dt.date], int] = db.session().info.setdefault(_KNOWN, {})
    number = known.get((plan_id, day))
    found = db.session.get(RuleVersion, number) if number is not None else None
    if found is None:
        found = _version_on(plan_id, day)
        known[plan_id, day] = found.id
    return found


def _version_on(plan_id: int, day: dt.date) -> RuleVersion:
    of_plan = select(RuleVersion).where(RuleVersion.plan_id == plan_id)
    found = db.session.scalar(
        of_plan.where(RuleVersion.valid_from <= day).order_by(RuleVersion.number.desc()).limit(1)
    ) or db.session.scalar(of_plan.order_by(RuleVersion.number).limit(1))
    if found is None:
        raise LookupError(f"plan {plan_id} has no rules")
    return found


def rules_of(version: RuleVersion) -> Rules:
    """A stored version as values. Parsed once per process: versions never change."""
    found = _parsed.get(version.fingerprint)
    if found is None:
        found = _parsed[version.fingerprint] = rule_values.from_data(version.rules)
    return found


def member_terms(row: MemberTermsRow) -> MemberTerms:
    """The member terms behind a pinned row."""
    return rules_of(row.version).member


def pool_terms(row: PoolTermsRow) -> PoolTerms:
    """The pool terms behind a stored row."""
    return rules_of(row.version).pool


def member_terms_row(version: RuleVersion) -> MemberTermsRow:
    """The row that memberships and applications are pinned to."""
    return db.session.scalars(select(MemberTermsRow).where(MemberTermsRow.rule_version_id == version.id)).one()


def pool_terms_row(version: RuleVersion) -> PoolTermsRow:
    """The row that periods are locked under."""
    return db.session.scalars(select(PoolTermsRow).where(PoolTermsRow.rule_version_id == version.id)).one()
