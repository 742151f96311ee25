"""A file that is announced in the very moment in which its claim moves on."""

from __future__ import annotations

import pytest
from flask import Flask

from app.claims import actions
from app.db import db, transaction
from app.models import Account, Arrival, Claim
from app.review import actions as reviewing
from app.services import evidence
from app.services.arrivals import beginning
from app.services.arrivals.beginning import Announced
from tests.claims.builders import NOW, account, claim, membership
from tests.review.desk import REFUSE, REFUSED, caseworker, recommended
from tests.services.test_at_the_same_moment import meanwhile, only_on_postgresql

pytestmark = pytest.mark.usefixtures("engine")


def announced(claim_id: int, account_id: int) -> None:
    """On another connection: taken, or told that the claim takes nothing any more."""
    try:
        with transaction():
            of, by = db.session.get_one(Claim, claim_id), db.session.get_one(Account, account_id)
            beginning.begin(of, Announced("pathology_report", "a.jpg", 100), by=by, at=NOW)
    except evidence.NotOpen:
        db.session.rollback()


def draft() -> Claim:
    return claim(membership(account().id))


def refused() -> Claim:
    one = recommended(first=caseworker("first"), value=REFUSE)
    reviewing.decide(one, REFUSED, by=caseworker("second"), at=NOW)
    return one


@pytest.mark.parametrize("move", ["withdraw", "appeal"])
def test_no_file_is_left_on_its_way_to_a_claim_that_moved_on(engine: Flask, engine_name: str, move: str) -> None:
    with transaction():
        one = draft() if move == "withdraw" else refused()
        number, owner = one.id, db.session.get_one(Account, one.account_id)
        by = owner.id

    def go_on() -> None:
        with transaction():
            if move == "withdraw":
                actions.withdraw(one, by=owner, at=NOW)
            else:
                actions.appeal(one, "新的病理报告。", by=owner, at=NOW)

    if only_on_postgresql(engine_name):
        with meanwhile(engine, "FROM arrival", do=lambda: announced(number, by), wait=1):
            go_on()
    else:
        go_on()
        announced(number, by)
    db.session.rollback()
    assert one.state == ("withdrawn" if move == "withdraw" else "appealed")
    assert db.session.scalars(db.select(Arrival.state)).all() == []
