"""Work is done by whoever holds its lease, once; what fails waits longer each time and comes to rest in the end."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from flask import Flask

from app.db import db, transaction
from app.domain.retries import LEASE, LONG_LEASE, MOST_ATTEMPTS, wait_after
from app.models import Audit, Message, Outbox
from app.services import outbox
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")
NOW = dt.datetime(2026, 9, 1, 4, tzinfo=dt.UTC)
Do = Callable[[], None]


@pytest.fixture
def handle(monkeypatch: pytest.MonkeyPatch) -> Callable[[Do], list[int]]:
    """Let work of the kind "thing" do this; every run is counted."""
    runs: list[int] = []

    def by(do: Do) -> list[int]:
        def run(_payload: object, _at: dt.datetime) -> None:
            runs.append(1)
            do()

        monkeypatch.setitem(outbox.handlers, "thing", run)
        return runs

    return by


def ask(key: str = "thing:1") -> None:
    with transaction():
        outbox.ask("thing", key, at=NOW)


def the_work() -> Outbox:
    db.session.expire_all()
    return db.session.scalars(db.select(Outbox).where(Outbox.kind == "thing")).one()


def later(**by: float) -> dt.datetime:
    return NOW + dt.timedelta(**by)


def test_a_key_asks_once_and_what_is_done_stays_done(handle: Callable[[Do], list[int]]) -> None:
    runs = handle(lambda: None)
    ask()
    ask()
    assert (outbox.sweep(NOW), outbox.sweep(later(days=9)), runs) == (1, 0, [1])
    assert outbox.is_asked("thing:1")
    assert (the_work().done_at, the_work().attempts, the_work().leased_by) == (NOW, 1, None)


def test_work_in_somebodys_hands_is_left_alone_until_the_lease_runs_out(handle: Callable[[Do], list[int]]) -> None:
    runs = handle(lambda: None)
    ask()
    assert outbox._lease(NOW, lambda: NOW) is not None, "taken, and its worker is killed"
    assert outbox.sweep(NOW, real_now=lambda: NOW + LEASE - dt.timedelta(seconds=1)) == 0
    assert outbox.sweep(NOW, real_now=lambda: NOW + LEASE) == 1
    assert (runs, the_work().attempts) == ([1], 2)


def test_who_lost_the_lease_writes_nothing(handle: Callable[[Do], list[int]]) -> None:
    ask()
    slow = outbox._lease(NOW, lambda: NOW)
    handle(lambda: db.session.add(Message(account_id=story.account().id, key="said", kind="x", values={}, at=NOW)))
    with transaction():
        story.account()
    assert outbox.sweep(NOW, real_now=lambda: NOW + LEASE) == 1
    assert slow is not None
    assert not outbox._do(slow, NOW), "the slow one comes back after another has done it"
    assert db.session.scalar(db.select(db.func.count(Message.id))) == 1


def test_what_a_handler_wrote_before_it_failed_is_gone_and_the_name_of_the_error_stays(
    handle: Callable[[Do], list[int]],
) -> None:
    account_id = story.account().id

    def half() -> None:
        db.session.add(Message(account_id=account_id, key="half", kind="x", values={}, at=NOW))
        db.session.flush()
        raise TimeoutError("somebody@example.org does not answer")

    handle(half)
    ask()
    assert outbox.sweep(NOW) == 0
    assert db.session.scalar(db.select(db.func.count(Message.id))) == 0
    work = the_work()
    assert (work.last_error, work.due_at, work.done_at) == ("TimeoutError", later(minutes=1), None)


def test_it_waits_twice_as_long_each_time_and_never_more_than_six_hours() -> None:
    waits = [wait_after(attempts) for attempts in range(1, MOST_ATTEMPTS + 1)]
    assert waits[:3] == [dt.timedelta(minutes=minutes) for minutes in (1, 2, 4)]
    assert max(wait for wait in waits if wait is not None) <= dt.timedelta(hours=6)
    assert [wait is None for wait in waits] == [False] * (MOST_ATTEMPTS - 1) + [True]
    with pytest.raises(ValueError, match="never tried"):
        wait_after(0)


def test_work_that_kills_every_worker_comes_to_rest_too(handle: Callable[[Do], list[int]]) -> None:
    runs = handle(lambda: None)
    ask()
    for killed in range(MOST_ATTEMPTS):
        moment = NOW + killed * LEASE
        assert outbox._lease(NOW, lambda moment=moment: moment) is not None
    assert outbox.sweep(NOW, real_now=lambda: NOW + MOST_ATTEMPTS * LEASE) == 0
    assert (runs, the_work().last_error, the_work().dead_at) == ([], "WorkerLost", NOW)
    assert outbox.dead_letters() == 1
    assert db.session.scalar(db.select(Audit.detail).where(Audit.deed == "bury-work")) == "thing: WorkerLost"


def test_a_dead_letter_is_answered_once_and_never_without_a_reason(handle: Callable[[Do], list[int]]) -> None:
    handle(lambda: None)
    ask()
    by = story.treasurer().id
    with pytest.raises(outbox.NotDead), transaction():
        outbox.try_again(the_work().id, by=by, role="treasurer", at=NOW)
    with transaction():
        work = the_work()
        work.dead_at, work.attempts = NOW, MOST_ATTEMPTS
    with pytest.raises(outbox.NoReason), transaction():
        outbox.give_up(the_work().id, "  ", by=by, role="operator", at=NOW)
    with transaction():
        outbox.try_again(the_work().id, by=by, role="treasurer", at=later(hours=1))
    assert outbox.sweep(later(hours=1)) == 1
    with pytest.raises(outbox.NotDead), transaction():
        outbox.give_up(the_work().id, "too late", by=by, role="operator", at=NOW)


def test_several_workers_never_do_a_thing_at_once_or_twice(engine: Flask, handle: Callable[[Do], list[int]]) -> None:
    runs = handle(lambda: None)
    for number in range(12):
        ask(f"thing:{number}")
    done: list[int] = []

    def work() -> None:
        with engine.app_context():
            done.append(outbox.sweep(NOW))
            db.session.remove()

    workers = [threading.Thread(target=work) for _worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    while outbox.sweep(NOW):
        pass
    assert len(runs) == 12
    db.session.expire_all()
    assert {work.attempts for work in db.session.scalars(db.select(Outbox))} == {1}


def test_long_work_has_a_long_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(outbox.outside, "thing", LONG_LEASE)
    ask()
    outbox._lease(NOW, lambda: NOW)
    assert the_work().leased_until == NOW + LONG_LEASE
