"""Enrolment by list: many people at once, by the same rules as one at a time, each row whole or not at all.

An organiser's list (a company, a village, a school class) becomes people, memberships and deposits in a few set-based
statements. A row that breaks a rule is reported with its line and the rule; the others are enrolled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import func, insert, literal, select, text

from app.db import db, engine_name, new_ref
from app.domain import ledger
from app.domain.eligibility import Yes, may_join
from app.domain.identity import IdentityError
from app.domain.places import province
from app.domain.terms import MemberTerms, PoolTerms
from app.models import Account, Deposit, Membership, Person, Plan, Pool
from app.services import ages, audit, joining, journal, pools, rulebook, vault
from app.services.days import day_of
from app.services.identity import check_identity

_CHUNK = 10_000
_ASKED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list."""

    line: int
    name: str
    birth_on: dt.date
    province: str
    document_type: str
    number: str
    deposit_fen: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that was not enrolled; `reason` names the rule (the class name of what was raised or found)."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What came of a list."""

    members: int
    paid_fen: int
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class _Sound:
    """A row that kept every rule that concerns itself alone."""

    row: Row
    number: str
    identity_hash: bytes


def chunks(rows: Iterable[Row]) -> Iterable[list[Row]]:
    """A long list in pieces that each fit a transaction."""
    source = iter(rows)
    while piece := list(islice(source, _CHUNK)):
        yield piece


def enrol(plan: Plan, rows: Sequence[Row], *, account: Account, at: dt.datetime) -> Enrolled:
    """Enrol one piece of a list (see `chunks`) for an organiser's account; call it in one transaction.

    While the pool is locked the members are pending, like anybody who joins then.
    """
    pool = pools.hold(joining.pool_of(plan.id), alone=False)
    version = rulebook.version_on(plan.id, day_of(at))
    rules = rulebook.rules_of(version)
    sound, refused = _check(rows, rules.member, rules.pool, on=day_of(at))
    sound, outside = _with_prerequisite(rules.member.prerequisite, sound)
    fresh, taken = _without_members(plan, account, sound)
    refused += outside + taken
    if not fresh:
        return Enrolled(0, 0, tuple(refused))
    people = _people(account, fresh, at=at)
    paid_fen = _write(
        plan=plan,
        pool=pool,
        account=account,
        sound=fresh,
        people=people,
        terms_id=rulebook.member_terms_row(version).id,
        at=at,
    )
    audit.note(
        "enrol-list", "plan", plan.slug, by=account.id, role="member", at=at, detail=f"{len(fresh)} of {len(rows)} rows"
    )
    db.session.flush()
    return Enrolled(len(fresh), paid_fen, tuple(refused))


def _check(
    rows: Sequence[Row], member: MemberTerms, pool: PoolTerms, *, on: dt.date
) -> tuple[list[_Sound], list[Refused]]:
    sound: list[_Sound] = []
    refused: list[Refused] = []
    seen: set[bytes] = set()
    for row in rows:
        try:
            number = check_identity(row.document_type, row.number, birth_on=row.birth_on)
            province(row.province)
        except (IdentityError, KeyError) as wrong:
            refused.append(Refused(row.line, type(wrong).__name__))
            continue
        # Whether the prerequisite is met is asked of all rows at once, in `_with_prerequisite`.
        verdict = may_join(row.birth_on, on, member, member_of=(member.prerequisite,) if member.prerequisite else ())
        identity = vault.keyed_hash(row.document_type, number)
        if not isinstance(verdict, Yes):
            refused.append(Refused(row.line, type(verdict[0]).__name__))
        elif row.deposit_fen < pool.join_least_fen:
            refused.append(Refused(row.line, "DepositTooSmall"))
        elif identity in seen:
            refused.append(Refused(row.line, "TwiceInTheList"))
        else:
            seen.add(identity)
            sound.append(_Sound(row, number, identity))
    return sound, refused


def _with_prerequisite(slug: str | None, sound: list[_Sound]) -> tuple[list[_Sound], list[Refused]]:
    """Leave out who is not a member of the plan that must come first."""
    if slug is None:
        return sound, []
    plan = db.session.scalars(select(Plan).where(Plan.slug == slug)).one()
    members = _members_among(plan, sound)
    return (
        [one for one in sound if one.identity_hash in members],
        [Refused(one.row.line, "NeedsMembership") for one in sound if one.identity_hash not in members],
    )


def _without_members(plan: Plan, account: Account, sound: list[_Sound]) -> tuple[list[_Sound], list[Refused]]:
    """Leave out who is a live member of this plan already.

    Only a membership of the own account is called one. Of the others the organiser hears the same as of those whom
    chance picks: such a line is joined one by one, where a person looks at it.
    """
    members, own = _members_among(plan, sound), _members_among(plan, sound, account_id=account.id)
    fresh: list[_Sound] = []
    refused: list[Refused] = []
    for one in sound:
        if one.identity_hash in own:
            refused.append(Refused(one.row.line, "AlreadyMember"))
        elif one.identity_hash in members or joining.drawn_for_check(one.identity_hash, plan):
            refused.append(Refused(one.row.line, "ToBeChecked"))
        else:
            fresh.append(one)
    return fresh, refused


