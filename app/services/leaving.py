"""Leaving a plan: what follows is said first, it takes effect at the next boundary, and until then it can be undone."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select, update

from app.db import db
from app.domain import ledger
from app.domain.claim_states import OPEN_STATES
from app.models import Claim, Consent, Membership, Period, Pool
from app.services import (
    audit,
    counters,
    ending,
    expected_share,
    journal,
    losses,
    messages,
    refunds,
    standings,
    statement,
)

Takes = Literal["now", "at_lock", "after_settlement"]


class NotLeaving(Exception):
    """There is nothing to undo: the membership is not leaving, or has left."""


class HasEnded(Exception):
    """The membership has ended already; nothing is left to leave."""


class ConsentGone(Exception):
    """This consent was taken back before, or never given."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What leaving would bring, if it were asked for at this instant."""

    takes: Takes
    period: Period | None
    """The open period that is still shared, or the next one, before whose lock it takes effect."""
    on: dt.date | None
    """The day it takes effect, as planned."""
    balance_fen: int
    last_share_fen: int
    """At most so much is still charged: the share of the open period."""
    open_claims: int

    @property
    def refund_fen(self) -> int:
        """What goes back; exact unless a share is still to come, then the least."""
        return max(0, self.balance_fen - self.last_share_fen)


def outlook(membership: Membership, *, at: dt.datetime) -> Outlook:
    """What leaving brings: when it takes effect, what is still charged, and what goes back."""
    pool, balance_fen = membership.pool, statement.balance_fen(membership)
    claims = _open_claims(membership)
    if membership.state == "pending":
        return Outlook("now", None, None, balance_fen, 0, claims)
    locked = counters.open_lock(pool.id)
    if locked is not None:
        coming = expected_share.next_share(pool, at=at).share_fen or 0
        return Outlook("after_settlement", locked, locked.settle_day, balance_fen, coming, claims)
    ahead = db.session.scalar(
        select(Period)
        .where(Period.pool_id == pool.id, Period.state.in_(("planned", "postponed")))
        .order_by(Period.publication_day)
        .limit(1)
    )
    return Outlook("at_lock", ahead, ahead.publication_day if ahead else None, balance_fen, 0, claims)


def _open_claims(membership: Membership) -> int:
    found = select(Claim.id).where(Claim.membership_id == membership.id, Claim.state.in_(OPEN_STATES))
    return len(db.session.scalars(found).all())


def leave(membership: Membership, *, by: int, at: dt.datetime) -> None:
    """Leave: at the next boundary, or at once while pending. Raises `HasEnded` and `ending.EndsAlready`."""
    pool = counters.hold(membership.pool, alone=False)
    db.session.refresh(membership)
    if standings.standing_of(membership, at=at).kind == "ended":
        raise HasEnded
    if membership.state == "pending":
        end_pending(membership, pool, "left", at=at)
    else:
        ending.at_boundary(membership, "left")
    audit.note("leave", "membership", membership.ref, by=by, role="member", at=at)
    if membership.state == "sharing":
        ahead = outlook(membership, at=at)
        messages.tell(
            membership.account_id,
            "leaving",
            key=f"leaving:{membership.ref}:{at.isoformat()}",
            at=at,
            plan=pool.plan.slug,
            membership=membership.ref,
            day=ahead.on.isoformat() if ahead.on else "",
            takes=ahead.takes,
        )


def undo(membership: Membership, *, by: int, at: dt.datetime) -> None:
    """Stay after all. Raises `NotLeaving` when nothing was asked for, or its boundary has passed."""
    counters.hold(membership.pool, alone=False)
    db.session.refresh(membership)
    if not _consents_stand(membership) or membership.ends_as != "left" or ending.is_past_boundary(membership, at=at):
        raise NotLeaving
    changed = db.session.execute(
        update(Membership)
        .where(Membership.id == membership.id, Membership.state == "sharing", Membership.ends_as == "left")
        .values(ends_as=None, ends_after_seq=None, ends_at_lock=False)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(membership)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise NotLeaving
    audit.note("undo-leaving", "membership", membership.ref, by=by, role="member", at=at)


def withdraw_consent(membership: Membership, kind: str, *, by: int, at: dt.datetime) -> None:
    """Take back a consent that joining needs: the membership ends at its next boundary, and that is not undone.

    Whoever has moved to another plan at an age takes it back for the membership that goes on. Raises `ConsentGone`.
    """
    application_id = application_behind(membership)
    taken = db.session.execute(
        update(Consent)
        .where(Consent.application_id == application_id, Consent.kind == kind, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
        .execution_options(synchronize_session=False)
    )
    if application_id is None or taken.rowcount < 1:  # type: ignore[attr-defined]
        raise ConsentGone
    audit.note("withdraw-consent", "membership", membership.ref, by=by, role="member", at=at, detail=kind)
    with suppress(HasEnded, ending.EndsAlready):
        leave(_goes_on_as(membership), by=by, at=at)


def application_behind(membership: Membership) -> int | None:
    """The application a membership rests on, also when it has moved to another plan since; None for one of a list."""
    while membership.application_id is None and membership.moved_from_id is not None:
        membership = db.session.get_one(Membership, membership.moved_from_id)
    return membership.application_id


def _goes_on_as(membership: Membership) -> Membership:
    """What a membership has become at the ages of its plans; itself when it never moved."""
    while (after := db.session.scalar(select(Membership).where(Membership.moved_from_id == membership.id))) is not None:
        membership = after
    return membership


def _consents_stand(membership: Membership) -> bool:
    application_id = application_behind(membership)
    if application_id is None:
        return True
    withdrawn = select(Consent.id).where(Consent.application_id == application_id, Consent.withdrawn_at.is_not(None))
    return db.session.scalar(withdrawn.limit(1)) is None


def may_undo(membership: Membership, *, at: dt.datetime) -> bool:
    """Whether leaving can still be undone."""
    return (
        membership.ends_as == "left" and _consents_stand(membership) and not ending.is_past_boundary(membership, at=at)
    )


def end_pending(membership: Membership, pool: Pool, ends_as: str, *, at: dt.datetime) -> None:
    """Who does not share yet ends now. Everything that was paid goes back; after a death the heirs are owed it."""
    paid_fen = db.session.scalar(
        update(Membership)
        .where(Membership.id == membership.id, Membership.state == "pending")
        .values(state=ends_as, ends_as=ends_as, ends_after_seq=pool.seq, end_seq=pool.seq, ended_at=at)
        .returning(Membership.paid_net_fen)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(membership)
    if paid_fen is None:
        raise ending.EndsAlready(membership.ends_as or membership.state)
    if paid_fen > 0:
        postings = ledger.close_pending(pool.name, pool.plan.slug, paid_fen)
        journal.book("ends", f"ends:{membership.ref}", postings, by=None, at=at)
        if ends_as != "died":
            refunds.owe(membership, at=at)
    elif paid_fen < 0:
        losses.bear_pending(membership, at=at)
    messages.tell(
        membership.account_id,
        "membership-ended",
        key=f"ended:{membership.ref}",
        at=at,
        plan=pool.plan.slug,
        membership=membership.ref,
        ended_as=ends_as,
        amount_fen=paid_fen,
    )
