"""Errors named for what is wrong, and the sentence each of them is for people; the only place where that is written.

A room that keeps a form on the page puts `sentence_of(error)` beside the field; everywhere else app/web/errors.py makes
a page of it, with the status given here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from app.adapters.payments import NoPaymentAdapter
from app.domain import objections
from app.domain.calendar import DayDoesNotFit
from app.domain.claim_states import AppealTooLate, RefusalIncomplete, SamePerson
from app.domain.credits import CreditWithoutReason, OverCredited
from app.domain.eligibility import NoSuchBenefit
from app.domain.limits import TooMany
from app.domain.money import NotMoney
from app.domain.moves import MoveNotAllowed, NotYourMove
from app.domain.period_states import CheckedAlone, ReasonMissing
from app.domain.shares import NobodyShares
from app.services import (
    crediting,
    journal,
    outbox,
    payments,
    periods,
    pins,
    pools,
    rescheduling,
    reserves,
    returns,
    reversals,
    settling,
)
from app.services.check_runs import MoneyDisagrees
from app.services.claims import ClaimMoved
from app.web import filters
from app.web.file_sentences import OF_FILES
from app.web.money_questions import question_words
from app.web.sentences_arrivals import ARRIVALS
from app.web.sentences_banks import BANKS
from app.web.sentences_bills import BILLS
from app.web.sentences_closing import CLOSINGS
from app.web.sentences_desk import DESK
from app.web.sentences_ends import ENDS
from app.web.sentences_family import FAMILY
from app.web.sentences_fees import FEES
from app.web.sentences_filing import FILING
from app.web.sentences_identity import IDENTITY
from app.web.sentences_lists import LISTS
from app.web.sentences_payments import PAYMENTS
from app.web.sentences_questions import QUESTIONS
from app.web.sentences_rights import RIGHTS
from app.web.sentences_settling import SETTLING
from app.web.sentences_stories import STORIES
from app.web.words import word

Sentence = Callable[[Any], str]


def _day_that_fits(error: DayDoesNotFit) -> str:
    earliest = filters.day(error.earliest)
    if error.latest is None:
        return _("Choose a day from %(earliest)s on.", earliest=earliest)
    if error.latest < error.earliest:
        return _("The next period is too near: postpone or cancel that one first, or cancel this one.")
    latest = filters.day(error.latest)
    return _(
        "Choose a day from %(earliest)s to %(latest)s, so that it settles before the next period is published.",
        earliest=earliest,
        latest=latest,
    )


_STEPS: Final[dict[type[Exception], tuple[int, Sentence]]] = {
    MoveNotAllowed: (
        409,
        lambda _e: _("This step is no longer possible: something has changed since you opened the page."),
    ),
    NotYourMove: (403, lambda _e: _("This step belongs to another role.")),
    SamePerson: (
        403,
        lambda _e: _("You had a hand in this claim before. The next decision belongs to somebody who had none."),
    ),
    ClaimMoved: (
        409,
        lambda e: _("Somebody was faster: this claim is now “%(state)s”.", state=word(e.state, "claim_state")),
    ),
    RefusalIncomplete: (
        422,
        lambda _e: _("A refusal names the clause, the evidence, what would change it and the last day to appeal."),
    ),
    AppealTooLate: (409, lambda e: _("The last day to appeal was %(day)s.", day=filters.day(e.last_day))),
    NoSuchBenefit: (422, lambda _e: _("The rules name no amount for this benefit at this age.")),
    TooMany: (
        429,
        lambda e: ngettext(
            "That was too often in a short time. Nothing was done; try again in %(num)s minute.",
            "That was too often in a short time. Nothing was done; try again in %(num)s minutes.",
            e.wait_minutes,
        ),
    ),
}

_MONEY: Final[dict[type[Exception], tuple[int, Sentence]]] = {
    NotMoney: (422, lambda _e: _("Enter an amount in yuan, for example 30.00.")),
    ReasonMissing: (422, lambda _e: _("Postponing or cancelling a period needs a reason that the public can read.")),
    NobodyShares: (409, lambda _e: _("Nobody shares in this pool, so nothing can be divided.")),
    periods.NobodyToLock: (409, lambda _e: _("Nobody shares in this pool, so nothing can be divided.")),
    periods.EarlierPeriodOpen: (
        409,
        lambda e: _("The earlier period %(name)s is not settled yet; it comes first.", name=e.name),
    ),
    CheckedAlone: (
        409,
        lambda _e: _("You checked this sum yourself. Another treasurer has to approve it; until then nothing settles."),
    ),
    OverCredited: (
        422,
        lambda e: (
            _(
                "At most %(left)s can still be credited to each: nobody gets back more than was charged.",
                left=filters.money(e.left_fen),
            )
            if e.left_fen
            else _("Nothing of this settlement can be credited any more: all of it was.")
        ),
    ),
    CreditWithoutReason: (422, lambda _e: _("Say what was wrong: everybody reads it.")),
    crediting.SameTreasurer: (409, lambda _e: _("You proposed it, so another treasurer confirms it.")),
    crediting.AnsweredBefore: (409, lambda _e: _("Another treasurer answered this before. Nothing was booked twice.")),
    crediting.StillMoving: (
        409,
        lambda _e: _(
            "Members of this pool are just entering or leaving. Try again in a minute: then it is known who left."
        ),
    ),
    settling.HeadCountDiffers: (
        409,
        lambda e: _(
            "%(locked)s members were locked and %(counted)s are counted now. Nothing settles until this is explained.",
            locked=filters.number(e.locked),
            counted=filters.number(e.counted),
        ),
    ),
    DayDoesNotFit: (422, _day_that_fits),
    rescheduling.NothingToExplain: (409, lambda _e: _("This period was locked on time: there is nothing to explain.")),
    returns.NotOnItsWay: (
        409,
        lambda e: _("This payout is “%(state)s” by now. Nothing was changed.", state=word(e.state, "payout_state")),
    ),
    returns.AccountMissing: (
        409,
        lambda _e: _("The claimant has not named an account yet. Nothing was sent; it can be once it is named."),
    ),
    returns.NoAccountAsked: (
        409,
        lambda _e: _("No payout of this claim came back, so no account is asked for now."),
    ),
    reversals.NotReceived: (
        409,
        lambda e: _(
            "This payment is “%(state)s”: there is nothing to take back.", state=word(e.state, "payment_state")
        ),
    ),
    reversals.ReasonMissing: (422, lambda _e: _("Say why the bank took it back; the payer is told.")),
    reserves.SameTreasurer: (403, lambda _e: _("You recorded this yourself. Another treasurer has to confirm it.")),
    reserves.AnsweredBefore: (
        409,
        lambda e: _("Somebody was faster: this record is “%(state)s”.", state=word(e.state, "funding_state")),
    ),
    MoneyDisagrees: (
        409,
        lambda e: _(
            "Nothing was settled. A question about the money found something, which has to be explained first: "
            "%(question)s",
            question=question_words(e.asked.wrong[0].name),
        ),
    ),
    outbox.NotDead: (409, lambda _e: _("Somebody was faster: this work is being done again, or was given up.")),
    journal.BookedTwice: (409, lambda _e: _("This was booked before; it is not booked twice.")),
    pools.AlreadyMember: (409, lambda _e: _("This person is in this plan already.")),
    pools.MembershipEnded: (409, lambda _e: _("This membership has ended.")),
    payments.UnknownPayment: (404, lambda _e: _("We asked for no payment under this reference.")),
    NoPaymentAdapter: (
        503,
        lambda _e: _("Money can be neither taken nor sent here: the operator has to set up a payment service first."),
    ),
}

_RULES: Final[dict[type[Exception], tuple[int, Sentence]]] = {
    pins.AcknowledgedBefore: (
        409,
        lambda _e: _("This membership has agreed to this version already. Nothing was done twice."),
    ),
    pins.NotTheNewest: (
        409,
        lambda e: _(
            "Version %(number)s was published since you opened the page. Open the page again and read that one.",
            number=e.number,
        ),
    ),
    pins.NothingToAcknowledge: (
        409,
        lambda _e: _("There is nothing to agree to: the membership has ended, or only terms of all members change."),
    ),
}

_OBJECTIONS: Final[dict[type[Exception], tuple[int, Sentence]]] = {
    objections.ObjectionDaysOver: (
        409,
        lambda e: _(
            "Objections to this case are possible from %(first)s to 24:00 on %(last)s.",
            first=filters.day(e.first),
            last=filters.day(e.last),
        ),
    ),
    objections.CaseNotOpen: (409, lambda _e: _("This case has left its period. There is nothing to object to now.")),
    objections.TooManyObjections: (
        429,
        lambda e: _(
            "%(limit)s objections have come from your connection today; that is the most of one day. Go on tomorrow.",
            limit=e.limit,
        ),
    ),
    objections.AlreadyAnswered: (
        409,
        lambda e: _("Somebody was faster: this objection is now “%(state)s”.", state=word(e.state, "objection_state")),
    ),
    objections.AnswerWithoutReason: (422, lambda _e: _("Give the reason: the public reads it.")),
    objections.AdmittedBetweenPeriods: (
        409,
        lambda _e: _(
            "This case waits for the next period. Dismiss the objection now, or admit it once the case is published "
            "again."
        ),
    ),
    objections.Unanswered: (
        409,
        lambda e: _(
            "The settlement waits for an answer to the objection to case %(numbers)s.",
            numbers=_(", ").join(f"{number:04d}" for number in e.numbers),
        ),
    ),
}

NAMED: Final = {
    **_STEPS,
    **_MONEY,
    **_RULES,
    **_OBJECTIONS,
    **OF_FILES,
    **ARRIVALS,
    **IDENTITY,
    **ENDS,
    **FAMILY,
    **FILING,
    **PAYMENTS,
    **CLOSINGS,
    **DESK,
    **FEES,
    **LISTS,
    **BANKS,
    **BILLS,
    **QUESTIONS,
    **RIGHTS,
    **SETTLING,
    **STORIES,
}
"""Every error of the domain and the services that people may meet: its status, and the sentence made of its values."""


def sentence_of(error: Exception) -> str:
    """What a named error means, in the language of the page; KeyError for an error that has no sentence."""
    return _entry(error)[1](error)


def status_of(error: Exception) -> int:
    """The HTTP status of a named error; KeyError for an error that has no sentence."""
    return _entry(error)[0]


def _entry(error: Exception) -> tuple[int, Sentence]:
    """The entry of the error's own kind, or of the nearest kind it is one of."""
    for kind in type(error).__mro__:
        if kind in NAMED:
            return NAMED[kind]
    raise KeyError(type(error).__name__)
