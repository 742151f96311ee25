"""Routes of one top-up for several memberships."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _

from app.adapters.payments import NoPaymentAdapter
from app.db import new_ref, transaction
from app.memberships.cards.queries import Card
from app.memberships.own.actions import NotOurReference
from app.memberships.together import actions, queries
from app.memberships.together.forms import PayTogetherForm, TogetherForm, together_form, written
from app.services.pools import MembershipEnded
from app.web import doors
from app.web.clock import now
from app.web.doors import door
from app.web.filters import money
from app.web.hx import go_to, page
from app.web.sentences import sentence_of

bp = Blueprint("together", __name__, url_prefix="/me/top-up")
bp.before_request(door("member"))


@bp.get("")
def top_up() -> Response:
    """How much, for whom."""
    cards = queries.open_cards(doors.account(), at=now())
    return _amount_page(cards, together_form(cards))


@bp.post("")
def choose() -> Response:
    """On to the last look."""
    cards = queries.open_cards(doors.account(), at=now())
    form = together_form(cards)
    if not form.validate_on_submit():
        return _amount_page(cards, form, 422)
    return go_to(url_for(".check", parts=written(form.parts)))


@bp.get("/check")
def check() -> Response:
    """Each part once more, and what the balances will be."""
    form = PayTogetherForm(formdata=None, data={"parts": request.args.get("parts", ""), "ref": new_ref()})
    parts = _parts(form)
    return _check_page(parts, form) if parts else go_to(url_for(".top_up"))


@bp.post("/check")
def pay() -> Response:
    """Pay in: all parts or none; sent twice, it is one top-up."""
    form = PayTogetherForm()
    form.validate_on_submit() or abort(400)
    by, ref = doors.account(), str(form.ref.data)
    parts = _parts(form)
    if not parts:
        return _gone(form)
    try:
        with transaction():
            made = actions.top_up({card.membership: fen for card, fen in parts}, ref=ref, by=by, at=now())
            arrived_fen = sum(one.amount_fen for one in made if one.state == "received")
    except NotOurReference:
        abort(400)
    except MembershipEnded:
        return _gone(form)
    except NoPaymentAdapter as missing:
        return _check_page(parts, form, 503, sentence_of(missing))
    if arrived_fen:
        flash(
            _("%(amount)s has been paid in. It is in the balance and in the statement.", amount=money(arrived_fen)),
            "done",
        )
        return go_to(url_for("memberships.index"))
    flash(_("We are waiting for the payments. Each counts from the moment it arrives."), "done")
    return go_to(url_for("receipts.index"))


def _parts(form: PayTogetherForm) -> list[tuple[Card, int]]:
    """Each card with its part; nothing when a part is for a membership that is not there to be topped up."""
    wanted = form.sound() or {}
    cards = {card.membership.ref: card for card in queries.open_cards(doors.account(), at=now())}
    return [(cards[ref], fen) for ref, fen in wanted.items()] if set(wanted) <= set(cards) else []


def _gone(form: PayTogetherForm) -> Response:
    """One of them has ended in the meantime; sent twice after it was paid, that is no reason to frighten anybody."""
    if any(one.account_id == doors.account().id for one in queries.payments_together(str(form.ref.data))):
        return go_to(url_for("receipts.index"))
    cards = queries.open_cards(doors.account(), at=now())
    sentence = _("One of these memberships cannot be topped up any more. Nothing was paid; choose again for the rest.")
    return _amount_page(cards, together_form(cards, formdata=None), 409, sentence)


def _amount_page(cards: list[Card], form: TogetherForm, status: int = 200, trouble: str | None = None) -> Response:
    return page("memberships/together.html", status=status, cards=cards, form=form, trouble=trouble)


def _check_page(
    parts: list[tuple[Card, int]], form: PayTogetherForm, status: int = 200, trouble: str | None = None
) -> Response:
    sum_fen = sum(amount_fen for _card, amount_fen in parts)
    return page(
        "memberships/together_check.html", status=status, parts=parts, form=form, sum_fen=sum_fen, trouble=trouble
    )
