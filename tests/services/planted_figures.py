"""A fault in figures, planted beneath every guard of the application."""

from __future__ import annotations

from app.jobs import figures
from tests.services import planted
from tests.services import pool_story as story


def another_sum() -> None:
    """The figures are made, and then somebody makes them look better by one fen."""
    figures.do(story.pool(planted.YOUNG).id, story.september(22))
    planted.unguarded("UPDATE figure_cell SET waiting_received_fen = waiting_received_fen + 1 WHERE dimension = 'age'")
