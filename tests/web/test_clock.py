"""The only clock."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from app.db import db, transaction
from app.models import Instance
from app.web import clock

NOON = dt.datetime(2026, 10, 7, 4, 0, tzinfo=dt.UTC)


def move(seconds: int) -> None:
    with transaction():
        db.session.get_one(Instance, 1).clock_offset_seconds = seconds
    clock.forget()


def test_now_is_aware_and_real_until_somebody_moves_it(app: Flask) -> None:
    with app.app_context():
        assert clock.now().tzinfo is dt.UTC
        assert abs(clock.now() - clock.real_now()) < dt.timedelta(seconds=5)


def test_a_demonstration_runs_ahead_by_its_offset(app: Flask) -> None:
    with app.app_context():
        move(5 * 86400)
        ahead = clock.now() - clock.real_now()
        assert dt.timedelta(days=5) - ahead < dt.timedelta(seconds=5)


def test_the_offset_is_read_anew_when_told(app: Flask) -> None:
    with app.app_context():
        before = clock.now()
        move(86400)
        assert clock.now() - before > dt.timedelta(hours=23)


def test_production_has_no_other_time_than_the_real_one(app: Flask) -> None:
    with app.app_context():
        move(86400)
        app.config["MODE"] = "production"
        assert abs(clock.now() - clock.real_now()) < dt.timedelta(seconds=5)


def test_a_moment_can_be_set_and_is_given_back(app: Flask) -> None:
    with app.app_context():
        with clock.at_instant(NOON):
            assert clock.now() == NOON
            with clock.at_instant(NOON + dt.timedelta(days=1)):
                assert clock.today() == dt.date(2026, 10, 8)
            assert clock.now() == NOON
        assert clock.now() != NOON


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"), clock.at_instant(dt.datetime(2026, 10, 7, 12)):  # noqa: DTZ001
        pass


def test_the_local_day_begins_at_local_midnight(app: Flask) -> None:
    with app.app_context():
        with clock.at_instant(dt.datetime(2026, 10, 6, 15, 59, 59, tzinfo=dt.UTC)):
            assert clock.today() == dt.date(2026, 10, 6)
        with clock.at_instant(dt.datetime(2026, 10, 6, 16, 0, tzinfo=dt.UTC)):
            assert clock.today() == dt.date(2026, 10, 7)
