"""Enrolment by list: many people at once, by the same rules as one at a time, each row whole or not at all.

An organiser's list (a company, a village, a school class) becomes people, memberships and deposits in a few set-based
statements. A row that breaks a rule is reported with its line and the rule; the others are enrolled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text

from app.db import db, new_ref, new_refs
from app.domain import ledger
from app.models import Account, Deposit, Membership, Person, Plan, Pool
from app.services import audit, bulk, closings, joining, journal, pools, prerequisites, rulebook
from app.services.days import day_of
from app.services.holds import Kind, hold
from app.services.list_lines import Line, Lines, Piece, Refused, Row, Sound, checked, chunks

__all__ = ["Enrolled", "Line", "Piece", "Refused", "Row", "checked", "chunks", "enrol", "enrol_checked"]

_LIVE = text("membership.state IN ('pending', 'sharing')")  # as the index of live members says it


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What came of a list."""

    members: int
    paid_fen: int
    refused: tuple[Refused, ...]


def enrol(plan: Plan, rows: Sequence[Line], *, account: Account, at: dt.datetime) -> Enrolled:
    """Enrol one piece of a list (see `chunks`) for an organiser's account; call it in one transaction.

    While the pool is locked the members are pending, like anybody who joins then.
    """
    return enrol_checked(plan, Lines(plan, on=day_of(at)).check(rows), account=account, at=at)


def enrol_checked(plan: Plan, piece: Piece, *, account: Account, at: dt.datetime) -> Enrolled:
    """Enrol a piece whose lines were checked by themselves (see `checked`); call it in one transaction.

    ValueError when it was checked for another day or under other rules.
    """
    pool = pools.hold(joining.pool_of(plan.id), alone=False)
    closings.check_open(plan)
    hold(Kind.LIST, account.id, shared=True)  # an invitation's list of this account waits; pieces go side by side
    version = rulebook.version_on(plan.id, day_of(at))
    if (piece.version_id, piece.on) != (version.id, day_of(at)):
        raise ValueError("the lines were checked under other rules")
    prerequisite = rulebook.rules_of(version).member.prerequisite
    sound, outside = _with_prerequisite(prerequisite, account, piece.sound, on=piece.on)
    fresh, taken = _without_members(plan, account, sound)
    known = _known(account, fresh)
    fresh, differing = _as_known(fresh, known)
    refused = (*piece.refused, *outside, *taken, *differing)
    if not fresh:
        return Enrolled(0, 0, refused)
    people = {hashed: number for hashed, (number, _born) in known.items()}
    people |= _add_people(account, [one for one in fresh if one.identity_hash not in known], at=at)
    begin = _Beginning(plan, pool, account, rulebook.member_terms_row(version).id, at)
    paid_fen = begin.memberships(fresh, people)
    said = f"{len(fresh)} of {piece.lines} rows"
    audit.note("enrol-list", "plan", plan.slug, by=account.id, role="member", at=at, detail=said)
    db.session.flush()
    return Enrolled(len(fresh), paid_fen, refused)


def _with_prerequisite(
    slug: str | None, account: Account, sound: Sequence[Sound], *, on: dt.date
) -> tuple[Sequence[Sound], list[Refused]]:
    """Leave out who is not a member, in this account, of the plan that must come first or of one that follows it."""
    if slug is None:
        return sound, []
    slugs = {slug, *prerequisites.successors(slug, on=on)}
    plans = db.session.scalars(select(Plan.id).where(Plan.slug.in_(slugs))).all()
    of_account = select(Membership.identity_hash).where(
        Membership.account_id == account.id, Membership.plan_id.in_(plans), _LIVE
    )
    members = {row.identity_hash for row in bulk.each(of_account, Membership.identity_hash, _hashes(sound))}
    return (
        [one for one in sound if one.identity_hash in members],
        [Refused(one.line, "NeedsMembership") for one in sound if one.identity_hash not in members],
    )


def _without_members(plan: Plan, account: Account, sound: Sequence[Sound]) -> tuple[list[Sound], list[Refused]]:
    """Leave out who is a live member of this plan already.

    Only a membership of the own account is called one. Of the others the organiser hears the same as of those whom
    chance picks: such a line is joined one by one, where a person looks at it.
    """
    live = select(Membership.identity_hash, Membership.account_id).where(Membership.plan_id == plan.id, _LIVE)
    found = bulk.each(live, Membership.identity_hash, _hashes(sound))
    holders: dict[bytes, int] = {row.identity_hash: row.account_id for row in found}
    fresh: list[Sound] = []
    refused: list[Refused] = []
    drawn = joining.draw_for_check(plan)
    for one in sound:
        holder = holders.get(one.identity_hash)
        if holder == account.id:
            refused.append(Refused(one.line, "AlreadyMember"))
        elif holder is not None or drawn(one.identity_hash):
            refused.append(Refused(one.line, "ToBeChecked"))
        else:
            fresh.append(one)
    return fresh, refused


