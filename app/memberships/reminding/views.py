"""Routes of the reminders of one membership."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.db import transaction
from app.memberships.cards.queries import Card, cards_of
from app.memberships.queries import membership_of
from app.memberships.reminding import actions
from app.memberships.reminding.forms import ReminderForm
from app.memberships.together.queries import open_cards
from app.services import reminder_settings
from app.services.reminder_settings import LevelBelowTheRules, LevelTooHigh
from app.web import doors
from app.web.clock import now
from app.web.doors import door
from app.web.hx import go_to, page
from app.web.sentences import sentence_of

bp = Blueprint("reminding", __name__, url_prefix="/me")
bp.before_request(door("member"))


@bp.get("/<ref:ref>/reminder")
def settings(ref: str) -> Response:
    """What is set, what was set before, and what no setting silences."""
    card = _card(ref)
    return _page(card, _form(card))


@bp.post("/<ref:ref>/reminder")
def keep(ref: str) -> Response:
    """Keep it, for this membership or for all of the account."""
    card, by = _card(ref), doors.account()
    form = _form(card)
    if not form.validate_on_submit():
        return _page(card, form, 422)
    others = open_cards(by, at=now()) if form.everybody.data else []
    cards = [card, *(one for one in others if one.membership.id != card.membership.id)]
    try:
        with transaction():
            kept = actions.keep(cards, form.value(), by=by, at=now())
    except (LevelBelowTheRules, LevelTooHigh) as refused:
        form.below.errors = [sentence_of(refused)]
        return _page(card, form, 422)
    if kept:
        flash(ngettext("Kept for %(num)s membership.", "Kept for %(num)s memberships.", kept), "done")
    else:
        flash(_("It was set like this already."), "done")
    return go_to(url_for(".settings", ref=ref))


def _card(ref: str) -> Card:
    card = cards_of([membership_of(doors.account(), ref) or abort(404)], at=now())[0]
    if card.situation == "ended":
        abort(409, _("This membership has ended, so there is nothing to remind you of."))
    return card


def _form(card: Card) -> ReminderForm:
    return ReminderForm(card.wish, rules_fen=card.terms.remind_below_fen)


def _page(card: Card, form: ReminderForm, status: int = 200) -> Response:
    history = reminder_settings.history_of(card.membership)
    return page("memberships/reminder.html", status=status, card=card, form=form, history=history)
