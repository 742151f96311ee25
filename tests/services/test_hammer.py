"""A few seconds of many connections at once; `bench/soak.py` goes on for longer."""

from __future__ import annotations

import pytest
from flask import Flask

from bench.hammer import Hammer

SECONDS = 5
CONNECTIONS = 8


@pytest.mark.slow
def test_hammered_by_many_at_once_nothing_is_lost_wrong_or_stuck(app: Flask) -> None:
    outcome = Hammer(app, connections=CONNECTIONS, seed=1).run(SECONDS)
    assert (outcome.lost, outcome.wrong, outcome.stuck) == ((), (), ())
    assert outcome.settlements >= 1
    assert all(outcome.deeds.values())
