"""The story shows what stands out in a claim, and investigations: one under way, one reported, one taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.db import db
from app.domain.signals import Signal
from app.models import Claim
from app.services import signals
from tests.fixtures.application import release
from tests.fixtures.story import Told

pytestmark = pytest.mark.slow

SHOWN = {
    "an investigation is open": "SELECT 1 FROM investigation WHERE state = 'open'",
    "an investigator reported, and the claimant can read it": (
        "SELECT 1 FROM investigation i JOIN investigation_note n ON n.investigation_id = i.id "
        "WHERE i.state = 'filed' AND n.kind = 'shared'"
    ),
    "a consent to an investigator was taken back": "SELECT 1 FROM investigation WHERE cause = 'consent_withdrawn'",
    "an investigator looked at documents": (
        "SELECT 1 FROM audit WHERE role = 'investigator' AND deed = 'evidence.view_opened'"
    ),
}


def test_the_story_shows_investigations_and_one_file_in_two_claims(told: Told) -> None:
    site = told.site()
    with site.app_context():
        assert [what for what, asked in SHOWN.items() if db.session.execute(text(asked)).first() is None] == []
        waiting = db.session.scalars(db.select(Claim).where(Claim.state.in_(("submitted", "in_review")))).all()
        found: list[Signal] = [one for claim in waiting for one in signals.of_claim(claim)]
        assert sorted(one.kind for one in found if one.kind == "same_document") == ["same_document"] * 2
        assert not [one for one in found if one.kind == "document_date"], "no paper of the story says its day"
    release(site)
