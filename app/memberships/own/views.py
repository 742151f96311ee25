"""Routes of one's own memberships."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _

from app.adapters.payments import NoPaymentAdapter
from app.db import new_ref, transaction
from app.domain.calendar import parse_period_name
from app.domain.closing import claims_until
from app.domain.majority import NOTICE
from app.domain.standing import periods_covered
from app.memberships.cards.queries import Card, by_person, cards_of
from app.memberships.forms import PayForm, TopUpForm
from app.memberships.leaving.queries import end_of
from app.memberships.own import actions, queries
from app.memberships.own.queries import A_PAGE
from app.memberships.queries import membership_of
from app.memberships.receipts.queries import receipts_behind
from app.services import closings, statement, ways_to_pay
from app.services.counting import proving
from app.services.days import midnight
from app.services.pools import MembershipEnded
from app.web import doors, inbox
from app.web.clock import now, today
from app.web.doors import door
from app.web.filters import day, money
from app.web.hx import go_to, page
from app.web.paging import asked_page
from app.web.sentences import sentence_of
from app.web.sums import equation_terms

bp = Blueprint("memberships", __name__, url_prefix="/me")
bp.before_request(door("member"))

_LATELY = dt.timedelta(days=14)
"""How long a payment that failed stays on the page of its membership."""


@bp.get("")
def index() -> Response:
    """All memberships: what needs doing first, then how each stands."""
    account = doors.account()
    total = queries.count_memberships(account)
    at_page, pages = asked_page(total, A_PAGE)
    people = by_person(queries.cards(account, page=at_page, at=now()))
    cards = [card for one in people for card in one.cards]
    alert, low = queries.lowest(account, at=now())
    few = total <= queries.SENTENCES
    sums = [
        (period, equation_terms(equation, cases=cases, fee_bp=terms.fee_bp), equation)
        for period, equation, terms, cases in (queries.next_equations(cards, at=now()) if few else [])
    ]
    return page(
        "memberships/index.html",
        cards=cards,
        people=people,
        several=len([card for card in cards if card.situation not in {"ended", "leaving"}]) > 1 and pages == 1,
        today_local=today(),
        near_majority=today() + NOTICE,
        few=few,
        total=total,
        at_page=at_page,
        pages=pages,
        alert=alert,
        low=low,
        sums=sums,
        sum_fen=sum(card.balance_fen for card in cards) if pages == 1 and total > 1 else None,
        applications=queries.open_applications(account),
        unread=queries.count_messages(account, unread=True),
    )


@bp.get("/messages")
def messages() -> Response:
    """The inbox, newest first."""
    account = doors.account()
    at_page, pages = asked_page(queries.count_messages(account), A_PAGE)
    names = {slug: rules.name for slug, rules in queries.plan_rules(on=today()).items()}
    found = queries.messages(account, page=at_page)
    return page(
        "memberships/messages.html",
        letters=[(message, inbox.letter(message.kind, message.values, plan_names=names)) for message in found],
        at_page=at_page,
        pages=pages,
        unread=queries.count_messages(account, unread=True),
    )


@bp.post("/messages")
def read_messages() -> Response:
    """Everything was read."""
    with transaction():
        actions.read_messages(by=doors.account(), at=now())
    return go_to(url_for(".messages"))


@bp.get("/<ref:ref>")
def membership(ref: str) -> Response:
    """One membership: how it stands, its statement, its papers."""
    card = _card(ref)
    at_page, pages = asked_page(statement.count_lines(card.membership), A_PAGE)
    lines = statement.lines(card.membership, skip=(at_page - 1) * A_PAGE, most=A_PAGE)
    waiting = queries.open_payments(card.membership, since=now() - _LATELY)
    new_year = midnight(today().replace(month=1, day=1))
    closing = closings.binding_of(card.membership.plan_id)
    return page(
        "memberships/membership.html",
        card=card,
        closing=closing,
        claims_until=claims_until(closing.closing_day, closings.terms_of(closing)) if closing else None,
        today_local=today(),
        near_majority=today() + NOTICE,
        lines=[(line, parse_period_name(line.period) if line.period else None) for line in lines],
        places=proving.places(card.membership, [line.period for line in lines if line.period]),
        at_page=at_page,
        pages=pages,
        open_payments=waiting,
        receipts=receipts_behind(doors.account(), card.membership, [line.at for line in lines if line.kind == "topup"]),
        ways={payment.id: ways_to_pay.way_of(payment) for payment in waiting},
        certificate=queries.certificate_ref(card.membership),
        shared_this_year_fen=statement.shared_fen(card.membership, since=new_year),
        end=end_of(card.membership, ended=card.situation == "ended", at=now()),
    )


@bp.get("/<ref:ref>/top-up")
def top_up(ref: str) -> Response:
    """How much to pay in."""
    card = _open_card(ref)
    return _amount_page(card, _form(card))


@bp.post("/<ref:ref>/top-up")
def choose_amount(ref: str) -> Response:
    """On to the last look."""
    card = _open_card(ref)
    form = _form(card)
    if not form.validate_on_submit():
        return _amount_page(card, form, status=422)
    return go_to(url_for(".check_top_up", ref=ref, amount=form.amount_fen))


@bp.get("/<ref:ref>/top-up/check")
def check_top_up(ref: str) -> Response:
    """The amount once more, and what the balance will be."""
    card = _open_card(ref)
    form = PayForm(formdata=None, data={"amount_fen": request.args.get("amount", ""), "ref": new_ref()})
    if not form.offers_sound_amount():
        return go_to(url_for(".top_up", ref=ref))
    return _check_page(card, form)


@bp.post("/<ref:ref>/top-up/check")
def pay(ref: str) -> Response:
    """Pay in; sent twice, it is one payment."""
    card = _open_card(ref)
    form = PayForm()
    if not form.validate_on_submit():
        return _amount_page(card, _form(card, formdata=None), 422, form.errors)
    amount_fen, payment_ref = form.value()
    try:
        with transaction():
            payment = actions.top_up(card.membership, amount_fen, ref=payment_ref, by=doors.account(), at=now())
            arrived = payment.state == "received"
    except actions.NotOurReference:
        abort(400)
    except MembershipEnded:
        return _ended(card)
    except NoPaymentAdapter as missing:
        return _check_page(card, form, status=503, trouble=sentence_of(missing))
    if arrived:
        flash(
            _("%(amount)s has been paid in. It is in the balance and in the statement.", amount=money(amount_fen)),
            "done",
        )
    else:
        flash(_("We are waiting for the payment. It counts from the moment it arrives."), "done")
    return go_to(url_for(".membership", ref=ref))


def _card(ref: str) -> Card:
    found = membership_of(doors.account(), ref) or abort(404)
    return cards_of([found], at=now())[0]


def _open_card(ref: str) -> Card:
    """A membership that can be topped up; one that has ended answers with a sentence. Raises `PlanCloses`."""
    card = _card(ref)
    if card.situation == "ended":
        abort(_ended(card))
    closings.check_open(card.membership.pool.plan)
    return card


def _ended(card: Card) -> Response:
    last = day(card.last_day) if card.last_day is not None else None
    sentence = (
        _("This membership ended with %(day)s, so nothing can be paid in. Nothing was charged.", day=last)
        if last is not None
        else _("This membership has ended, so nothing can be paid in. Nothing was charged.")
    )
    return page("memberships/ended.html", status=409, card=card, sentence=sentence)


def _form(card: Card, **values: Any) -> TopUpForm:
    """The amounts by the periods they cover; where nobody can say that, those of the rules."""
    suggested = [one.amount_fen for one in card.suggestions]
    return TopUpForm(card.terms, least_fen=card.least_fen, suggested_fen=suggested, **values)


def _amount_page(card: Card, form: TopUpForm, status: int = 200, wrong: dict[str, list[str]] | None = None) -> Response:
    if wrong:
        form.choice.errors = [text for texts in wrong.values() for text in texts][:1]
    share = card.lasting_fen
    after = [(fen, card.balance_fen + fen) for fen in form.proposed_fen]
    lasts = {
        str(fen): (balance, periods_covered(balance, card.terms.floor_fen, share) if share is not None else None)
        for fen, balance in after
    }
    return page("memberships/topup.html", status=status, card=card, form=form, lasts=lasts)


def _check_page(card: Card, form: PayForm, status: int = 200, trouble: str | None = None) -> Response:
    return page(
        "memberships/topup_check.html",
        status=status,
        card=card,
        form=form,
        amount_fen=int(str(form.amount_fen.data)),
        trouble=trouble,
    )
