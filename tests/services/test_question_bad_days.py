"""A question that is open when its claimant dies or the plan closes: it waits for whoever goes on."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.exc import DBAPIError

from app.claims import actions as claiming
from app.db import db, transaction
from app.domain.claim_questions import Item
from app.models import Account, Claim, ClaimQuestion, Message, Notice
from app.review import actions
from app.services import closing_steps, handing_over, questions, unanswered
from tests.claims.builders import account, claim
from tests.review.desk import REFUSE, REFUSED, caseworker
from tests.services import closing_story as tale
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")
DAY = dt.timedelta(days=1)
LIST = (Item("document", "缺手术日期。", title="手术记录"), Item("words", "日期不同。", title="哪一天住院？"))


def asked(at: dt.datetime) -> Claim:
    one = claim(story.members()[0], state="submitted", event_on=at.date() - 20 * DAY)
    actions.ask(one, LIST, at.date() + 30 * DAY, by=caseworker("qiao"), at=at)
    return one


def test_a_question_goes_on_with_who_goes_on_with_the_claim_and_reminders_follow() -> None:
    story.open_plan()
    story.enrol(1)
    at = story.september(2)
    with transaction():
        one, relative = asked(at), account("relative@example.org")
        relative.email_confirmed_at = at
        db.session.flush()
        claiming.reply(one, {2: "三月二日"}, by=db.session.get_one(Account, one.account_id), at=at + DAY)
        handing_over.hand_over(one.membership, relative, why="death", by=None, at=at + 2 * DAY)
    with transaction():
        assert unanswered.remind(at + 8 * DAY) == 1
    told = db.session.scalars(db.select(Message).where(Message.kind == "claim-remind-evidence")).one()
    assert told.account_id == relative.id
    assert db.session.scalars(db.select(Notice.account_id).where(Notice.kind == "question")).all() == [relative.id]
    with transaction():
        claiming.reply(one, {1: "没有做手术。"}, by=relative, at=at + 9 * DAY)
        claiming.answer(one, "", by=relative, at=at + 9 * DAY)
    assert [item.said for item in questions.of_claim(one)[0].items] == ["没有做手术。", "三月二日"]


def test_a_run_off_waits_for_an_open_question_until_somebody_goes_on_without_it() -> None:
    story.open_plan()
    story.enrol(1)
    tale.announced()
    at = story.september(3)
    with transaction():
        one = asked(at)
    after = at + 31 * DAY
    assert closing_steps.undecided(tale.current(), on=after.date()) == 1
    with transaction():
        first, second = caseworker("ruan"), caseworker("meng")
        actions.go_on(one, by=first, at=after)
        actions.recommend(one, REFUSE, by=first, at=after)
        actions.decide(one, REFUSED, by=second, at=after)
    assert closing_steps.undecided(tale.current(), on=after.date()) == 1
    assert closing_steps.undecided(tale.current(), on=after.date() + 60 * DAY) == 0


@pytest.mark.parametrize("table", ["claim_question", "claim_question_item", "claim_question_reply"])
@pytest.mark.parametrize("deed", ["DELETE FROM {table}", "UPDATE {table} SET claim_id = claim_id"])
def test_what_was_asked_and_answered_stays(table: str, deed: str) -> None:
    story.open_plan()
    story.enrol(1)
    with transaction():
        one = asked(story.september(2))
        claiming.reply(one, {2: "x"}, by=db.session.get_one(Account, one.account_id), at=story.september(3))
    assert db.session.scalars(db.select(ClaimQuestion)).one().items[1].replies
    with pytest.raises(DBAPIError, match="what was asked and answered"), transaction():
        db.session.execute(db.text(deed.format(table=table)))
