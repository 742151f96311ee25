"""One line of the bank is booked once, whichever desk it comes to first; whoever comes second is shown the first."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.db import db, transaction
from app.domain import bank_tables
from app.domain.deliveries import read_news
from app.models import BankLine, CustodyExplanation, Funding, Payment, TransferByHand
from app.payment_settings import CustodyDetails, PaymentSettings
from app.services import deliveries, payments, reserves, transfers_by_hand
from app.services.bank_lines import BookedBefore
from app.services.bank_statements import differing, explaining, reading
from app.services.transfers_by_hand import ArrivedBefore, Seen
from tests.fixtures.application import ROOT
from tests.fixtures.payment_service import told
from tests.services import planted
from tests.services import pool_story as story

pytestmark = pytest.mark.usefixtures("engine")
AT = dt.datetime(2026, 9, 2, 4, tzinfo=dt.UTC)
DAY = dt.date(2026, 9, 2)
ONE, TWO = "treasurer-1", "treasurer-2"


@pytest.fixture(autouse=True)
def site(engine: Flask) -> None:
    """An installation with a payment service, and three members whose money came by the bank."""
    current_app.config["PAYMENTS"] = PaymentSettings("manual", {"main": CustodyDetails("Fund", "Bank", "62 17")})
    story.open_plan()
    story.enrol(3)


def by_hand(bank: str, fen: int = 30_00, *, written: str = "", is_another: bool = False) -> TransferByHand:
    with transaction():
        seen = Seen(bank, "main", written, fen, DAY, is_another)
        return transfers_by_hand.record(seen, by=story.treasurer(ONE).id, at=AT)


def confirm(transfer: TransferByHand) -> None:
    number = story.treasurer(TWO).id
    with transaction():
        transfers_by_hand.confirm(transfer, by=number, at=AT)


def for_reserve(bank: str, fen: int = 30_00) -> Funding:
    money = {"source": "a friend", "reference": bank, "by": story.treasurer(ONE).id}
    with transaction():
        return reserves.record(story.plan(), "donation", fen, **money, at=AT + dt.timedelta(minutes=1))


def explain(*references: str, fen: int = 30_00) -> list[CustodyExplanation]:
    """A statement of the day with these lines, each said to be of nobody known."""
    rows, balance = [], 1_000_00
    for one in references:
        balance += fen
        rows.append(f"{DAY},{one},{fen / 100:.2f},,{balance / 100:.2f},from somebody")
    content = "\n".join((",".join(bank_tables.STATEMENT_COLUMNS), *rows)).encode()
    by, at = story.treasurer(ONE).id, AT + dt.timedelta(days=2)
    with transaction():
        statement = reading.take_in("main", content, first_day=DAY, last_day=DAY, by=by, at=at)
    return [said for part in differing.compare(statement).parts if (said := say(statement, part))]


def say(statement: reading.CustodyStatement, part: differing.Part) -> CustodyExplanation | None:
    if part.line is None or part.is_explained:
        return None
    with transaction():
        told_ = explaining.Told("unknown_deposit", None, "nobody known")
        return explaining.propose(statement, part, told_, by=story.treasurer(ONE).id, at=AT + dt.timedelta(days=2))


def hear(payment: Payment, bank: str) -> str:
    with transaction():
        body = told("payment.received", payment.reference, payment.amount_fen, bank_reference=bank)
        return deliveries.take(read_news(body), at=AT).delivery.outcome


def asked(fen: int = 30_00) -> Payment:
    """A payment that the service was asked for."""
    with transaction():
        member = story.members()[0]
        payment = payments.ask(fen, account_id=member.account_id, membership=member, at=AT)
        payment.adapter = "webhook"
    return payment


def refused(deed: object, *what: object, **more: object) -> tuple[str, str]:
    with pytest.raises(BookedBefore) as first:
        deed(*what, **more)  # type: ignore[operator]
    db.session.rollback()
    return first.value.booked.desk, first.value.booked.ref


def test_whichever_desk_is_second_is_shown_the_first() -> None:
    """A reserve, a transfer by hand and a statement, in each order; the other order of each pair as well."""
    transfer, funding = by_hand("B-1"), for_reserve("B-2")
    assert refused(for_reserve, "B-1") == ("transfer", transfer.ref)
    assert refused(by_hand, "B-2") == ("funding", funding.ref)
    assert refused(explain, "B-1") == ("transfer", transfer.ref)
    number = story.treasurer(TWO).id
    with transaction():
        transfers_by_hand.reject(transfer, "It is money for the reserve.", by=number, at=AT)
    assert for_reserve("B-1").state == "recorded"
    story.sound()


def test_a_line_of_a_statement_is_not_recorded_by_hand_and_two_lines_of_one_name_are_two() -> None:
    first, second = explain("B-7", "B-8")
    statement = db.session.get_one(reading.CustodyStatement, first.statement_id)
    for said in (first, second):
        assert refused(by_hand, said.line.bank_reference if said.line else "") == ("statement", statement.ref)
    number = story.treasurer(TWO).id
    with transaction():
        explaining.answer(first, "refused", by=number, at=AT + dt.timedelta(days=2))
        explaining.answer(second, "confirmed", by=number, at=AT + dt.timedelta(days=2))
    confirm(by_hand("B-7"))
    assert refused(by_hand, "B-8") == ("statement", statement.ref)
    assert db.session.scalar(db.select(db.func.count(BankLine.id)).where(BankLine.freed_at.is_not(None))) == 1


def test_what_the_service_told_is_not_recorded_by_hand_and_the_other_way_round() -> None:
    """By the name the bank gave its line, and by our own reference written on it."""
    payment, other = asked(), asked(12_00)
    assert hear(payment, "N-1") == "applied"
    assert refused(by_hand, "N-1") == ("payment", payment.ref)
    assert refused(by_hand, payment.ref) == ("payment", payment.ref)
    assert by_hand("N-2", written=payment.ref).asked_fen is None, "the bank's own name says that it is another line"
    by_hand("N-3", 12_00, written=other.ref)
    assert hear(other, "N-3") == "to_be_looked_at"
    db.session.refresh(other)
    assert other.state == "asked", "the transfer by hand stands for it, once a second treasurer has confirmed it"


def test_money_that_came_another_way_is_recorded_again_only_by_somebody_who_saw_two_lines() -> None:
    payment = asked()
    waits = by_hand("B-1", written=payment.ref)
    assert hear(payment, "") == "applied"
    assert refused(confirm, waits) == ("payment", payment.ref)
    with pytest.raises(ArrivedBefore):
        by_hand("B-2", written=payment.ref)
    db.session.rollback()
    before = story.members()[0].paid_net_fen
    confirm(by_hand("B-2", written=payment.ref, is_another=True))
    assert story.members()[0].paid_net_fen == before + 30_00
    story.sound()


def test_of_two_desks_that_book_one_line_in_the_same_moment_one_wins(engine: Flask) -> None:
    number, plan = story.treasurer(ONE).id, story.plan().id
    db.session.rollback()
    ready, won, lost = threading.Barrier(2), [], []

    def desk(name: str) -> None:
        with engine.app_context():
            ready.wait(10)
            try:
                with transaction():
                    if name == "transfer":
                        transfers_by_hand.record(Seen("B-1", "main", "", 5_00, DAY), by=number, at=AT)
                    else:
                        found = db.session.get_one(story.Plan, plan)
                        reserves.record(found, "donation", 5_00, source="x", reference="B-1", by=number, at=AT)
                won.append(name)
            except BookedBefore as twice:
                lost.append(twice.booked.desk)

    threads = [threading.Thread(target=desk, args=(name,)) for name in ("transfer", "funding")]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert len(won) == 1
    assert lost == won
    story.sound()


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM bank_line",
        "UPDATE bank_line SET reference = 'B-2'",
        "UPDATE bank_line SET at = at",
    ],
)
def test_what_stands_for_a_line_is_never_edited(change: str) -> None:
    by_hand("B-1")
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(text(change))


def test_lines_that_were_booked_before_anybody_kept_them_are_taken_in_their_order() -> None:
    """What the migration finds: every record that stands, and of two that stand for one line the later one apart."""
    by_hand("B-1"), for_reserve("B-2"), explain("B-3", "B-4")
    chosen = select(BankLine.desk, BankLine.of_ref, BankLine.reference, BankLine.way, BankLine.occurrence)
    kept = sorted(db.session.execute(chosen).all())
    db.session.rollback()
    planted.unguarded("DELETE FROM bank_line", "UPDATE funding SET reference = 'B-1'")
    take = ScriptDirectory(str(ROOT / "migrations")).get_revision("0010").module.TAKE  # type: ignore[union-attr]
    with transaction():
        db.session.execute(text(take))
    again = sorted(db.session.execute(chosen).all())
    later = [("funding", kept[0][1], "B-1", "in", 2)]
    assert [tuple(row) for row in again] == later + [tuple(row) for row in kept[1:]]
