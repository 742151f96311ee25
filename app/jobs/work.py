"""What each kind of work does, and what makes a second run of it harmless.

A worker may be killed at any instant. Work that runs in the transaction that marks it as done is written wholly or not
at all; work that reaches outside may have reached there before, so each kind has something that is unique:

    kind           runs                a second run is harmless because
    mail, mail-…   outside, at least   the Message-ID follows from the key of the work: a mail server or a reader that
                   once                sees it twice keeps one (app/jobs/mails.py)
    pay-out        in the transaction  the payment service is asked under the payout's own reference and answers the
                                       same again; the journal entry `payout:<reference>` is unique; a payout that is
                                       not released (any more) is left alone
    send-refund    in the transaction  like pay-out, under the refund's own reference and the number of the attempt
    order-payment  outside, at least   the payment service is told under our own reference and knows it again; what is
                   once                settled by then is not told
    sandbox        in the transaction  play money tells its news like a bank: a payment that has arrived, failed or
                                       come back already is left alone
    name-credits   in the transaction  a part of a credit is carried out once: the database refuses a second time
    tell-ended,    in the transaction  each message has its key: nobody is told twice
    announce-age,
    tell-closing,
    announce-majority
    make-export    outside, at least   an export that was made, dropped, or whose account was closed is left alone; a
                   once                file that nobody kept has no key
    check-arrival  outside, at least   an arrival that was kept, refused or dropped is left alone; the document and the
                   once                end of the arrival are written together
    render-evidence outside, at least  a page that is drawn is not drawn again; of two who draw it the first one's
                   once                pictures stay (app/services/renditions.py)
    sweep-files    outside, at least   what is gone stays gone (app/jobs/daily.py)
                   once
    check-list,    in the transaction  a piece of a list is read, or sent, once: where it stands is kept in the same row
    send-list
    audit          outside, at least   asking the questions again changes nothing: one more run is kept
                   once
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from app.domain.retries import LEASE, LONG_LEASE
from app.jobs import exporting, mails
from app.services import (
    ages,
    closing,
    ending,
    farewells,
    named_credits,
    outbox,
    payment_orders,
    payouts,
    refunds,
    renditions,
    sandbox,
    sandbox_days,
    selfcheck,
    takeovers,
)
from app.services.arrivals import checking, pieces
from app.services.exports import keeping
from app.services.invitations import lists, sending
from app.web import clock


def _pay_out(payload: Mapping[str, Any], at: dt.datetime) -> None:
    payouts.send(payload["payout"], at=at)


def _play_money(payload: Mapping[str, Any], at: dt.datetime) -> None:
    sandbox_days.happen(payload["reference"], payload["what"], at=at)


def _pay_back(payload: Mapping[str, Any], at: dt.datetime) -> None:
    refunds.send(payload["refund"], at=at)


def _tell_payment_service(payload: Mapping[str, Any], _at: dt.datetime) -> None:
    payment_orders.tell(payload, real_at=clock.real_now())


def _ask_every_question(payload: Mapping[str, Any], at: dt.datetime) -> None:
    selfcheck.audit(payload["trigger"], at=at)


outbox.handlers.update({refunds.SEND: _pay_back, ending.TOLD: farewells.tell_ended, ages.ANNOUNCE: ages.announce})
outbox.handlers.update({closing.TELL: closing.tell, takeovers.ANNOUNCE: takeovers.announce})
outbox.handlers.update({**mails.HANDLERS, "pay-out": _pay_out, sandbox.WORK: _play_money})
outbox.outside.update(dict.fromkeys(mails.HANDLERS, LEASE))
outbox.handlers[keeping.WORK] = exporting.make
outbox.outside[keeping.WORK] = LONG_LEASE
outbox.handlers[payment_orders.WORK] = _tell_payment_service
outbox.outside[payment_orders.WORK] = LEASE
outbox.handlers[pieces.CHECK] = checking.check
outbox.outside[pieces.CHECK] = checking.LEASE
outbox.last_words[pieces.CHECK] = checking.give_up
outbox.handlers.update({lists.CHECK: lists.check_piece, sending.SEND: sending.send_piece})
outbox.handlers[named_credits.WORK] = named_credits.carry_out
outbox.handlers[renditions.WORK] = renditions.draw
outbox.outside[renditions.WORK] = renditions.LEASE
outbox.handlers[selfcheck.AUDIT] = _ask_every_question
outbox.outside[selfcheck.AUDIT] = LONG_LEASE
