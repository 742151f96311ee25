"""A reserve is filled from outside, by two treasurers, and every movement of it can be read."""

from __future__ import annotations

import json

import pytest

from app.db import db, transaction
from app.models import Fact, Funding, JournalEntry
from app.services import reserves
from app.services.bank_lines import RecordedBefore
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")


def record(amount_fen: int = 50_00, *, reference: str = "BANK-1") -> Funding:
    by = story.treasurer().id
    with transaction():
        return reserves.record(
            story.plan(),
            "donation",
            amount_fen,
            source="a foundation",
            reference=reference,
            by=by,
            at=story.september(2),
        )


def confirm(funding: Funding, *, by: str = "second", verdict: reserves.Answer = "confirmed") -> None:
    answerer = story.treasurer(by).id
    with transaction():
        reserves.answer(funding, verdict, by=answerer, at=story.september(3))
    story.sound()


def test_what_one_treasurer_records_another_confirms_and_only_then_it_is_booked() -> None:
    story.open_plan()
    funding = record()
    assert (reserves.held_fen(story.plan()), reserves.waiting()) == (0, [funding])
    with pytest.raises(reserves.SameTreasurer):
        confirm(funding, by="treasurer")
    confirm(funding)
    assert (reserves.held_fen(story.plan()), story.held("bank", "main"), reserves.waiting()) == (50_00, 50_00, [])
    said = json.loads(db.session.scalars(db.select(Fact.body).where(Fact.type == "reserve")).one())
    assert (said["amount_fen"], said["held_fen"], said["source"]) == (50_00, 50_00, "a foundation")
    with pytest.raises(reserves.AnsweredBefore):
        confirm(funding, by="third")


def test_the_same_transfer_is_recorded_once_and_what_is_not_there_is_refused() -> None:
    story.open_plan()
    funding = record()
    with pytest.raises(RecordedBefore):
        record()
    confirm(funding, verdict="refused")
    assert (funding.state, db.session.scalar(db.select(db.func.count(JournalEntry.id)))) == ("refused", 0)


def test_every_movement_is_listed_with_what_the_reserve_held_after_it() -> None:
    story.open_plan()
    story.enrol(10)
    confirm(record())
    story.approve_claim(300_000_00)
    story.settled()
    confirm(record(7_00, reference="BANK-2"))
    found = reserves.movements(story.plan())
    assert [(one.kind, one.amount_fen, one.held_fen) for one in found] == [
        ("reserve-funded", 7_00, 7_00), ("settlement", -50_00, 0), ("reserve-funded", 50_00, 50_00),
    ]  # fmt: skip
    assert (found[1].period, found[2].source) == (story.FIRST, "a foundation")
    assert [one.held_fen for one in reserves.movements(story.plan(), before=found[0].number, most=1)] == [0]


def test_the_operator_hands_over_what_it_owes_and_the_reserve_stays_as_it_is() -> None:
    story.open_plan()
    story.enrol(10)
    story.approve_claim(30_00, benefit="low_grade_tumour")
    story.settled()
    story.corrected(1_00, cause="operator", at=story.september(16))
    assert reserves.promised_fen(story.plan()) == 10_00
    with transaction():
        paid = reserves.record(
            story.plan(), "promised", 10_00, source="the operator", reference="BANK-9", by=story.treasurer().id,
            at=story.september(17),
        )  # fmt: skip
    confirm(paid)
    assert (reserves.promised_fen(story.plan()), reserves.held_fen(story.plan())) == (0, 0)
    said = json.loads(db.session.scalars(db.select(Fact.body).where(Fact.type == "operator-paid")).one())
    assert (said["amount_fen"], said["promised_fen"]) == (10_00, 0)
