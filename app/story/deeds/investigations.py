"""Investigations: a claimant agrees, a caseworker asks, an investigator looks and reports; and a consent taken back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.claims.consents import actions as consenting
from app.claims.investigations import actions as claiming
from app.db import db, transaction
from app.investigations import actions as investigating
from app.models import Claim, Investigation
from app.review.investigations import actions as reviewing
from app.services import evidence
from app.services.days import day_of
from app.services.investigations import opening, working
from app.services.investigations.opening import Asked
from app.story.bad_day import Deed
from app.story.deeds.gate import somebody

if TYPE_CHECKING:
    from app.story.telling import Story

_WHO = "investigator-1"


def agrees(_story: Story, who: str, at: dt.datetime) -> None:
    """The claimant agrees separately, later than with the draft."""
    with transaction():
        account = somebody(who)
        claiming.agree(_newest(who), language=account.language, by=account, at=at)


def is_asked(questions: str, *, by: str, days: int) -> Deed:
    """A caseworker asks the investigator about this account's newest claim, with two of its documents."""

    def deed(_story: Story, who: str, at: dt.datetime) -> None:
        with transaction():
            claim = _newest(who)
            chosen = tuple(row.ref for row in evidence.documents_of(claim)[1:3])
            _first, last = opening.due_days(claim, today=day_of(at))
            due_on = min(day_of(at) + dt.timedelta(days=days), last)
            asked = Asked(somebody(_WHO).ref, questions, chosen, due_on)
            reviewing.open_for(claim, asked, by=somebody(by), at=at)

    return deed


def looks(_story: Story, who: str, at: dt.datetime) -> None:
    """The investigator looks at what was chosen."""
    of = _open(who)
    with transaction():
        investigating.look(of, by=somebody(_WHO), at=at)
    for row in working.documents_of(_open(who)):
        for _piece in evidence.open_view(row, by=somebody(_WHO), role="investigator", at=at):
            pass


def is_reported(done: str, found: str, *, shared: str, by: str) -> Deed:
    """The investigator reports; two hours later a caseworker lets the claimant read the findings."""

    def deed(_story: Story, who: str, at: dt.datetime) -> None:
        with transaction():
            of = _open(who)
            ref = of.ref
            investigating.file(of, done=done, found=found, papers=[], by=somebody(_WHO), at=at)
        with transaction():
            filed = db.session.scalars(select(Investigation).where(Investigation.ref == ref)).one()
            reviewing.share(filed, shared, by=somebody(by), at=at + dt.timedelta(hours=2))

    return deed


def takes_it_back(_story: Story, who: str, at: dt.datetime) -> None:
    """The claimant takes the consent back: the investigator sees nothing any more."""
    with transaction():
        consenting.withdraw_consent(_newest(who), opening.CONSENT, by=somebody(who), at=at)


def _newest(who: str) -> Claim:
    return db.session.scalars(
        select(Claim).where(Claim.account_id == somebody(who).id).order_by(Claim.id.desc()).limit(1)
    ).one()


def _open(who: str) -> Investigation:
    return db.session.scalars(
        select(Investigation).where(Investigation.claim_id == _newest(who).id, Investigation.state == "open")
    ).one()