def _members_among(plan: Plan, sound: list[_Sound], *, account_id: int | None = None) -> set[bytes]:
    """The identity hashes of those who are live members of a plan now, in one account or in any."""
    of_account = () if account_id is None else (Membership.account_id == account_id,)
    members: set[bytes] = set()
    for start in range(0, len(sound), _ASKED_AT_ONCE):
        members |= set(
            db.session.scalars(
                select(Membership.identity_hash).where(
                    Membership.plan_id == plan.id,
                    *of_account,
                    Membership.state.in_(("pending", "sharing")),
                    Membership.identity_hash.in_([one.identity_hash for one in sound[start : start + _ASKED_AT_ONCE]]),
                )
            )
        )
    return members


def _people(account: Account, sound: list[_Sound], *, at: dt.datetime) -> dict[bytes, int]:
    """The numbers of these people in this account; those it does not know yet are added."""
    wanted = {one.identity_hash for one in sound}
    known = _known(account, wanted) if _knows_anybody(account) else {}
    new = [one for one in sound if one.identity_hash not in known]
    before = db.session.scalar(select(func.max(Person.id))) or 0
    if new:
        db.session.execute(
            insert(Person),
            [
                {
                    "ref": new_ref(),
                    "account_id": account.id,
                    "relation": "member",
                    "name_sealed": vault.seal(one.row.name, purpose="person.name"),
                    "birth_on": one.row.birth_on,
                    "province": one.row.province,
                    "document_type": one.row.document_type,
                    "document_sealed": vault.seal(one.number, purpose="person.document"),
                    "identity_hash": one.identity_hash,
                    "created_at": at,
                }
                for one in new
            ],
        )
        added = db.session.execute(
            select(Person.identity_hash, Person.id).where(Person.account_id == account.id, Person.id > before)
        ).all()
        known |= {row.identity_hash: row.id for row in added}
    return known


def _knows_anybody(account: Account) -> bool:
    return db.session.scalar(select(Person.id).where(Person.account_id == account.id).limit(1)) is not None


def _known(account: Account, wanted: set[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    hashes = sorted(wanted)
    for start in range(0, len(hashes), _ASKED_AT_ONCE):
        found |= {
            row.identity_hash: row.id
            for row in db.session.execute(
                select(Person.identity_hash, Person.id).where(
                    Person.account_id == account.id, Person.identity_hash.in_(hashes[start : start + _ASKED_AT_ONCE])
                )
            )
        }
    return found


def _write(  # noqa: PLR0913 -- one set of rows and all they hang on
    *,
    plan: Plan,
    pool: Pool,
    account: Account,
    sound: list[_Sound],
    people: dict[bytes, int],
    terms_id: int,
    at: dt.datetime,
) -> int:
    """Memberships, one journal entry for all of their money, and their deposits; returns what was paid."""
    if engine_name() == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(7220, :account)"), {"account": account.id})
    waits = pools.open_lock(pool.id) is not None
    shared = {
        "plan_id": plan.id,
        "pool_id": pool.id,
        "account_id": account.id,
        "member_terms_id": terms_id,
        "state": "pending" if waits else "sharing",
        "joined_at": at,
        "joined_on": day_of(at),
        "join_seq": None if waits else pool.seq,
        "join_index_fen": None if waits else pool.index_fen,
    }
    terms = ages.terms_of(terms_id)
    before = db.session.scalar(select(func.max(Membership.id))) or 0
    db.session.execute(
        insert(Membership),
        [
            {
                **shared,
                "ref": new_ref(),
                "person_id": people[one.identity_hash],
                "identity_hash": one.identity_hash,
                "paid_net_fen": one.row.deposit_fen,
                "age_out_on": ages.age_out_day(one.row.birth_on, terms),
            }
            for one in sound
        ],
    )
    paid_fen = sum(one.row.deposit_fen for one in sound)
    postings = (ledger.topup_pending if waits else ledger.topup)(plan.custody_account, pool.name, paid_fen)
    entry = journal.book("list", f"list:{plan.slug}:{new_ref()}", postings, by=account.id, at=at)
    _deposit(account, pool, since=before, entry_id=entry.id, at=at)
    if not waits:
        pools.move_counter(pool.id, before, members=len(sound), thresholds_fen=len(sound) * pool.index_fen + paid_fen)
    return paid_fen


def _deposit(account: Account, pool: Pool, *, since: int, entry_id: int, at: dt.datetime) -> None:
    """A deposit for each membership of this list: those of the account and pool with a number above `since`."""
    mine = select(
        Membership.id, literal(entry_id), literal("topup"), Membership.paid_net_fen, literal(at, type_=Deposit.at.type)
    ).where(
        Membership.account_id == account.id,
        Membership.pool_id == pool.id,
        Membership.id > since,
        Membership.application_id.is_(None),  # the same account may join by itself at the same moment
    )
    db.session.execute(insert(Deposit).from_select(["membership_id", "entry_id", "kind", "amount_fen", "at"], mine))
