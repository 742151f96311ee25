"""How often something may be done: counted for all processes together, and nobody's address is kept."""

from __future__ import annotations

import datetime as dt
import threading
from contextlib import suppress

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from app.db import db, transaction
from app.domain.limits import Limit, after_one_less, after_one_more
from app.models import Allowance
from app.services import limits
from app.services.limits import TooMany
from app.web.network import part_of

AT = dt.datetime(2026, 10, 1, 4, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
THREE = Limit(3, 10 * MINUTE)
NETWORK = "192.0.2.0/24"


def use_up(kind: str, subject: str, at: dt.datetime = AT) -> TooMany:
    for _ in range(limits.KINDS[kind].at_once):
        limits.take(kind, subject, at=at)
    with pytest.raises(TooMany) as refused:
        limits.take(kind, subject, at=at)
    return refused.value


def try_in_vain() -> None:
    with suppress(ZeroDivisionError), transaction():
        limits.take("reset-account", "lin@example.org", at=AT)
        _ = 1 // 0


def test_so_many_at_once_then_one_for_each_pause():
    busy = None
    for _ in range(3):
        busy = after_one_more(busy, THREE, at=AT)
    with pytest.raises(TooMany) as refused:
        after_one_more(busy, THREE, at=AT)
    assert refused.value.until == AT + 10 * MINUTE
    assert (refused.value.wait_minutes, refused.value.wait_seconds) == (10, 600)
    with pytest.raises(TooMany):
        after_one_more(busy, THREE, at=refused.value.until - dt.timedelta(microseconds=1))
    busy = after_one_more(busy, THREE, at=refused.value.until)
    with pytest.raises(TooMany):
        after_one_more(busy, THREE, at=AT + 19 * MINUTE)
    assert after_one_more(busy, THREE, at=AT + 24 * 60 * MINUTE) == AT + (24 * 60 + 10) * MINUTE


def test_what_is_given_back_may_be_done_again():
    busy = after_one_more(after_one_more(after_one_more(None, THREE, at=AT), THREE, at=AT), THREE, at=AT)
    assert after_one_more(after_one_less(busy, THREE), THREE, at=AT) == busy


@pytest.mark.parametrize("nothing", [(0, MINUTE), (1, 0 * MINUTE)])
def test_a_limit_that_limits_nothing_is_none(nothing: tuple[int, dt.timedelta]):
    with pytest.raises(ValueError, match="not a limit"):
        Limit(*nothing)


def test_one_subject_and_one_kind_use_up_nobody_elses(app: Flask):
    with app.app_context():
        assert use_up("reset-account", "lin@example.org").until > AT
        limits.take("reset-account", "lon@example.org", at=AT)
        limits.take("confirm-account", "lin@example.org", at=AT)
        limits.forget("reset-account", "lin@example.org")
        limits.take("reset-account", "lin@example.org", at=AT)
        use_up("objection-network", NETWORK)
        limits.give_back("objection-network", NETWORK, at=AT)
        limits.take("objection-network", NETWORK, at=AT)


def test_what_is_kept_names_nobody_and_goes_when_it_counts_no_more(app: Flask):
    with app.app_context():
        limits.take("sign-in-network", NETWORK, at=AT)
        kept = db.session.scalars(db.select(Allowance)).one()
        assert b"192" not in kept.subject_hash
        assert len(kept.subject_hash) == 32
        assert limits.sweep(AT) == 0
        assert limits.sweep(AT + MINUTE) == 1


def test_what_is_counted_stays_counted_when_the_deed_after_it_is_undone(app: Flask):
    with app.app_context():
        limits.take("reset-account", "lin@example.org", at=AT)
        try_in_vain()
        busy = db.session.scalars(db.select(Allowance.busy_until)).one()
        assert busy == AT + limits.KINDS["reset-account"].pause


def test_two_who_come_at_once_are_counted_twice(app: Flask):
    kind, refused = "reset-account", []
    together = threading.Barrier(6)

    def come() -> None:
        with app.app_context():
            together.wait()
            try:
                limits.take(kind, "lin@example.org", at=AT)
            except TooMany:
                refused.append(1)

    people = [threading.Thread(target=come) for _ in range(6)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(refused) == 6 - limits.KINDS[kind].at_once


def test_a_page_that_is_asked_for_too_often_says_when_to_come_back(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    def refuse() -> None:
        raise TooMany(AT + dt.timedelta(seconds=90), at=AT)

    monkeypatch.setitem(app.view_functions, "accounts.sign_in", refuse)
    answer = client.get("/sign-in?lang=en")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "90")
    assert "try again in 2 minutes" in answer.text
    monkeypatch.setitem(app.view_functions, "accounts.sign_in", lambda: abort(429))
    assert "Wait a few minutes" in client.get("/sign-in").text


@pytest.mark.parametrize(
    ("address", "part"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::7", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", "unknown"),
    ],
)
def test_an_address_counts_with_its_part_of_the_network(address: str, part: str):
    assert part_of(address) == part
