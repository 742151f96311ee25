"""Objections to published cases, and their answers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.db import db, transaction
from app.disclosures.objecting import actions as objecting
from app.disclosures.objecting.actions import Said
from app.models import Award, Case, Claim, Objection
from app.review.objections import actions as answering
from app.services import objections
from app.story.deeds.gate import somebody

if TYPE_CHECKING:
    from app.story.objections_plot import ObjectionPlot
    from app.story.telling import Story


def write_objection(story: Story, plotted: ObjectionPlot) -> None:
    """Write the scenes of one objection: filed, and perhaps answered."""

    def against() -> Case:
        cases = select(Case).join(Award, Case.award_id == Award.id).join(Claim, Award.claim_id == Claim.id)
        of_member = cases.where(Claim.account_id == somebody(plotted.member).id).order_by(Case.id.desc())
        return db.session.scalars(of_member.limit(1)).one()

    def file(at: dt.datetime) -> None:
        with transaction():
            objecting.file(against(), Said(plotted.text, plotted.name, plotted.contact), sender=plotted.member, at=at)

    def answer(at: dt.datetime) -> None:
        with transaction():
            objection = db.session.scalars(select(Objection).where(Objection.case_id == against().id)).one()
            claim = objections.claim_of(objection.case)
            desk = (somebody(f"caseworker-{number}") for number in range(1, 5))
            by = next(one for one in desk if answering.may_answer(claim, one))
            deed = answering.dismiss if plotted.answer == "dismissed" else answering.admit
            deed(objection, plotted.reason, by=by, at=at)

    story.add(story.at(story.published(plotted.period, plotted.days), plotted.hour), file)
    if plotted.answer is not None:
        period, days, hour = plotted.answered
        story.add(story.at(story.published(period, days), hour), answer)
