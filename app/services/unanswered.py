"""Evidence that was asked for and never came: the claim stays open, and its claimant is reminded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.domain.claim_questions import due_day, overdue_days
from app.domain.claim_states import reminders_due
from app.models import Claim, ClaimQuestion, ClaimStep, Message
from app.services import messages
from app.services.days import day_of


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder that is due and was not sent."""

    key: str
    claim: str
    account_id: int
    days: int
    """Since the question was asked."""
    due_on: dt.date
    overdue: int
    """Days since its due day; 0 while there is time."""


def due(at: dt.datetime) -> list[Reminder]:
    """The reminders that are due now; [] when everybody was told."""
    last = (
        select(ClaimStep.claim_id, func.max(ClaimStep.id).label("step"))
        .where(ClaimStep.to_state == "evidence_asked")
        .group_by(ClaimStep.claim_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Claim.ref, Claim.account_id, ClaimStep.id, ClaimStep.at, ClaimQuestion.due_on)
        .join(last, last.c.claim_id == Claim.id)
        .join(ClaimStep, ClaimStep.id == last.c.step)
        .outerjoin(ClaimQuestion, ClaimQuestion.step_id == ClaimStep.id)
        .where(Claim.state == "evidence_asked")
        .order_by(ClaimStep.id)
    ).all()
    found = []
    for ref, account_id, step_id, asked_at, named in rows:
        number = reminders_due(day_of(asked_at), day_of(at))
        if number:
            days = (day_of(at) - day_of(asked_at)).days
            due: dt.date | None = named
            due_on = due or due_day(day_of(asked_at))
            overdue = overdue_days(due_on, day_of(at))
            found.append(Reminder(f"claim-remind:{step_id}:{number}", ref, account_id, days, due_on, overdue))
    told = set(db.session.scalars(select(Message.key).where(Message.key.in_([one.key for one in found]))))
    return [one for one in found if one.key not in told]


def remind(at: dt.datetime) -> int:
    """Remind every claimant whose answer is due again; returns how many were told."""
    reminders = due(at)
    for one in reminders:
        values = {"days": one.days, "due_on": one.due_on.isoformat(), "overdue": one.overdue}
        messages.tell(one.account_id, "claim-remind-evidence", key=one.key, at=at, claim=one.claim, **values)
    return len(reminders)
