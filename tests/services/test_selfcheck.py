"""Each question about the money sees the fault it is there for, and no other question is disturbed by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.db import db, transaction
from app.models import AccountBalance, CheckRun
from app.services import check_runs, selfcheck
from tests.fixtures.application import make_app, release
from tests.services import planted
from tests.services import pool_story as story


@pytest.fixture(scope="session")
def told(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database with a sound story in it, told once for all plants."""
    address = new_database()
    application = make_app(address, tmp_path_factory.mktemp("sound") / "instance")
    with application.app_context():
        planted.living()
    release(application)
    return address


@pytest.fixture
def living(told: str, copy_database: Callable[[str], str], tmp_path: Path) -> Iterator[Flask]:
    """A copy of the sound story, for one plant."""
    application = make_app(copy_database(told), tmp_path / "instance")
    with application.app_context():
        yield application
    release(application)


def found() -> dict[str, tuple[str, ...]]:
    return {question.name: question.rows for question in selfcheck.check() if question.rows}


@pytest.mark.usefixtures("living")
@pytest.mark.parametrize("name", planted.PLANTS)
def test_each_question_sees_its_planted_fault_and_no_other_does(name: str) -> None:
    planted.PLANTS[name]()
    assert set(found()) == {name}


def test_every_question_has_a_fault_that_is_planted() -> None:
    assert set(selfcheck.QUESTIONS) == set(planted.PLANTS)
    assert len(selfcheck.QUESTIONS) == len(set(selfcheck.QUESTIONS))


@pytest.mark.usefixtures("living")
def test_a_sound_house_has_nothing_to_report_and_the_run_is_kept_for_good() -> None:
    run = selfcheck.audit("by-hand", at=story.september(23))
    kept = check_runs.last_whole()
    assert kept is not None
    assert (kept.id, kept.trigger, kept.questions, kept.findings) == (run.id, "by-hand", len(selfcheck.QUESTIONS), 0)
    assert [answer["name"] for answer in kept.answers] == list(selfcheck.QUESTIONS)
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(db.update(CheckRun).values(findings=1))


@pytest.mark.usefixtures("living")
def test_of_a_fault_everywhere_the_first_rows_are_kept_and_all_are_counted() -> None:
    story.enrol(30, slug=planted.SENIOR, series="T", at=story.september(22))
    planted.unguarded("UPDATE membership SET paid_net_fen = paid_net_fen + 1")
    run = selfcheck.audit("nightly", at=story.september(23))
    answer = next(one for one in run.answers if one["name"] == "deposits-are-what-was-paid")
    assert answer["found"] > check_runs.SHOWN
    assert len(answer["rows"]) == check_runs.SHOWN


@pytest.mark.usefixtures("living")
def test_balances_are_kept_by_the_database_itself() -> None:
    before = story.held("fee_payable")
    planted.book(planted.ledger.operator_subsidy(planted.YOUNG), planted.ledger.fee_payable(planted.YOUNG), 7)
    assert story.held("fee_payable") == before + 7
    slots = db.session.scalars(db.select(AccountBalance.slot)).all()
    assert min(slots) >= 0
