"""Many rows at once are held to the same types and laws as one."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.exc import IntegrityError

from app.db import db, new_refs, transaction
from app.models import Person
from app.services import bulk, vault
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")

COLUMNS = ("id", "ref", "birth_on", "province", "identity_hash")


def add(*rows: tuple) -> None:
    account = story.account()
    with transaction():
        same = {
            "account_id": account.id, "relation": "member", "created_at": story.noon(story.OPENED),
            "name_sealed": b"x", "document_type": "passport", "document_sealed": b"x",
        }  # fmt: skip
        bulk.add(Person, COLUMNS, rows, same=same)


def row(number: object, *, born: object = dt.date(1998, 5, 2), hashed: str = "a") -> tuple:
    return (number, new_refs(1)[0], born, "33", vault.keyed_hash(hashed))


def people() -> list[Person]:
    return list(db.session.scalars(db.select(Person).order_by(Person.id)))


def test_rows_come_back_as_they_were_given_and_later_ones_are_numbered_on() -> None:
    with transaction():
        numbers = bulk.new_ids(Person, 3)
    add(*(row(number, hashed=str(number)) for number in numbers))
    assert [(one.id, one.birth_on, one.created_at) for one in people()] == [
        (number, dt.date(1998, 5, 2), story.noon(story.OPENED)) for number in numbers
    ]
    with transaction():
        assert bulk.new_ids(Person, 2)[0] > numbers[-1]


def test_a_law_that_one_row_breaks_takes_none() -> None:
    with pytest.raises(IntegrityError):
        add(row(1), row(2))
    assert people() == [], "the same person twice in one account"
    with pytest.raises(IntegrityError):
        add((1, "R", dt.date(1998, 5, 2), None, b"h"))


@pytest.mark.parametrize("wrong", [{"number": 1.5}, {"number": "1"}, {"number": 1, "born": "1998-05-02"}])
def test_a_value_of_another_type_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        add(row(**wrong))
    assert people() == []


def test_each_hash_is_asked_for_and_only_those_found_are_answered() -> None:
    add(*(row(number, hashed=str(number)) for number in (1, 2, 3)))
    asked = [vault.keyed_hash(text) for text in ("2", "9", "3")]
    question = db.select(Person.identity_hash, Person.id)
    assert {one.id for one in bulk.each(question, Person.identity_hash, asked)} == {2, 3}
    assert bulk.each(question, Person.identity_hash, []) == []
