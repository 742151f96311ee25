"""The journal: entries are written once, and the balance of an account is kept by the database with every posting."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.db import db, transaction
from app.domain import ledger
from app.models import AccountBalance, PostingRow
from app.services import journal
from tests.services import pool_story as story

BANK, FUNDS, FEE = ledger.bank("main"), ledger.member_funds("young-cancer"), ledger.fee_payable("young-cancer")


def book(ref: str, *entries: ledger.Entry) -> None:
    with transaction():
        for number, entry in enumerate(entries):
            journal.book("test", f"{ref}:{number}", entry, by=None, at=story.september(1))


@pytest.mark.usefixtures("engine")
def test_an_account_holds_what_was_posted_in_its_own_direction() -> None:
    book("a", ledger.move(BANK, FUNDS, 100), ledger.move(FUNDS, FEE, 30))
    book("b", ledger.move(FEE, BANK, 5))
    assert journal.held([BANK, FUNDS, FEE, ledger.suspense]) == {BANK: 95, FUNDS: 70, FEE: 25, ledger.suspense: 0}
    assert journal.held_fen(FUNDS) == 70


@pytest.mark.usefixtures("engine")
def test_a_posting_written_beneath_the_application_moves_the_balance_too() -> None:
    book("a", ledger.move(BANK, FUNDS, 100))
    with transaction():
        entry_id = db.session.scalars(db.select(PostingRow.entry_id)).one()
        db.session.execute(
            db.insert(PostingRow).values(entry_id=entry_id, debit_account=BANK, credit_account=FEE, amount_fen=1)
        )
    assert journal.held_fen(BANK) == 101
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(db.update(PostingRow).values(amount_fen=1))


def test_many_who_book_at_once_wait_for_nobody_in_a_circle_and_lose_nothing(engine: Flask) -> None:
    failed: list[Exception] = []

    def work(number: int) -> None:
        there, back = ledger.move(BANK, FUNDS, 3), ledger.move(FUNDS, BANK, 1)
        with engine.app_context():
            try:
                for turn in range(8):
                    book(f"{number}:{turn}", *((there, back) if (number + turn) % 2 else (back, there)))
            except Exception as error:  # noqa: BLE001 -- a thread hands its failure over
                failed.append(error)
            db.session.remove()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failed == []
    assert (journal.held_fen(BANK), journal.held_fen(FUNDS)) == (96, 96)
    rows = db.session.execute(sums()).all()
    assert {row[0]: row[1] for row in rows} == {BANK: 96, FUNDS: -96}


def sums() -> Any:
    return db.select(AccountBalance.account, db.func.sum(AccountBalance.net_fen)).group_by(AccountBalance.account)
