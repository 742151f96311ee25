"""Money that goes out by people for a while: two treasurers send a file, the bank answers, and its statements come."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from app.db import db, transaction
from app.jobs.tick import sweep
from app.models import BankBatch, CustodyExplanation, Plan, Refund
from app.services import refunds, sandbox
from app.services.bank_files import answers, batches, play
from app.services.bank_statements import differing, explaining, reading
from app.services.bank_statements import play as statements
from app.services.bank_statements.explaining import Told
from app.services.days import day_of
from app.story.deeds.gate import somebody

if TYPE_CHECKING:
    from app.story.telling import Story

ACCOUNT: Final = "main"
_LETTER: Final = "银行回单：账户管理费。"
_REFUNDS: Final = 3


def goes_by_file(_story: Story, _who: str, at: dt.datetime) -> None:
    """From now on what is released waits for a bank file."""
    with transaction():
        sandbox.order("out", "by_file", 0, at=at)


def goes_as_before(_story: Story, _who: str, at: dt.datetime) -> None:
    """What is released leaves by itself again."""
    sweep(at)
    with transaction():
        sandbox.forget("out")


def releases_some_refunds(_story: Story, who: str, at: dt.datetime) -> None:
    """A treasurer releases the refunds that are due longest, and leaves the last one for whoever plays."""
    due = db.session.scalars(
        select(Refund).where(Refund.state == "due").order_by(Refund.due_at, Refund.id).limit(_REFUNDS + 1)
    ).all()
    for refund in due[:-1]:
        with transaction():
            refunds.release(refund, by=somebody(who).id, at=at)


def makes_batch(_story: Story, who: str, at: dt.datetime) -> None:
    """A treasurer makes a batch of everything that waits."""
    with transaction():
        batches.make(ACCOUNT, None, by=somebody(who).id, at=at)


def lets_batch_go(_story: Story, who: str, at: dt.datetime) -> None:
    """A second treasurer lets it go."""
    with transaction():
        batches.let_go(_last_batch(), by=somebody(who).id, at=at)


def bank_answers(_story: Story, who: str, at: dt.datetime) -> None:
    """The bank's answer comes: everything has arrived, but the last one was sent back."""
    with transaction():
        batch = _last_batch()
        found = answers.read(batch, play.answer_to(batch, on=day_of(at)), by=somebody(who).id, at=at)
        answers.carry_out(found, by=somebody(who).id, at=at)


def statement_comes(_story: Story, who: str, at: dt.datetime) -> None:
    """A treasurer takes the bank's next statement in and says what its charge is."""
    first, last = statements.next_days(ACCOUNT, today=day_of(at))
    by = somebody(who).id
    plan = db.session.scalars(select(Plan).where(Plan.custody_account == ACCOUNT).order_by(Plan.position)).first()
    with transaction():
        content = statements.statement_of(ACCOUNT, first, last)
        taken = reading.take_in(ACCOUNT, content, first_day=first, last_day=last, by=by, at=at)
        for part in differing.compare(taken).unexplained:
            told = Told("bank_charge", plan.id if plan else None, _LETTER)
            explaining.propose(taken, part, told, by=by, at=at)


def explanation_is_confirmed(_story: Story, who: str, at: dt.datetime) -> None:
    """A second treasurer confirms it: the operator bears the charge."""
    for said in db.session.scalars(select(CustodyExplanation).where(CustodyExplanation.state == "proposed")).all():
        with transaction():
            explaining.answer(said, "confirmed", by=somebody(who).id, at=at)


def _last_batch() -> BankBatch:
    return db.session.scalars(select(BankBatch).order_by(BankBatch.id.desc()).limit(1)).one()
