"""A worker that is killed at any point loses nothing and does nothing twice."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from app.db import db, transaction
from app.domain import merkle, tiles
from app.models import Account, Checkpoint, JournalEntry, Message, Outbox, Payout
from app.services import leaving
from app.services.public_log import files, proving, reading
from tests.fixtures.application import ROOT
from tests.services import pool_story as story

SETTLE = ("settling", "ending a chunk", "ended, not entered", "entering")
PAY = ("leased", "mail sent", "mail done", "before the commit of a transfer", "transfer sent")
COUNT = ("a tile read", "counted, not stated", "entries, no tiles", "tiles, no checkpoint", "signed, not committed")
FILES = ("a public file written", "the checkpoint written")
NAMED = (*SETTLE, "locking", *COUNT, *PAY, *FILES)
"""In the order in which one life after the other gets to them."""
SENIOR = "senior-cancer"
CLAIMS = 3
ANY_MOMENT = 5


@pytest.fixture
def due(app: Flask) -> None:
    """All due in the same minute: three payouts on their way, a period to settle after which one leaves and two enter,
    another plan's period to lock, and a mail for each message."""
    with app.app_context():
        story.open_plan()
        story.enrol(10)
        for _claim in range(CLAIMS):
            story.approve_claim(20_00, benefit="low_grade_tumour")
        story.settled()
        story.release()
        story.approve_claim(30_00, benefit="low_grade_tumour", at=story.september(15))
        story.lock(story.SECOND)
        story.enrol(2, series="L", at=story.september(22))
        with transaction():
            leaving.leave(story.members()[5], by=story.account().id, at=story.september(22))
        story.approve(story.SECOND)
        story.open_plan(SENIOR)
        story.enrol(3, slug=SENIOR, series="S")
        with transaction():
            db.session.execute(db.update(Account).values(email_confirmed_at=story.september(1)))


def lives(app: Flask, points: list[str]) -> list[str]:
    """Let workers live and die at these points, and the last one do the rest."""
    address = str(app.config["SQLALCHEMY_DATABASE_URI"])
    with app.app_context():
        at = story.september(28).isoformat()
    command = [sys.executable, "-m", "tests.jobs.killed", address, str(app.config["INSTANCE"]), at, *points, "end"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def assert_done_once(app: Flask) -> None:
    folder = Path(app.config["INSTANCE"])
    with app.app_context():
        assert db.session.scalars(db.select(Outbox.key).where(Outbox.done_at.is_(None))).all() == []
        assert story.period(story.SECOND).state == "settled"
        locked = story.period(f"{SENIOR}-2026-09-1")
        assert (locked.members, locked.visible_at is not None) == (3, True)
        assert [len(story.members(state=state)) for state in ("sharing", "left", "pending")] == [11, 1, 0]
        paid = db.session.scalars(db.select(Payout).where(Payout.state == "paid")).all()
        entries = db.session.scalars(db.select(JournalEntry.ref).where(JournalEntry.kind == "payout")).all()
        assert sorted(entries) == sorted(f"payout:{payout.ref}" for payout in paid)
        assert len(paid) == CLAIMS
        assert set((folder / "transfers").read_text().split()) == {payout.ref for payout in paid}
        mails = Counter((folder / "mails").read_text().splitlines())
        assert set(mails) == {f"mail:{key}" for key in db.session.scalars(db.select(Message.key))}
        story.sound()
        assert_log_only_grew()


def assert_log_only_grew() -> None:
    """Nothing waits, every checkpoint ever signed is the beginning of the latest, and the files are the log."""
    latest = reading.latest()
    assert latest is not None
    assert reading.waiting() == 0
    for checkpoint in db.session.scalars(db.select(Checkpoint)):
        shown = proving.consistency(checkpoint.size, latest.size)
        merkle.verify_consistency(checkpoint.size, checkpoint.root, latest.size, latest.root, shown)
    found = {
        str(path.relative_to(files.root() / "log")) for path in (files.root() / "log").rglob("*") if path.is_file()
    }
    tiled = {tile.path() for tile in (*tiles.tiles_at(latest.size), *tiles.bundles_at(latest.size))}
    assert {name for name in found if not name.rpartition("/")[2].startswith(".")} == {"checkpoint", "vkey", *tiled}
    assert files.path_of("log/checkpoint").read_text() == latest.note
    entries = tiles.unbundled(files.path_of(f"log/{tiles.Tile(tiles.ENTRIES, 0, latest.size).path()}").read_bytes())
    frontier = merkle.Frontier()
    frontier.extend(map(merkle.leaf_hash, entries))
    assert frontier.root() == latest.root


@pytest.mark.usefixtures("due")
def test_killed_at_every_point_it_loses_nothing_and_does_nothing_twice(app: Flask) -> None:
    assert lives(app, list(NAMED)) == [*(f"{point}: killed" for point in NAMED), "end: 0"]
    assert_done_once(app)


@pytest.mark.usefixtures("due")
def test_killed_at_any_moment_it_loses_nothing_and_does_nothing_twice(app: Flask) -> None:
    """A machine may be quick enough to finish before its moment: what counts is what is there in the end."""
    chance = random.Random(20260928)
    said = lives(app, [str(chance.randrange(5, 400)) for _life in range(ANY_MOMENT)])
    assert said[-1] == "end: 0"
    assert_done_once(app)
