"""A public case that says less from now on: its claimant has withdrawn the consent to publication."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.db import db, new_salt
from app.domain.masking import NOTHING_SHOWN
from app.models import Award, Case, Claim
from app.services import facts, notices


def publish_nothing_more(claim: Claim, *, at: dt.datetime) -> int:
    """Let every case of a claim show plan, amount and date only; returns how many said more. Each is a public fact.

    The sums stay: amount and date are what the others were charged for. A bulletin that was written already shows what
    the cases said: its files are let go, and it is written anew of what they say now when somebody asks for it.
    """
    claim.publication_level = 0
    cases = db.session.scalars(
        select(Case).join(Award, Case.award_id == Award.id).where(Award.claim_id == claim.id, Case.level > 0)
    ).all()
    for case in cases:
        case.level = 0
        case.age_band, case.place, case.disease_group = (
            NOTHING_SHOWN.age_band,
            NOTHING_SHOWN.place,
            NOTHING_SHOWN.disease_group,
        )
        # Whoever learns the salt of the correction shall not learn by it what was published before.
        case.salt = new_salt()
        text = facts.commitment(case.salt, case.age_band, case.place, case.disease_group, case.decided_on.isoformat())
        facts.state("case-corrected", case.ref, at=at, text=text)
        notices.write_anew("bulletin", case.period_id)
    db.session.flush()
    return len(cases)
