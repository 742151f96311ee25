"""Workers that are killed while they lock, settle, pay and let members in and out; and what is there afterwards.

Each worker is a process of its own that does everything that is due (`tests/jobs/killed.py`) and gets SIGKILL at a
moment that chance chooses, or lives through it when it was quicker. After a few of them one lives and does the rest.
"""

from __future__ import annotations

import datetime as dt
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Flask
from sqlalchemy import select

from app.db import db, transaction
from app.models import Account, Membership, Outbox, Payout, Period
from app.services import leaving
from app.services.days import midnight
from bench.aftermath import disagreements, wrong_head_counts
from tests.services import pool_story as story

ROOT: Final = Path(__file__).parents[1]
AT_ONCE: Final = 4
"""So many workers die of one piece of work before one lives."""
LATEST_MS: Final = 400
MEMBERS: Final = 30


@dataclass(frozen=True, slots=True)
class Outcome:
    """What so many deaths came to. `lost`, `wrong` and `stuck` have to be empty."""

    engine: str
    killed: int
    quicker: int
    """Workers that were done before their moment came."""
    periods: int
    lost: tuple[str, ...]
    """Periods that did not settle, payouts that were not paid, work that was not done."""
    wrong: tuple[str, ...]
    stuck: tuple[str, ...]
    """Workers that were let live and did not end well."""


@dataclass
class _Deaths:
    site: Flask
    chance: random.Random
    killed: int = 0
    quicker: int = 0
    stuck: tuple[str, ...] = ()

    def live_and_die(self, at: dt.datetime) -> None:
        """Let workers die of what is due at an instant, and one live."""
        address, instance = str(self.site.config["SQLALCHEMY_DATABASE_URI"]), str(self.site.config["INSTANCE"])
        points = [str(self.chance.randrange(1, LATEST_MS)) for _life in range(AT_ONCE)]
        command = [sys.executable, "-m", "tests.jobs.killed", address, instance, at.isoformat(), *points, "end"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 -- our own
        said = done.stdout.splitlines()
        self.killed += sum(line.endswith("killed") for line in said)
        self.quicker += sum(line.endswith(": 0") for line in said[:-1])
        if not said or said[-1] != "end: 0":
            self.stuck += (f"{at.isoformat()}: {said} {done.stderr[-400:]}",)


def run(site: Flask, number: int, *, seed: int) -> Outcome:
    """Kill so many workers on an application whose database is empty; at most three times as many are sent to die."""
    deaths = _Deaths(site, random.Random(seed))  # noqa: S311 -- the same moments again
    with site.app_context():
        story.open_plan()
        story.enrol(MEMBERS, 300_00)
        with transaction():
            db.session.execute(db.update(Account).values(email_confirmed_at=story.september(1)))
        periods = 0
        while deaths.killed < number and deaths.killed + deaths.quicker < 3 * number and not deaths.stuck:
            _one_period(deaths, periods)
            periods += 1
        return _outcome(deaths, periods)


def _one_period(deaths: _Deaths, number: int) -> None:
    found = db.session.scalars(
        select(Period).where(Period.state == "planned").order_by(Period.publication_day).limit(1)
    ).one()
    name, publication_day, settle_day = found.name, found.publication_day, found.settle_day
    members = [row.id for row in story.members(state="sharing")]
    before = midnight(publication_day) - dt.timedelta(hours=9)
    helped = db.session.get_one(Membership, members[number % (len(members) - 2)])
    story.approve_claim(30_00, of=helped, benefit="low_grade_tumour", at=before)
    _leave(members[-1], at=before)
    db.session.remove()
    deaths.live_and_die(midnight(publication_day))
    after = midnight(publication_day) + dt.timedelta(hours=12)
    story.enrol(2, series=f"{chr(ord('B') + number % 24)}", at=after)
    _leave(members[-2], at=after)
    story.approve(name)
    db.session.remove()
    deaths.live_and_die(midnight(settle_day))
    story.release(name)
    db.session.remove()
    deaths.live_and_die(midnight(settle_day) + dt.timedelta(hours=13))


def _leave(number: int, *, at: dt.datetime) -> None:
    with transaction():
        row = db.session.get_one(Membership, number)
        leaving.leave(row, by=row.account_id, at=at)


def _outcome(deaths: _Deaths, periods: int) -> Outcome:
    db.session.rollback()
    lost = [f"payout {ref} is not paid" for ref in db.session.scalars(select(Payout.ref).where(Payout.state != "paid"))]
    lost += [f"left undone: {key}" for key in db.session.scalars(select(Outbox.key).where(Outbox.done_at.is_(None)))]
    settled = db.session.scalar(select(db.func.count(Period.id)).where(Period.state == "paid")) or 0
    if settled != periods:
        lost.append(f"{periods} periods began, {settled} are paid")
    return Outcome(
        db.engine.dialect.name, deaths.killed, deaths.quicker, periods, tuple(lost),
        (*wrong_head_counts(), *disagreements()), deaths.stuck,
    )  # fmt: skip
