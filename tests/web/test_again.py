"""Of two deeds that wait for each other the database ends one; whoever sent it notices nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.db import db, transaction
from app.models import Membership
from app.services import limits, pools
from tests.memberships.walk import TODAY, it_is, join, publish_plans, somebody
from tests.web.gate import AT, open_account, send, sign_in

WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture(autouse=True)
def house(app: Flask, client: FlaskClient) -> Iterator[None]:
    publish_plans(app)
    open_account(app)
    with it_is(app, TODAY):
        sign_in(client)
        yield


class Other(threading.Thread):
    """Holds the membership, and asks for its pool as soon as somebody waits for the membership."""

    def __init__(self, app: Flask, ref: str) -> None:
        super().__init__()
        self.app, self.ref, self.holds, self.had_both = app, ref, threading.Event(), False

    def run(self) -> None:
        with self.app.app_context(), transaction():
            wanted = db.select(Membership).where(Membership.ref == self.ref)
            membership = db.session.scalars(wanted.with_for_update(of=Membership)).one()
            self.holds.set()
            until = time.monotonic() + 10
            while not db.session.scalar(text(WAITS)):
                assert time.monotonic() < until, "nobody waits"
                time.sleep(0.02)
            pools.hold(membership.pool, alone=True)
            self.had_both = True


def leave(app: Flask, client: FlaskClient, ref: str, engine_name: str) -> int:
    if engine_name != "postgresql":  # one deed writes at a time: nobody waits in a circle
        return send(client, f"/me/{ref}/leave").status_code
    other = Other(app, ref)
    other.start()
    assert other.holds.wait(10)
    answer = send(client, f"/me/{ref}/leave")
    other.join(10)
    assert other.had_both, "the other one was ended, and not ours"
    return answer.status_code


def test_a_deed_that_was_ended_for_another_is_done_again(app: Flask, client: FlaskClient, engine_name: str) -> None:
    ref = join(app, client, somebody())
    assert leave(app, client, ref, engine_name) == 303
    with app.app_context():
        assert db.session.scalars(db.select(Membership.ends_as).where(Membership.ref == ref)).one() == "left"


def test_a_request_that_has_kept_something_is_not_done_again_but_told(
    app: Flask, client: FlaskClient, engine_name: str
) -> None:
    ref = join(app, client, somebody())
    app.before_request_funcs[None].append(lambda: limits.take("claim-upload", "counted", at=AT))
    status = leave(app, client, ref, engine_name)
    assert status == (409 if engine_name == "postgresql" else 303)
    with app.app_context():
        assert db.session.scalars(db.select(Membership.ends_as).where(Membership.ref == ref)).one() in {None, "left"}
