"""Somebody who was reported dead lives: what the report did is put right, and nothing that happened is edited.

A membership that was still to end goes on. One that has ended stays ended: another one of the same plan takes its
place, under the same terms, with the waiting that was served and with what has not left of its balance. Shares that
were credited because of the report stay credited (decision 0046).
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update

from app.db import db
from app.domain import ledger
from app.models import Deposit, Membership, Pool, Refund, Report
from app.services import ages, audit, closings, counters, journal, messages, notices, report_checks, statement
from app.services.days import day_of

_ROLE = "caseworker"


class NobodyDied(Exception):
    """The report is none of a death, or nobody it is about is known to have died."""


def is_possible(report: Report) -> bool:
    """Whether somebody this report is about is known to have died by it."""
    has_counted = report.kind == "death" and report.state == "confirmed"
    return has_counted and any(person.died_on is not None for person in report_checks.known(report).people)


def who_lives(report: Report, *, by: int, at: dt.datetime) -> list[Membership]:
    """Nobody this report is about has died: returns the memberships that go on or begin. Raises `NobodyDied`."""
    if not is_possible(report):
        raise NobodyDied
    found = report_checks.known(report)
    for person in found.people:
        person.died_on = None
        audit.note("person.lives", "person", person.ref, by=by, role=_ROLE, at=at, detail=f"report {report.ref}")
    db.session.flush()
    alive = []
    for membership in sorted(found.memberships, key=lambda one: (one.pool_id, one.id)):
        pool = counters.hold(membership.pool, alone=False)
        db.session.refresh(membership)
        if membership.state == "sharing" and membership.ends_as == "died":
            alive.append(_goes_on(membership, by=by, at=at))
        elif membership.state == "died" and (begun := _begins_again(membership, pool, by=by, at=at)) is not None:
            alive.append(begun)
    accounts = {person.account_id for person in found.people} | {one.account_id for one in found.memberships}
    for account_id in sorted(accounts - {report.account_id}):
        key = f"death-taken-back:{report.ref}:{account_id}"
        messages.tell(account_id, "death-taken-back", key=key, at=at, report=report.ref)
    return alive


def _goes_on(membership: Membership, *, by: int, at: dt.datetime) -> Membership:
    """Its boundary has not come: the end that waited is gone."""
    db.session.execute(
        update(Membership)
        .where(Membership.id == membership.id, Membership.state == "sharing", Membership.ends_as == "died")
        .values(ends_as=None, ends_after_seq=None, ends_at_lock=False)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(membership)
    audit.note("membership.goes_on", "membership", membership.ref, by=by, role=_ROLE, at=at)
    return membership


def _begins_again(before: Membership, pool: Pool, *, by: int, at: dt.datetime) -> Membership | None:
    """Another membership in the place of one that has ended; None where the person is in the plan, or it closes."""
    held = select(Membership.id).where(
        Membership.plan_id == before.plan_id,
        Membership.identity_hash == before.identity_hash,
        Membership.state.in_(("pending", "sharing")),
    )
    replaced = select(Membership.id).where(Membership.moved_from_id == before.id)
    taken = db.session.scalar(held.limit(1)) is not None or db.session.scalar(replaced.limit(1)) is not None
    if taken or closings.binding_of(before.plan_id) is not None:
        return None
    balance_fen = _not_left(before)
    waits = counters.open_lock(pool.id) is not None
    begun = Membership(
        plan_id=before.plan_id,
        pool_id=pool.id,
        account_id=before.account_id,
        person_id=before.person_id,
        member_terms_id=before.member_terms_id,
        identity_hash=before.identity_hash,
        state="pending" if waits else "sharing",
        joined_at=at,
        joined_on=day_of(at),
        paid_net_fen=balance_fen,
        join_seq=None if waits else pool.seq,
        join_index_fen=None if waits else pool.index_fen,
        age_out_on=ages.age_out_day(before.person.birth_on, ages.terms_of(before.member_terms_id)),
        waits_from=before.waiting_since,
        moved_from_id=before.id,
    )
    db.session.add(begun)
    db.session.flush()
    _bring_along(before, begun, pool, balance_fen, at=at)
    if not waits:
        counters.move_counter(pool.id, begun.id, members=1, thresholds_fen=balance_fen + pool.index_fen)
    db.session.flush()
    notices.issue("certificate", begun.id, account_id=begun.account_id, at=at)
    audit.note("membership.begun_again", "membership", begun.ref, by=by, role=_ROLE, at=at, detail=f"for {before.ref}")
    return begun


def _not_left(before: Membership) -> int:
    """What comes along of a balance: all of it while nothing is on its way, and nothing afterwards.

    What was only due is not due any more: it is withdrawn before anybody released it.
    """
    owed = db.session.scalars(
        select(Refund).where(Refund.membership_id == before.id, Refund.state != "paid").with_for_update(of=Refund)
    ).one_or_none()
    if owed is not None and (owed.state != "due" or owed.attempt):
        return 0
    if owed is not None:
        db.session.delete(owed)
        db.session.flush()
    return max(0, statement.balance_fen(before))


def _bring_along(before: Membership, begun: Membership, pool: Pool, balance_fen: int, *, at: dt.datetime) -> None:
    if not balance_fen:
        return
    postings = ledger.restored(pool.name, pool.plan.slug, balance_fen, pending=begun.state == "pending")
    entry = journal.book("restore", f"restore:{before.ref}", postings, by=None, at=at)
    db.session.add_all(
        Deposit(membership_id=one.id, entry_id=entry.id, kind=kind, amount_fen=amount_fen, at=at)
        for one, kind, amount_fen in ((before, "moved_out", -balance_fen), (begun, "moved_in", balance_fen))
    )
    before.paid_net_fen -= balance_fen
