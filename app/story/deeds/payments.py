"""Payments that do not go as they should: into a balance, and out to a claimant."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.adapters.payments import Does
from app.db import db, transaction
from app.models import Account, Award, Claim, Payout
from app.services import returns, sandbox, standings
from app.services.claim_file import BankAccount
from app.story.bad_day import Deed
from app.story.deeds import members
from app.story.deeds.gate import somebody
from app.treasury.outgoing import actions as outgoing

if TYPE_CHECKING:
    from app.story.telling import Story


def pays(does: Does = "arrive", *, days: int = 0, fen: int = 30_00) -> Deed:
    """A member pays in, and the bank does something else than usual."""

    def deed(story: Story, who: str, at: dt.datetime) -> None:
        label, slug = who.split("/")
        if does != "arrive" or days:
            with transaction():
                sandbox.order("in", does, days, at=at)
        members.top_up(members.membership_of(story, label, slug), fen, at=at)

    return deed


def pays_in_grace(story: Story, who: str, at: dt.datetime) -> None:
    """A member who is in the days of grace pays in; anybody else lets it be."""
    label, slug = who.split("/")
    held = members.membership_of(story, label, slug)
    if standings.standing_of(held, at=at).kind == "grace":
        members.top_up(held, 30_00, at=at)


def pays_too_late(story: Story, who: str, at: dt.datetime) -> None:
    """A member in the days of grace sends money that arrives when they are over; anybody else lets it be."""
    label, slug = who.split("/")
    held = members.membership_of(story, label, slug)
    if standings.standing_of(held, at=at).kind == "grace":
        pays("arrive", days=20)(story, who, at)


def next_payout(does: Does, *, days: int) -> Deed:
    """The bank will do this with the next payout that leaves."""

    def deed(_story: Story, _who: str, at: dt.datetime) -> None:
        with transaction():
            sandbox.order("out", does, days, at=at)

    return deed


def names_accounts_again(_story: Story, _who: str, at: dt.datetime) -> None:
    """Whoever's payout was refused or came back names another account; what came back is then sent once more."""
    waiting = (
        select(Claim)
        .join(Award, Award.claim_id == Claim.id)
        .join(Payout, Payout.award_id == Award.id)
        .where(Payout.state.in_(("failed", "returned")))
    )
    for claim in db.session.scalars(waiting.order_by(Claim.id)).all():
        with transaction():
            holder = db.session.get_one(Account, claim.account_id)
            account = BankAccount(holder.name, "演示银行", "6217" + "0" * 11 + f"{claim.id % 10_000:04d}")
            returns.give_account(claim, account, by=holder.id, at=at)


def sends_again(_story: Story, _who: str, at: dt.datetime) -> None:
    """A treasurer sends what came back once more."""
    came_back = select(Payout).where(Payout.state == "returned").order_by(Payout.id)
    with transaction():
        for payout in db.session.scalars(came_back).all():
            outgoing.send_again(payout, by=somebody("treasurer-2"), at=at)
