"""The story shows who files: somebody for themselves, a parent for a child, a relative after a death."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.db import db
from tests.fixtures.application import release
from tests.fixtures.story import Told

pytestmark = pytest.mark.slow

SHOWN = {
    "a relative applied for what was before a death": (
        "SELECT 1 FROM claim c JOIN report r ON r.id = c.filer_report_id "
        "WHERE c.state = 'submitted' AND c.filer = 'relative' AND c.hospital_hash IS NOT NULL AND r.kind = 'death'"
    ),
    "a parent applied for a child": "SELECT 1 FROM claim WHERE filer = 'guardian' AND state <> 'draft'",
    "somebody applied for themselves": "SELECT 1 FROM claim WHERE filer = 'self' AND state = 'paid'",
}


def test_the_story_shows_who_files(told: Told) -> None:
    site = told.site()
    with site.app_context():
        assert [what for what, asked in SHOWN.items() if db.session.execute(text(asked)).first() is None] == []
    release(site)