def _hashes(sound: Iterable[Sound]) -> list[bytes]:
    return [one.identity_hash for one in sound]


def _known(account: Account, sound: Sequence[Sound]) -> dict[bytes, tuple[int, dt.date]]:
    """Number and birth date of those whom this account knows already, by their identity hash."""
    people = select(Person.identity_hash, Person.id, Person.birth_on).where(Person.account_id == account.id)
    found = bulk.each(people, Person.identity_hash, _hashes(sound))
    return {row.identity_hash: (row.id, row.birth_on) for row in found}


def _as_known(sound: Sequence[Sound], known: dict[bytes, tuple[int, dt.date]]) -> tuple[list[Sound], list[Refused]]:
    """Leave out whom the account knows with another birth date: a list does not say which of the two is right."""
    agree: list[Sound] = []
    refused: list[Refused] = []
    for one in sound:
        if known.get(one.identity_hash, (0, one.birth_on))[1] == one.birth_on:
            agree.append(one)
        else:
            refused.append(Refused(one.line, "KnownOtherwise"))
    return agree, refused


def _add_people(account: Account, new: Sequence[Sound], *, at: dt.datetime) -> dict[bytes, int]:
    """Add people to an account; returns their numbers by their identity hash."""
    if not new:
        return {}
    numbers = bulk.new_ids(Person, len(new))
    refs = sorted(new_refs(len(new)))  # drawn by chance; in order they find their places sooner
    bulk.add(
        Person,
        ("id", "ref", "name_sealed", "birth_on", "province", "document_type", "document_sealed", "identity_hash"),
        (
            (number, ref, one.name_sealed, one.birth_on, one.province, one.document_type, one.document_sealed,
             one.identity_hash)
            for number, ref, one in zip(numbers, refs, new, strict=True)
        ),
        same={"account_id": account.id, "relation": "member", "created_at": at},
    )  # fmt: skip
    return {one.identity_hash: number for number, one in zip(numbers, new, strict=True)}


@dataclass(frozen=True, slots=True)
class _Beginning:
    """What all memberships of a list have: plan, pool, account, the terms they are pinned to, and when."""

    plan: Plan
    pool: Pool
    account: Account
    terms_id: int
    at: dt.datetime

    def memberships(self, fresh: Sequence[Sound], people: dict[bytes, int]) -> int:
        """Begin them, with one journal entry for all of their money, and their deposits; returns what was paid."""
        pool = self.pool
        waits = pools.open_lock(pool.id) is not None
        numbers = bulk.new_ids(Membership, len(fresh))
        self._add(fresh, people, numbers, waits=waits)
        paid_fen = sum(one.deposit_fen for one in fresh)
        postings = (ledger.topup_pending if waits else ledger.topup)(self.plan.custody_account, pool.name, paid_fen)
        ref = f"list:{self.plan.slug}:{new_ref()}"
        entry = journal.book("list", ref, postings, by=self.account.id, at=self.at)
        bulk.add(
            Deposit,
            ("membership_id", "amount_fen"),
            ((number, one.deposit_fen) for number, one in zip(numbers, fresh, strict=True)),
            same={"entry_id": entry.id, "kind": "topup", "at": self.at},
        )
        if not waits:
            thresholds_fen = len(fresh) * pool.index_fen + paid_fen
            pools.move_counter(pool.id, numbers[0], members=len(fresh), thresholds_fen=thresholds_fen)
        return paid_fen

    def _add(self, fresh: Sequence[Sound], people: dict[bytes, int], numbers: Sequence[int], *, waits: bool) -> None:
        refs = sorted(new_refs(len(fresh)))  # as with people
        bulk.add(
            Membership,
            ("id", "ref", "person_id", "identity_hash", "paid_net_fen", "age_out_on"),
            (
                (number, ref, people[one.identity_hash], one.identity_hash, one.deposit_fen, one.age_out_on)
                for number, ref, one in zip(numbers, refs, fresh, strict=True)
            ),
            same={
                "plan_id": self.plan.id,
                "pool_id": self.pool.id,
                "account_id": self.account.id,
                "member_terms_id": self.terms_id,
                "state": "pending" if waits else "sharing",
                "joined_at": self.at,
                "joined_on": day_of(self.at),
                "join_seq": None if waits else self.pool.seq,
                "join_index_fen": None if waits else self.pool.index_fen,
                "ends_at_lock": False,
            },
        )
