"""In the demonstration the last ninety days are told, what is older has expired, and members' stories stay inside."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.masking import EXPIRED
from app.models import Case, CaseCorrection, PublicStory, TakenAway
from app.services import public_reading
from app.services.days import day_of
from app.web import clock
from tests.fixtures.application import release
from tests.fixtures.story import Told
from tests.memberships.walk import said

pytestmark = pytest.mark.slow


def test_stories_are_shown_for_their_days_and_members_stories_on_no_public_page(told: Told) -> None:
    site = told.site()
    with site.app_context():
        today = day_of(clock.now())
        cases = db.session.scalars(select(Case)).all()
        shown = [case for case in cases if case.detail_ends_on is not None]
        assert all(case.detail_ends_on > today for case in shown)
        assert sum(case.age_band == EXPIRED for case in cases) > len(shown)
        stories = db.session.scalars(select(PublicStory)).all()
        assert {one.state for one in stories} == {"waiting", "given_back", "published", "ended"}
        inside = [public_reading.words_of(one) for one in stories if one.audience == "members" and one.text_sealed]
        everybody = [public_reading.words_of(one) for one in stories if one.audience == "everybody" and one.text_sealed]
        assert len(inside) >= 3
        assert len(everybody) >= 3
        causes = set(db.session.scalars(select(TakenAway.cause)))
        assert causes == {"expired", "withdrawn", "takedown"}
        assert db.session.scalars(select(CaseCorrection)).all()
        addresses = {f"/cases/{case.ref}" for case in shown} | {f"/disclosures/{case.period.name}" for case in shown}
        expired = next(case.ref for case in cases if case.age_band == EXPIRED)
    visitor = site.test_client()
    read = "".join(visitor.get(address).text for address in sorted(addresses))
    assert all(words in read for words in everybody)
    assert not any(words in read for words in inside)
    assert "细节已按承诺于" in said(visitor.get(f"/cases/{expired}"))
    release(site)
