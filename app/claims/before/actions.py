"""The deed that follows the answer: a draft with everything in it that was asked about."""

from __future__ import annotations

import datetime as dt

from app.claims import actions
from app.db import db
from app.models import Account, Claim, Membership
from app.services import audit, pins
from app.services.may_apply import Answer


def begin_with(membership: Membership, answer: Answer, *, by: Account, at: dt.datetime) -> Claim:
    """A draft with the date, the group and, where the table leaves one alone, the benefit; judged by those terms.

    What a draft begun before says of its event is not written over. Raises as `actions.open_claim`.
    """
    claim = actions.open_claim(membership, by=by, at=at)
    if claim.event_on is not None:
        return claim
    claim.event_on, claim.disease_group = answer.asked.event_on, answer.asked.group
    claim.benefit = answer.benefits[0].key if len(answer.benefits) == 1 else None
    claim.member_terms = pins.terms_on(membership, answer.asked.event_on)
    audit.note("claim.event_told", "claim", claim.ref, by=by.id, role="member", at=at)
    db.session.flush()
    return claim
