"""The story shows a desk at work, and what the queue and the figures keep is what the claims' steps say."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.db import db
from app.services import at_the_desk, claim_figures
from tests.fixtures.application import release
from tests.fixtures.story import Told

pytestmark = pytest.mark.slow

SHOWN = {
    "claims are looked after": "SELECT 1 FROM claim WHERE assigned_to IS NOT NULL AND due_on IS NOT NULL",
    "a claim was handed over": "SELECT 1 FROM assignment WHERE how = 'handed_over' AND ended_at IS NULL",
    "a conflict was declared": "SELECT 1 FROM declared_conflict WHERE kind = 'acquaintance'",
    "a caseworker is away": "SELECT 1 FROM absence WHERE ended_at IS NULL",
    "payments are counted": "SELECT 1 FROM claim_figure WHERE kind = 'payment' AND number > 0",
}


def test_the_story_shows_a_desk_whose_queue_and_figures_are_what_the_steps_say(told: Told) -> None:
    site = told.site()
    with site.app_context():
        assert [what for what, asked in SHOWN.items() if db.session.execute(text(asked)).first() is None] == []
        assert at_the_desk.wrong() == []
        assert at_the_desk.unlike_their_assignment() == []
        together, _by_plan = claim_figures.figures()
        assert together.until_on is not None
        assert claim_figures.kept() == claim_figures.recounted(together.until_on)
        assert together.received == sum(together.states.values()) > 0
    release(site)
