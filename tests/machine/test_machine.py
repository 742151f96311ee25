"""What the application does in two thousand stories is what money.md says, done the slow way by an oracle.

The stories are the same in every run: all of them in CI, a fifth by hand. `--hypothesis-seed=random` tells others, and
`--hypothesis-profile=hunt` ten times as many; a story that fails is printed deed by deed.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from app.domain import shares
from app.services import forecasts, lapses, second_look
from tests.fixtures.application import House, release
from tests.machine import beginnings
from tests.machine.machine import Machine

SHORT: Final = [(4, 225, seed) for seed in range(1, 9)]
CHAPTERS: Final = {"sqlite": [*SHORT, (10, 150, 9), (25, 50, 10)], "postgresql": [(5, 110, 11), (12, 40, 12)]}
"""On each database: how many deeds a story has, how many stories, and their seed. Short ones reach the most corners."""
MOST_CHAPTERS: Final = max(len(chapters) for chapters in CHAPTERS.values())
TOLD: Final = {"ci": 1, "hunt": 10}
"""How much of that is told in which profile; by hand a fifth of it."""


@pytest.fixture
def site(shared_house: House, engine_url: str, tmp_path: Path) -> Iterator[Flask]:
    application = shared_house.move_to(engine_url, tmp_path / "instance")
    with application.app_context():
        yield application
    release(application)


def play(address: str, deeds: int, stories: int, *, seed: int | None, **more: Any) -> int:
    """Tell so many stories on a database; returns how many were told."""
    machine = type("Machine", (Machine,), {"fresh": staticmethod(beginnings.worlds(address)), "told": 0})
    machine._hypothesis_internal_use_seed = seed
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(
        max_examples=stories, stateful_step_count=deeds, deadline=None, database=None, print_blob=True,
        suppress_health_check=quiet, **more,
    )  # fmt: skip
    with rare_rubbish():
        run_state_machine_as_test(machine, settings=chosen)
    return machine.told


@contextmanager
def rare_rubbish() -> Iterator[None]:
    """Collect garbage seldom: each deed makes thousands of objects, and looking through all of them takes a tenth."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 10, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


@pytest.mark.slow
@pytest.mark.parametrize("chapter", range(MOST_CHAPTERS))
def test_whatever_happens_the_application_does_what_money_md_says(
    site: Flask, engine_url: str, engine_name: str, chapter: int, request: pytest.FixtureRequest
) -> None:
    chapters = CHAPTERS[engine_name]
    for deeds, stories, seed in chapters[chapter::MOST_CHAPTERS]:
        wanted = round(stories * TOLD.get(settings.get_current_profile_name(), 0.2))
        others = request.config.getoption("--hypothesis-seed") is not None
        assert play(engine_url, deeds, wanted, seed=None if others else seed) >= wanted


def test_two_thousand_stories_are_told() -> None:
    assert sum(stories for _deeds, stories, _seed in CHAPTERS["sqlite"]) >= 2_000


def forgotten_surplus(monkeypatch: pytest.MonkeyPatch) -> None:
    """The surplus stays where it is, and the members pay as if there were none."""

    def settle(cases: Any, *, surplus_in_fen: int, **more: Any) -> shares.Quote:
        quote = shares.settle_period(cases, surplus_in_fen=0, **more)
        after = quote.surplus_after_fen + surplus_in_fen
        return replace(quote, surplus_before_fen=surplus_in_fen, surplus_after_fen=after)

    for place in (forecasts, second_look):
        monkeypatch.setattr(place, "settle_period", settle)


def rounded_fee(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a fen of the fee is dropped."""
    monkeypatch.setattr(shares, "fee_fen", lambda base_fen, fee_bp: base_fen * fee_bp // shares.WHOLE_BP)


def a_day_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock lets everybody go on for one day more."""
    window = lapses.grace_window
    monkeypatch.setattr(lapses, "grace_window", lambda today, days: window(today, days + 1))


@pytest.mark.slow
@pytest.mark.parametrize("plant", [forgotten_surplus, rounded_fee, a_day_too_long])
def test_a_law_that_is_broken_is_found(
    site: Flask, engine_url: str, engine_name: str, plant: Callable[[pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Whole and wrong the same way everywhere, so that no check of the application sees it: only the oracle does."""
    if engine_name == "sqlite":
        plant(monkeypatch)
        with pytest.raises(AssertionError):
            play(engine_url, 8, 250, seed=1, phases=(Phase.generate,), report_multiple_bugs=False)
