"""Pieces of a long list go two at a time: in their order, each once, whoever loses a race goes again."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.exc import IntegrityError

from app.db import db, transaction
from app.models import Membership, Person
from app.services import enrolment, side_by_side
from app.services.list_lines import Lines
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")

DAY = dt.date(2026, 8, 25)


def enrolled(piece: enrolment.Piece) -> enrolment.Enrolled:
    with transaction():
        return enrolment.enrol_checked(story.plan(), piece, account=story.account(), at=story.noon(DAY))


def pieces(*lists: list[enrolment.Row]) -> list[enrolment.Piece]:
    """Each checked as a list of its own: nobody has seen who stands in two of them."""
    return [Lines(story.plan(), on=DAY).check(rows) for rows in lists]


def counted() -> list[int]:
    db.session.rollback()
    return [db.session.scalar(db.select(db.func.count(noun.id))) or 0 for noun in (Person, Membership)]


def test_who_stands_in_two_pieces_that_go_at_once_is_enrolled_once() -> None:
    story.open_plan()
    story.account()
    rows = story.rows(400)
    done = list(side_by_side.done(pieces(rows, list(reversed(rows)), rows[:100]), enrolled))
    assert sum(one.members for one in done) == 400
    assert sum(len(one.refused) for one in done) == 500
    assert {one.reason for part in done for one in part.refused} == {"AlreadyMember"}
    assert counted() == [400, 400]
    story.sound()


def test_what_comes_back_is_in_the_order_of_the_pieces() -> None:
    story.open_plan()
    story.account()
    rows = story.rows(60)
    parts = [rows[start : start + 20] for start in (0, 20, 40)]
    done = list(side_by_side.done(pieces(parts[0], parts[1][:5], parts[2][:9]), enrolled))
    assert [one.members for one in done] == [20, 5, 9]


def test_a_person_twice_in_neighbouring_pieces_of_one_list_is_named_as_twice_in_the_list() -> None:
    story.open_plan()
    lines, rows = Lines(story.plan(), on=DAY), story.rows(10)
    lines.check(rows)
    assert {one.reason for one in lines.check(rows[:3]).refused} == {"TwiceInTheList"}


def test_what_is_refused_every_time_is_seen_and_ends_the_work() -> None:
    tried: list[int] = []

    def never(piece: int) -> int:
        tried.append(piece)
        raise IntegrityError("INSERT", {}, ValueError("taken"))

    with pytest.raises(IntegrityError):
        list(side_by_side.done([1], never))
    assert tried == [1, 1, 1]
