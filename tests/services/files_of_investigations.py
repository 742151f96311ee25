"""An investigation that is over, of whatever claim."""

from __future__ import annotations

import datetime as dt

import pytest

from app.db import db, transaction
from app.domain.claim_states import SamePerson
from app.models import Account, Bill, Claim, Consent, Investigation
from app.services import bills
from tests.services import pool_story as story

AT = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)


def investigated(claim: Claim, investigator: Account, *, asked_by: Account) -> None:
    """Somebody was asked to find something out about the claim, and it was called off."""
    agreed = {"account_id": claim.account_id, "claim_id": claim.id, "given_at": AT}
    db.session.add(Consent(**agreed, kind="investigator", text_version="investigator-1-zh"))
    db.session.flush()
    one = Investigation(
        claim_id=claim.id,
        round=1,
        investigator_id=investigator.id,
        opened_by=asked_by.id,
        at=AT,
        due_on=AT.date(),
        questions_sealed=b"-",
        state="closed",
        ended_at=AT,
        cause="called_off",
    )
    db.session.add(one)
    db.session.flush()


def who_investigated_judges_none(bill: Bill) -> None:
    """A caseworker who was asked to find something out about the claim before is kept from its bills."""
    once = story.account("investigator-once", "caseworker")
    with transaction():
        investigated(bill.claim, once, asked_by=story.account("caseworker-1", "caseworker"))
    with pytest.raises(SamePerson), transaction():
        bills.recommend(bill, bills.BillVerdict(accepts=True), by=once, at=story.september(17))
