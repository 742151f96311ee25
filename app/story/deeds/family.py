"""A family: one top-up for all, reminders as they want them, and a child who comes of age and takes over."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.db import db, new_ref, transaction
from app.domain.topups import for_periods
from app.memberships.own import actions as own
from app.memberships.reminding import actions as reminding
from app.memberships.takeover import actions as taking
from app.memberships.together import actions as together
from app.memberships.together.queries import open_cards
from app.models import Account, Membership, Person
from app.services import takeovers
from app.services.reminder_settings import Wish
from app.story.bad_day import Deed
from app.story.deeds.gate import sign_up, somebody

if TYPE_CHECKING:
    from app.story.telling import Story

_PERIODS = 24
_OWN_FEN = 100_00


def tops_up_together(_story: Story, who: str, at: dt.datetime) -> None:
    """One top-up for the whole family: enough for a year for everybody who has less."""
    account = somebody(who)
    parts = {}
    for card in open_cards(account, at=at):
        share = card.lasting_fen
        fen = for_periods(card.balance_fen, card.terms.floor_fen, share, _PERIODS) if share else 0
        parts[card.membership] = max(card.least_fen, fen)
    with transaction():
        together.top_up(parts, ref=new_ref(), by=account, at=at)


def wants_to_know_early(_story: Story, who: str, at: dt.datetime) -> None:
    """Somebody sets an earlier reminder for the whole family, on the page alone."""
    account = somebody(who)
    with transaction():
        reminding.keep(open_cards(account, at=at), Wish(20_00, by_mail=False), by=account, at=at)


def offers(_story: Story, who: str, at: dt.datetime) -> None:
    """A parent makes the link for the child who has come of age."""
    with transaction():
        taking.offer(_childs_membership(somebody(who)), by=somebody(who), at=at)


def is_taken_over(label: str) -> Deed:
    """The child of an account, first of its household, signs up as `label`, takes the membership over and pays in."""

    def deed(story: Story, who: str, at: dt.datetime) -> None:
        held = _childs_membership(somebody(who))
        with transaction():
            offered = taking.offer(held, by=somebody(who), at=at)
            token, number = takeovers.token_of(offered.ref), story.people[who, 0].number
        with transaction():
            email = f"{label.replace('-', '')}@demo.juntan.example"
            grown = sign_up(label, email, "康宁", "zh", at=at)
            taking.prove(token, "resident", number, by=grown, at=at)
            for taken in taking.take_over(token, language="zh", by=grown, at=at):
                own.top_up(taken, _OWN_FEN, ref=new_ref(), by=grown, at=at)

    return deed


def _childs_membership(account: Account) -> Membership:
    return db.session.scalars(
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.account_id == account.id,
            Person.relation == "child",
            Membership.state.in_(("pending", "sharing")),
        )
        .order_by(Membership.id)
        .limit(1)
    ).one()
