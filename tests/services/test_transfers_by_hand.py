"""Transfers that arrived by themselves: seen by two, booked as what really came, and held while nobody knows whose."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import current_app
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.db import db, transaction
from app.domain import ledger
from app.models import Application, Membership, Message, Payment, Person, SuspenseItem, TransferByHand
from app.payment_settings import CustodyDetails, PaymentSettings
from app.services import journal, leaving, payments, rulebook, transfers_by_hand, vault
from app.services.bank_lines import RecordedBefore
from app.services.transfers_by_hand import (
    AnsweredBefore,
    NobodysReference,
    NoReason,
    SameTreasurer,
    Seen,
)
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")
AT = dt.datetime(2026, 9, 2, 4, tzinfo=dt.UTC)
ONE, TWO = "treasurer-1", "treasurer-2"


@pytest.fixture(autouse=True)
def by_hand(engine: Any) -> None:
    """An installation that is paid by bank transfers, with three members."""
    current_app.config["PAYMENTS"] = PaymentSettings("manual", {"main": CustodyDetails("Fund", "Bank", "62 17")})
    story.open_plan()
    story.enrol(3)


def ask(fen: int = 30_00) -> Payment:
    with transaction():
        member = story.members()[0]
        return payments.ask(fen, account_id=member.account_id, membership=member, at=AT)


def record(written: str, fen: int = 30_00, bank: str = "B-1", by: str = ONE) -> TransferByHand:
    seen = Seen(bank, "main", written, fen, dt.date(2026, 9, 2))
    with transaction():
        return transfers_by_hand.record(seen, by=story.treasurer(by).id, at=AT)


def confirm(transfer: TransferByHand, by: str = TWO) -> TransferByHand:
    number = story.treasurer(by).id
    with transaction():
        transfers_by_hand.confirm(transfer, by=number, at=AT)
    story.sound()
    return transfer


def suspense_fen() -> int:
    return journal.held_fen(ledger.suspense)


def draft(number: str = "Z0000001") -> Application:
    """An application that was sent and waits for its first top-up of 30.00."""
    with transaction():
        plan = story.plan()
        terms = rulebook.member_terms_row(rulebook.version_on(plan.id, AT.date()))
        person = Person(
            account_id=story.account().id, name_sealed=vault.seal("白若", purpose="name"), relation="self",
            document_sealed=vault.seal(number, purpose="document"), document_type="passport", created_at=AT,
            identity_hash=vault.keyed_hash("identity", number), birth_on=dt.date(1998, 5, 2), province="33",
        )  # fmt: skip
        db.session.add(person)
        db.session.flush()
        application = Application(
            account_id=person.account_id, plan_id=plan.id, member_terms_id=terms.id, person_id=person.id, created_at=AT
        )
        db.session.add(application)
        db.session.flush()
        payments.ask(30_00, account_id=person.account_id, application=application, at=AT)
    return application


def test_what_was_asked_for_is_booked_when_a_second_treasurer_has_seen_it() -> None:
    payment = ask()
    before = story.members()[0].paid_net_fen
    transfer = record(payment.ref.lower()[:4] + "-" + payment.ref[4:])
    assert (payment.state, transfer.state, story.members()[0].paid_net_fen) == ("asked", "recorded", before)
    with pytest.raises(SameTreasurer):
        confirm(transfer, ONE)
    confirm(transfer)
    db.session.refresh(payment)
    assert (transfer.state, payment.state, transfer.payment_id) == ("confirmed", "received", payment.id)
    assert story.members()[0].paid_net_fen == before + 30_00
    with pytest.raises(AnsweredBefore):
        confirm(transfer)


def test_what_really_came_is_booked_and_the_payer_is_told_both_sums() -> None:
    payment = ask(30_00)
    confirm(record(payment.ref, 25_00))
    db.session.refresh(payment)
    assert (payment.state, payment.amount_fen) == ("received", 25_00)
    told = db.session.scalars(db.select(Message).where(Message.kind == "amount-differs")).one()
    assert (told.values["asked_fen"], told.values["amount_fen"]) == (30_00, 25_00)


def test_a_membership_reference_is_a_top_up_that_nobody_asked_for_and_so_is_a_second_transfer() -> None:
    payment = ask()
    before = story.members()[0].paid_net_fen
    confirm(record(story.members()[0].ref, 12_00, "B-1"))
    confirm(record(payment.ref, 30_00, "B-2"))
    confirm(record(payment.ref, 30_00, "B-3"))
    assert story.members()[0].paid_net_fen == before + 72_00
    assert db.session.scalar(db.select(db.func.count(Payment.id)).where(Payment.adapter == "manual")) == 3


def test_the_same_transfer_is_recorded_once_unless_it_was_rejected() -> None:
    transfer = record(story.members()[0].ref, 300_00)
    with pytest.raises(RecordedBefore) as known:
        record(story.members()[1].ref, 3_00)
    assert known.value.ref == transfer.ref
    with pytest.raises(NoReason), transaction():
        transfers_by_hand.reject(transfer, " ", by=story.treasurer(TWO).id, at=AT)
    with transaction():
        transfers_by_hand.reject(transfer, "it was 3.00", by=story.treasurer(TWO).id, at=AT)
    assert confirm(record(story.members()[0].ref, 3_00)).state == "confirmed"


def test_for_a_membership_that_has_ended_it_waits_in_suspense_like_any_other_payment() -> None:
    ended = story.members()[1]
    with transaction():
        leaving.leave(ended, by=ended.account_id, at=AT)
    story.lock()
    db.session.refresh(ended)
    assert ended.ended_at is not None
    transfer = confirm(record(ended.ref, 8_00))
    item = db.session.scalars(db.select(SuspenseItem).where(SuspenseItem.payment_id == transfer.payment_id)).one()
    assert (item.reason, suspense_fen()) == ("membership_ended", 8_00)


def test_an_application_begins_with_what_came_and_too_little_is_looked_at_by_a_person() -> None:
    enough, little = draft("Z0000001"), draft("Z0000002")
    confirm(record(enough.ref, 20_00, "B-1"))
    confirm(record(little.ref, 1_00, "B-2"))
    db.session.refresh(enough)
    db.session.refresh(little)
    assert (enough.state, little.state, suspense_fen()) == ("accepted", "to_be_checked", 1_00)
    begun = db.session.scalars(db.select(Membership).where(Membership.application_id == enough.id)).one()
    assert begun.paid_net_fen == 20_00


def test_money_of_nobody_known_waits_until_its_owner_is_found_or_it_goes_back() -> None:
    found, lost = confirm(record("thank you", 9_00, "B-1")), confirm(record("", 4_00, "B-2"))
    assert (found.state, lost.state, suspense_fen()) == ("held", "held", 13_00)
    owner, before = story.members()[2], story.members()[2].paid_net_fen
    with pytest.raises(SameTreasurer), transaction():
        transfers_by_hand.place(found, owner.ref, by=story.treasurer(TWO).id, at=AT)
    with pytest.raises(NobodysReference), transaction():
        transfers_by_hand.place(found, "nobody", by=story.treasurer(ONE).id, at=AT)
    with transaction():
        transfers_by_hand.place(found, owner.ref, by=story.treasurer(ONE).id, at=AT)
        transfers_by_hand.send_back(lost, "BACK-1", by=story.treasurer(ONE).id, at=AT)
    story.sound()
    db.session.refresh(owner)
    assert (found.state, lost.state, suspense_fen()) == ("placed", "sent_back", 0)
    assert owner.paid_net_fen == before + 9_00
    with pytest.raises(AnsweredBefore), transaction():
        transfers_by_hand.send_back(found, "BACK-2", by=story.treasurer(ONE).id, at=AT)


@pytest.mark.parametrize(
    "values",
    [
        "decided_by = recorded_by, decided_at = recorded_at, state = 'rejected', reason = 'x'",
        "amount_fen = 1",
        "bank_reference = 'another'",
        "state = 'placed'",
        "state = 'confirmed'",
    ],
)
def test_the_database_refuses_what_the_application_never_does(values: str) -> None:
    record(story.members()[0].ref)
    with pytest.raises((IntegrityError, DBAPIError)), transaction():
        db.session.execute(db.text(f"UPDATE transfer_by_hand SET {values}"))
    with pytest.raises((IntegrityError, DBAPIError)), transaction():
        db.session.execute(db.text("DELETE FROM transfer_by_hand"))
