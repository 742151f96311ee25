"""News of a payment service: once each, in their order whatever order they came in, and never dropped silently."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from itertools import permutations

import pytest
from flask import Flask, current_app
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from app.db import db, transaction
from app.domain.deliveries import NewsUnreadable, read_news
from app.models import Audit, Delivery, DeliveryContradiction, Outbox, Payment, Payout, Refund
from app.services import deliveries, leaving, outbox, payment_orders, payments, payouts, refunds, returns
from app.services.claim_file import BankAccount
from tests.fixtures.payment_service import Service, open_service, told
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")
AT = dt.datetime(2026, 9, 2, 4, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def service(engine: Flask) -> Iterator[Service]:
    """An installation with a payment service, and three members."""
    with open_service() as opened:
        current_app.config["PAYMENTS"] = opened.settings
        story.open_plan()
        story.enrol(3)
        yield opened


def ask(fen: int = 30_00, who: int = 0) -> Payment:
    with transaction():
        member = story.members()[who]
        return payments.ask(fen, account_id=member.account_id, membership=member, at=AT)


def hear(body: bytes, at: dt.datetime = AT) -> str:
    """Take one piece of news; its outcome, or what it was instead of new."""
    with transaction():
        taken = deliveries.take(read_news(body), at=at)
        answer = taken.delivery.outcome if taken.answer == "new" else taken.answer
    story.sound()
    return answer


def outcomes() -> list[tuple[str, str, str]]:
    rows = db.session.execute(db.select(Delivery.type, Delivery.outcome, Delivery.why).order_by(Delivery.id))
    return [tuple(row) for row in rows]


def on_its_way(at: dt.datetime) -> Payout:
    """A payout of 20.00 that the service was told to send."""
    story.approve_claim(20_00)
    story.settled()
    story.release()
    outbox.sweep(at)
    outbox.sweep(at)
    return story.payouts_of()[0]


def test_a_payer_is_asked_through_the_service_outside_of_the_deed(service: Service) -> None:
    payment = ask()
    assert (payment.state, payment.reference, service.orders) == ("asked", payment.ref, [])
    service.status = 500
    assert outbox.sweep(AT) == 0
    work = db.session.scalars(db.select(Outbox).where(Outbox.kind == payment_orders.WORK)).one()
    assert (work.last_error, work.attempts) == ("OrderNotTaken", 1)
    service.status = 202
    outbox.sweep(AT + dt.timedelta(minutes=2))
    order = {"type": "payment", "reference": payment.ref, "amount_fen": 30_00, "currency": "CNY"}
    assert (service.orders, service.keys) == ([order, order], [payment.ref, payment.ref])


@pytest.mark.parametrize("status", [302, 400])
def test_a_service_that_says_no_or_sends_elsewhere_has_not_taken_the_order(service: Service, status: int) -> None:
    ask()
    service.status = status
    assert outbox.sweep(AT) == 0
    assert len(service.orders) == 1


def test_what_was_received_is_booked_once_however_often_it_is_told() -> None:
    payment = ask()
    body = told("payment.received", payment.ref, 30_00)
    assert hear(body) == "applied"
    assert hear(body) == "again"
    assert hear(told("payment.received", payment.ref, 30_00, number="another")) == "no_change"
    assert hear(told("payment.failed", payment.ref, 30_00)) == "no_change"
    assert [why for _type, _outcome, why in outcomes()] == ["", "again", "late"]
    db.session.refresh(payment)
    assert payment.state == "received"


def test_the_same_news_with_another_content_are_refused_and_kept_to_be_looked_at() -> None:
    payment = ask()
    hear(told("payment.received", payment.ref, 30_00, number="evt-1"))
    other = told("payment.reversed", payment.ref, 30_00, number="evt-1")
    assert (hear(other), hear(other)) == ("contradicts", "contradicts")
    assert db.session.scalar(db.select(db.func.count(DeliveryContradiction.id))) == 1
    delivery = db.session.scalars(db.select(Delivery).where(deliveries.needs_a_look())).one()
    with transaction():
        deliveries.look(delivery, "asked the service", by=story.treasurer().id, at=AT)
    assert db.session.scalar(db.select(Delivery.id).where(deliveries.needs_a_look())) is None
    with pytest.raises(deliveries.NothingToLookAt), transaction():
        deliveries.look(delivery, "again", by=story.treasurer().id, at=AT)


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_received_and_reversed_end_the_same_in_either_order(order: tuple[int, ...]) -> None:
    payment = ask()
    before = story.members()[0].paid_net_fen
    news = [told("payment.received", payment.ref, 30_00), told("payment.reversed", payment.ref, 30_00)]
    for number in order:
        hear(news[number])
    db.session.refresh(payment)
    assert payment.state == "reversed"
    assert {outcome for _type, outcome, _why in outcomes()} == {"applied"}
    assert story.members()[0].paid_net_fen == before


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_a_payout_that_is_paid_and_returned_ends_the_same_in_either_order(
    service: Service, order: tuple[int, ...]
) -> None:
    at = story.september(14, 13)
    payout = on_its_way(at)
    assert service.orders[-1]["recipient"] == "6222020200012345678"
    news = [
        told("payout.paid", payout.ref, payout.amount_fen),
        told("payout.returned", payout.ref, payout.amount_fen, reason="account_closed"),
    ]
    answers = [hear(news[number], at) for number in order]
    assert answers == (["applied", "applied"] if order == (0, 1) else ["waiting", "applied"])
    db.session.refresh(payout)
    assert payout.state == "returned"
    assert [one.reason for one in returns.of_payout(payout)] == ["account_closed"]
    claim = db.session.scalars(db.select(story.Claim)).one()
    with transaction():
        returns.give_account(claim, BankAccount("欧阳若曦", "银行", "6217000000000000001"), by=claim.account_id, at=at)
        returns.send_again(payout, by=story.treasurer().id, at=at)
    outbox.sweep(at)
    outbox.sweep(at)
    assert service.keys[-1] == f"{payout.ref}-2"
    assert hear(told("payout.paid", payout.ref, payout.amount_fen, number="late"), at) == "no_change"
    assert hear(told("payout.paid", f"{payout.ref}-2", payout.amount_fen), at) == "applied"
    db.session.refresh(payout)
    assert payout.state == "paid"


def test_a_payout_that_failed_and_was_paid_all_the_same_is_looked_at_before_it_is_paid_twice() -> None:
    at = story.september(14, 13)
    payout = on_its_way(at)
    assert hear(told("payout.failed", payout.ref, payout.amount_fen, reason="name_differs"), at) == "applied"
    assert hear(told("payout.paid", payout.ref, payout.amount_fen), at) == "to_be_looked_at"
    assert outcomes()[-1][2] == "contradicts"
    noted = db.session.scalars(db.select(Audit).where(Audit.deed == "delivery-to-be-looked-at")).one()
    assert noted.detail == "contradicts"


def test_a_refund_goes_out_comes_back_and_fails_through_the_same_service(service: Service) -> None:
    paid, gone, at = ask(who=1), story.members()[1], story.september(8)
    assert hear(told("payment.received", paid.ref, 30_00)) == "applied"
    with transaction():
        leaving.leave(gone, by=gone.account_id, at=AT)
    story.lock()
    with transaction():
        refund = db.session.scalars(db.select(Refund)).one()
        refunds.release(refund, by=story.treasurer().id, at=at)
    outbox.sweep(at)
    outbox.sweep(at)
    assert (service.orders[-1]["type"], service.orders[-1]["reference"]) == ("refund", refund.ref)
    assert service.orders[-1]["pays_back"] == [paid.ref]
    assert hear(told("refund.returned", refund.ref, refund.amount_fen), at) == "waiting"
    assert hear(told("refund.paid", refund.ref, refund.amount_fen), at) == "applied"
    db.session.refresh(refund)
    assert (refund.state, deliveries.count("waiting")) == ("returned", 0)
    with transaction():
        refunds.release(refund, by=story.treasurer().id, at=at)
    outbox.sweep(at)
    outbox.sweep(at)
    assert hear(told("refund.failed", f"{refund.ref}-2", refund.amount_fen), at) == "applied"
    assert hear(told("refund.paid", f"{refund.ref}-2", refund.amount_fen), at) == "to_be_looked_at"
    assert hear(told("refund.failed", refund.ref, refund.amount_fen), at) == "to_be_looked_at"


def test_another_amount_and_an_unknown_reference_are_kept_for_a_person_and_book_nothing() -> None:
    payment = ask()
    assert hear(told("payment.received", payment.ref, 29_00)) == "to_be_looked_at"
    assert hear(told("payment.received", "NOBODYS", 29_00)) == "to_be_looked_at"
    assert hear(told("payout.paid", f"{payment.ref}-7", 29_00)) == "to_be_looked_at"
    assert [why for _type, _outcome, why in outcomes()] == ["amount_differs", "unknown_reference", "unknown_reference"]
    db.session.refresh(payment)
    assert payment.state == "asked"


def test_what_waits_moves_on_when_what_it_waited_for_was_booked_by_hand() -> None:
    payment = ask()
    assert hear(told("payment.reversed", payment.ref, 30_00)) == "waiting"
    assert deliveries.catch_up(AT) == 0
    with transaction():
        payments.receive(payment.reference, at=AT)
    assert deliveries.catch_up(AT) == 1
    db.session.refresh(payment)
    assert payment.state == "reversed"


def test_a_crash_leaves_nothing_half_done() -> None:
    payment = ask()
    body = told("payment.received", payment.ref, 30_00)

    def crash(*_told: object) -> None:
        raise SystemExit

    event.listen(db.engine, "commit", crash)
    try:
        with pytest.raises(SystemExit):
            hear(body)
    finally:
        event.remove(db.engine, "commit", crash)
    assert outcomes() == []
    assert hear(body) == "applied"


def test_the_same_news_twice_in_the_same_moment_are_booked_once(engine: Flask, engine_name: str) -> None:
    payment = ask()
    body, answers = told("payment.received", payment.ref, 30_00), []
    ready = threading.Barrier(4)

    def tell() -> None:
        with engine.app_context():
            ready.wait(10)
            with transaction():
                answers.append(deliveries.take(read_news(body), at=AT).answer)

    db.session.rollback()
    threads = [threading.Thread(target=tell) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert sorted(answers) == ["again", "again", "again", "new"], engine_name
    assert len(outcomes()) == 1
    story.sound()


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (b"\xff", "body"),
        (b"[]", "body"),
        (told("payment.lost", "A", 1), "type"),
        (told("payment.received", "a b", 1, number="x"), "reference"),
        (told("payment.received", "A", 0), "amount_fen"),
        (told("payment.received", "A", True), "amount_fen"),
        (told("payment.received", "A", 1.5), "amount_fen"),  # type: ignore[arg-type]
        (told("payment.received", "A", 1, at="2026-09-02T12:00:00"), "at"),
        (told("payment.received", "A", 1, at="1999-09-02T12:00:00Z"), "at"),
        (told("payment.received", "A", 1, number="x" * 101), "id"),
    ],
)
def test_what_is_no_news_is_named(body: bytes, part: str) -> None:
    with pytest.raises(NewsUnreadable) as found:
        read_news(body)
    assert found.value.part == part


@pytest.mark.parametrize(
    "change", ["amount_fen = 1", "outcome = 'waiting', why = 'x', moved_on_at = NULL", "told_id = 'x'"]
)
def test_the_database_keeps_what_we_were_told(change: str) -> None:
    hear(told("payment.received", "NOBODYS", 29_00))
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(db.text(f"UPDATE delivery SET {change}"))
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(db.text("DELETE FROM delivery"))


def test_nothing_personal_stands_in_the_outbox() -> None:
    on_its_way(story.september(14, 13))
    payloads = db.session.scalars(db.select(Outbox.payload).where(Outbox.kind == payment_orders.WORK)).all()
    assert payloads
    assert all(set(payload) == {"thing", "ref", "reference"} for payload in payloads)
    assert payouts.held(payloads[-1]["ref"]).state == "released"
