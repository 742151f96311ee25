"""What was told of a case, and what became of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select

from app.db import db
from app.domain.masking import NOTHING_LEFT, Shown
from app.models import Account, Case, CaseCorrection, Claim, Membership, TakenAway
from app.services import public_reading
from app.services.public_reading import Reading

SHARING = ("pending", "sharing")


@dataclass(frozen=True, slots=True)
class Gone:
    """Something that is no longer shown of a case."""

    what: str
    """`story` or `detail`."""
    cause: str
    reason: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Corrected:
    """An entry that a newer one has replaced; its words are gone with the details."""

    before: Shown | None
    """What it said, with age and place no finer than they are shown now: both entries together single nobody out."""
    at: dt.datetime
    reason: str
    corrects: str


def told(case: Case, *, on: dt.date, corrected: bool) -> dict[str, Any]:
    """Everything the page of a case shows besides its money; `corrected`: whether a public fact corrects it."""
    story = public_reading.story_of(case, on=on)
    reading = public_reading.with_story(case, story, on=on)
    gone = gone_from(case)
    return {
        "reading": reading,
        "gone": gone,
        "expired": reading.shown == NOTHING_LEFT and not any(one.what == "detail" for one in gone),
        "corrections": corrections_of(case, reading) if corrected else [],
        "proofs": public_reading.proofs_with(case, story, on=on),
    }


def gone_from(case: Case) -> list[Gone]:
    """What is no longer shown of a case, oldest first; a story that went with the details is told with them."""
    rows = db.session.scalars(select(TakenAway).where(TakenAway.case_id == case.id).order_by(TakenAway.id)).all()
    whole = {row.at for row in rows if row.story_id is None}
    return [
        Gone("story" if row.story_id else "detail", row.cause, row.reason, row.at)
        for row in rows
        if row.story_id is None or row.at not in whole
    ]


def corrections_of(case: Case, reading: Reading) -> list[Corrected]:
    """The entries that were corrected, oldest first; without their words once the details are gone."""
    rows = db.session.scalars(
        select(CaseCorrection).where(CaseCorrection.case_id == case.id).order_by(CaseCorrection.id)
    ).all()
    return [Corrected(_before(row, reading), row.at, row.reason, row.corrects) for row in rows]


def _before(row: CaseCorrection, reading: Reading) -> Shown | None:
    if not row.disease_group or not reading.has_detail:
        return None
    return Shown(reading.shown.age_band, reading.shown.place, row.disease_group)


def may_read(account: Account, case: Case) -> bool:
    """Whether somebody looks after a membership in the plan of a case, or told the story."""
    member = exists().where(
        Membership.account_id == account.id,
        Membership.plan_id == case.period.plan_id,
        Membership.state.in_(SHARING),
    )
    own = exists().where(Claim.id == case.award.claim_id, Claim.account_id == account.id)
    return bool(db.session.scalar(select(member | own)))
