"""A published case that leaves before its settlement leaves in the open: a row, a fact, a page, a sum approved anew."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.claims import actions as claiming
from app.db import db, transaction
from app.domain import objections
from app.domain.moves import MoveNotAllowed
from app.models import Account, Fact, Removal
from app.services import settling
from app.web import clock
from tests.objections import scene
from tests.services import pool_story as story
from tests.web.gate import send, words

SECOND_DAY = dt.datetime(2026, 9, 8, 4, 0, tzinfo=dt.UTC)


def withdraw(number: int = 1, *, period: str = story.FIRST, at: dt.datetime | None = None) -> None:
    claim = scene.claim(number, period)
    with transaction():
        by = db.session.get_one(Account, claim.account_id)
        claiming.withdraw(claim, by=by, at=at or story.september(10))


def causes() -> list[tuple[int, str]]:
    return [(row.number, row.cause) for row in db.session.scalars(db.select(Removal).order_by(Removal.id))]


def removal_facts() -> list[dict[str, object]]:
    return [json.loads(body) for body in db.session.scalars(db.select(Fact.body).where(Fact.type == "removal"))]


@pytest.mark.usefixtures("published")
def test_a_published_case_that_is_withdrawn_leaves_the_sum_and_is_logged() -> None:
    withdraw()
    assert scene.claim().state == "withdrawn"
    assert scene.numbers(story.FIRST) == [2]
    assert causes() == [(1, "withdrawn")]
    stated = removal_facts()[0]
    assert (stated["number"], stated["cause"], stated["about"]) == (1, "withdrawn", story.FIRST)
    story.sound()


@pytest.mark.usefixtures("published")
def test_an_approval_is_void_when_a_case_is_withdrawn_and_the_rest_settles_approved_anew() -> None:
    digest = story.approve()
    withdraw(at=story.september(11))
    assert (story.period().state, story.period().approved_digest) == ("locked", None)
    assert scene.settle_day() == []
    assert settling.preview(story.period(), at=story.september(14)).digest != digest
    story.approve(at=story.september(14))
    story.settle(at=story.september(14))
    assert scene.claim(2).state == "settled"
    assert scene.claim().state == "withdrawn"
    story.sound()


@pytest.mark.usefixtures("published")
def test_an_admitted_objection_is_a_removal_that_names_it() -> None:
    ref = scene.file()
    scene.admit(ref)
    row = db.session.scalars(db.select(Removal)).one()
    assert (row.cause, row.objection_id) == ("objection", scene.objection(ref).id)
    assert [fact["cause"] for fact in removal_facts()] == ["objection"]


@pytest.mark.usefixtures("published")
def test_objections_to_a_withdrawn_case_are_moot_and_nobody_answers_them() -> None:
    ref = scene.file()
    withdraw()
    found = scene.objection(ref)
    assert (found.state, found.answered_by, found.public_reason) == ("moot", None, "")
    with pytest.raises(objections.AlreadyAnswered):
        scene.dismiss(ref)


@pytest.mark.usefixtures("published")
def test_a_deferred_case_that_is_withdrawn_is_removed_from_where_it_was_deferred() -> None:
    scene.file()
    scene.settle_day()
    assert scene.claim().state == "approved"
    withdraw(at=story.september(15))
    assert causes() == [(1, "withdrawn")]
    assert db.session.scalars(db.select(Removal.period_id)).one() == story.period().id


@pytest.mark.usefixtures("published")
def test_what_is_settled_is_not_withdrawn_any_more() -> None:
    story.approve()
    story.settle()
    with pytest.raises(MoveNotAllowed):
        withdraw(at=story.september(15))
    assert causes() == []


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("deed", ["UPDATE removal SET number = 9", "DELETE FROM removal"])
def test_a_removal_is_written_once(deed: str) -> None:
    withdraw()
    with pytest.raises(DBAPIError, match="written once"), transaction():
        db.session.execute(text(deed))
    assert causes() == [(1, "withdrawn")]


@pytest.fixture
def visitor(app: Flask) -> Iterator[FlaskClient]:
    """Somebody who reads English, on the second objection day, when the treasurer has approved the sum."""
    with app.app_context():
        scene.two_cases()
        story.lock()
        story.approve(at=story.september(8))
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    with clock.at_instant(SECOND_DAY):
        yield client


def test_the_claimant_withdraws_in_the_browser_and_the_public_reads_what_became_of_it(
    app: Flask, visitor: FlaskClient
) -> None:
    with app.app_context():
        case, claim = scene.case().ref, scene.claim().ref
        owner = db.session.get_one(Account, scene.claim().account_id).email
    claimant = scene.signed_in(app, owner)
    asked = claimant.get(f"/claims/{claim}/withdrawal")
    assert "leaves it at once" in words(asked)
    assert send(claimant, f"/claims/{claim}/withdrawal").status_code == 303
    again = claimant.post(f"/claims/{claim}/withdrawal", data={})
    assert again.status_code in {400, 409}
    assert claimant.get(f"/claims/{claim}/withdrawal").status_code == 409, "the back button finds that it is done"
    gone = visitor.get(f"/cases/{case}")
    assert gone.status_code == 200
    assert "the claimant withdrew the claim" in words(gone)
    assert "20.00" not in words(gone)
    period = words(visitor.get(f"/disclosures/{story.FIRST}"))
    assert "Removed before the settlement" in period
    assert "0001 withdrawn by the claimant" in period
    assert "1 case is published" in period
    with app.app_context():
        assert story.period().state == "locked"
