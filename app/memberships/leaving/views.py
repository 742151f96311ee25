"""Routes of the end of a membership."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.memberships.cards.queries import Card, cards_of
from app.memberships.leaving import actions, queries
from app.memberships.leaving.forms import ConsentForm, ContestForm, DeedForm
from app.memberships.queries import membership_of
from app.models import Membership
from app.services.ending import EndsAlready
from app.services.leaving import ConsentGone, HasEnded, NotLeaving
from app.services.refunds import NothingOwed
from app.services.rescissions import ContestOver
from app.services.suspense import NotHeld
from app.web import doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.filters import day, money
from app.web.hx import go_to, page
from app.web.sentences import sentence_of

bp = Blueprint("leaving", __name__, url_prefix="/me")
bp.before_request(door("member"))


@bp.get("/<ref:ref>/leave")
def ask(ref: str) -> Response:
    """What follows from leaving, and the one button that does it."""
    return _page(_membership(ref))


@bp.post("/<ref:ref>/leave")
def leave(ref: str) -> Response:
    """Leave."""
    found = _membership(ref)
    if not DeedForm().validate_on_submit():
        abort(400)
    try:
        with transaction():
            actions.leave(found, by=doors.account(), at=now())
            takes_now = found.ended_at is not None
    except EndsAlready:
        return _page(found, status=409, problem=_("This membership is ending already. Nothing was done twice."))
    except HasEnded as ended:
        return _page(found, status=409, problem=sentence_of(ended))
    if takes_now:
        flash(_("You have left. Everything that was paid goes back to you."), "done")
    else:
        flash(_("You are leaving. Until it takes effect you can undo it here."), "done")
    return go_to(url_for("memberships.membership", ref=ref))


@bp.post("/<ref:ref>/stay")
def stay(ref: str) -> Response:
    """Stay after all."""
    found = _membership(ref)
    if not DeedForm().validate_on_submit():
        abort(400)
    try:
        with transaction():
            actions.stay(found, by=doors.account(), at=now())
    except NotLeaving as past:
        return _page(found, status=409, problem=sentence_of(past))
    flash(_("You stay. The membership goes on as if you had not asked to leave; no waiting begins again."), "done")
    return go_to(url_for("memberships.membership", ref=ref))


@bp.get("/<ref:ref>/consents")
def consents(ref: str) -> Response:
    """What the membership rests on, and what taking it back means."""
    return _consents_page(_membership(ref))


@bp.post("/<ref:ref>/consents")
def withdraw_consent(ref: str) -> Response:
    """Take one consent back; it means leaving."""
    found, form = _membership(ref), ConsentForm()
    if not form.validate_on_submit():
        abort(400)
    try:
        with transaction():
            actions.withdraw_consent(found, str(form.kind.data), by=doors.account(), at=now())
    except ConsentGone as gone:
        return _consents_page(found, 409, sentence_of(gone))
    flash(_("The consent is taken back. What follows stands on this page."), "done")
    return go_to(url_for("memberships.membership", ref=ref))


@bp.get("/<ref:ref>/decision")
def decision(ref: str) -> Response:
    """The decision that this membership ends, with its reason, and the way to contest it."""
    return _decision_page(_membership(ref), ContestForm())


@bp.post("/<ref:ref>/decision")
def contest(ref: str) -> Response:
    """Contest it."""
    found, form = _membership(ref), ContestForm()
    made = queries.decision_about(found) or abort(404)
    if not form.validate_on_submit():
        return _decision_page(found, form, 422)
    try:
        with transaction():
            actions.contest(made.rescission, str(form.words.data), by=doors.account(), at=now())
    except ContestOver as over:
        return _decision_page(found, form, 409, sentence_of(over))
    flash(_("Kept. Another caseworker reads it; until the answer the membership goes on."), "done")
    return go_to(url_for(".decision", ref=ref))


@bp.post("/<ref:ref>/refund")
def refund(ref: str) -> Response:
    """Ask for the balance that stayed when the membership ended."""
    found = _membership(ref)
    if not DeedForm().validate_on_submit():
        abort(400)
    try:
        with transaction():
            owed = actions.ask_back(found, by=doors.account(), at=now()).amount_fen
    except NothingOwed as nothing:
        return _page(found, status=409, problem=sentence_of(nothing))
    flash(_("%(amount)s go back to you as soon as a treasurer has released them.", amount=money(owed)), "done")
    return go_to(url_for("memberships.membership", ref=ref))


@bp.post("/<ref:ref>/late/<ref:payment>")
def send_back(ref: str, payment: str) -> Response:
    """Ask for a payment that came after the end."""
    found = _membership(ref)
    item = queries.late_payment(found, payment) or abort(404)
    if not DeedForm().validate_on_submit():
        abort(400)
    try:
        with transaction():
            owed = actions.send_back(item, by=doors.account(), at=now()).amount_fen
    except NotHeld as gone:
        return _page(found, status=409, problem=sentence_of(gone))
    flash(_("%(amount)s go back to you as soon as a treasurer has released them.", amount=money(owed)), "done")
    return go_to(url_for("memberships.membership", ref=ref))


def _membership(ref: str) -> Membership:
    return membership_of(doors.account(), ref) or abort(404)


def _decision_page(found: Membership, form: ContestForm, status: int = 200, problem: str | None = None) -> Response:
    made = queries.decision_about(found) or abort(404)
    return page(
        "memberships/decision.html",
        status=status,
        problem=problem,
        card=cards_of([found], at=now())[0],
        made=made.rescission,
        clause=made.clause,
        reason=made.reason,
        may_contest=made.rescission.state == "decided" and today() <= made.rescission.contest_until,
        form=form,
    )


def _consents_page(found: Membership, status: int = 200, problem: str | None = None) -> Response:
    card = cards_of([found], at=now())[0]
    return page(
        "memberships/consents.html",
        status=status,
        problem=problem,
        card=card,
        end=queries.end_of(found, ended=card.situation == "ended", at=now()),
        consents=queries.consents_of(found),
    )


def _page(found: Membership, status: int = 200, problem: str | None = None) -> Response:
    card = cards_of([found], at=now())[0]
    end = queries.end_of(found, ended=card.situation == "ended", at=now())
    if status == 200 and not end.may_leave:  # noqa: PLR2004 -- the page was asked for, and there is nothing to ask
        status, problem = 409, _why_not(card)
    return page(
        "memberships/leave.html",
        status=status,
        card=card,
        end=end,
        family=queries.family_of(found, at=now()),
        form=DeedForm(),
        problem=problem,
    )


def _why_not(card: Card) -> str:
    if card.situation == "ended":
        last = day(card.last_day) if card.last_day is not None else ""
        return _("This membership ended with %(day)s. There is nothing left to leave.", day=last)
    return _("This membership is ending already. Nothing was done twice.")
