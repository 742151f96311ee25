"""Routes of who looks after which claim: take, give back, hand over, several at once, absences and conflicts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.db import transaction
from app.models import Account, Claim
from app.review.desk import actions
from app.review.desk.actions import Chosen, Done
from app.review.desk.forms import AwayForm, BulkForm, ConflictForm, GiveBackForm, HandOverForm, TakeForm
from app.review.desk.queries import MOST_AT_ONCE, MOST_COUNTED, claim_for, desks, names_of, rows_of, ticked
from app.review.desk.queries import plans as plans_on
from app.services import assignments, claim_figures, conflicts, hands
from app.services.assignments import AssignedMeanwhile, MayNotLookAfter, NotAtTheDesk, NotYours, SayWhy
from app.services.at_the_desk import AT_DESK
from app.services.conflicts import DeclaredBefore
from app.web import doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.filters import in_words
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of
from app.web.too_near import refuse_if_near

_NUMBER: Final = re.compile(r"[0-9]{1,18}")
bp = Blueprint("desk", __name__, url_prefix="/review/desk")
bp.before_request(door("caseworker", readers=("auditor", "operator")))

_REFUSED: Final = (AssignedMeanwhile, MayNotLookAfter, NotAtTheDesk, NotYours, SayWhy, DeclaredBefore)


@bp.get("/claims/<ref:claim>")
def claim(claim: str) -> Response:
    """Who looks after a claim now and did before, and the forms to change it."""
    return _shown(_found(claim))


@bp.post("/claims/<ref:claim>/take")
def take(claim: str) -> Response:
    """Look after it oneself."""
    of, by = _found(claim), doors.staff()
    form = TakeForm(taken=of.assigned_to not in {None, by.id})
    if not form.validate_on_submit():
        return _shown(of, status=422, take=form)
    seen = request.form.get("seen", 0, type=int)
    said = _("You look after this claim now.")
    return _done(of, lambda: actions.take(of, str(form.take_reason.data or ""), seen=seen, by=by, at=now()), said)


@bp.post("/claims/<ref:claim>/give-back")
def give_back(claim: str) -> Response:
    """Nobody in particular looks after it from now on."""
    of = _found(claim)
    if not GiveBackForm().validate_on_submit():
        abort(400)
    return _done(of, lambda: actions.give_back(of, by=doors.staff(), at=now()), _("Given back: anybody may take it."))


@bp.post("/claims/<ref:claim>/hand-over")
def hand_over(claim: str) -> Response:
    """Give it to a colleague, with a reason."""
    of, by = _found(claim), doors.staff()
    people = _others(of, by)
    form = HandOverForm(people)
    if not form.validate_on_submit():
        return _shown(of, status=422, hand_over=form)
    to = next(one for one in people if one.ref == form.to.data)
    said = _("%(name)s looks after this claim now.", name=to.name)
    reason = str(form.hand_over_reason.data)
    return _done(of, lambda: actions.hand_over(of, to, reason, by=by, at=now()), said)


@bp.get("/assigning")
def assigning() -> Response:
    """The claims that were ticked in the queue, once more, and who shall look after them."""
    found = ticked(request.args.getlist("claim"), by=doors.staff())
    return _ticked_page(found, BulkForm(hands.caseworkers(), fresh=True))


@bp.post("/assigning")
def assign() -> Response:
    """Give them to one person. What changed meanwhile is told, the rest is done."""
    chosen = [one for one in map(_chosen, request.form.getlist("chosen")) if one is not None][:MOST_AT_ONCE]
    people = hands.caseworkers()
    form = BulkForm(people)
    if not form.validate_on_submit():
        return _ticked_page(ticked([one.ref for one in chosen], by=doors.staff()), form, status=422)
    to = next(one for one in people if one.ref == form.to.data)
    with transaction():
        told = actions.give_many(chosen, to, by=doors.staff(), at=now())
    given = [one for one in told if one.outcome == "given"]
    said = ngettext(
        "%(name)s looks after %(num)s claim now.", "%(name)s looks after %(num)s claims now.", len(given), name=to.name
    )
    if len(given) == len(told):
        flash(said, "done")
        return done(url_for("review.queue"))
    return _left_page([one for one in told if one.outcome != "given"], said if given else "")


@bp.get("/away")
def away() -> Response:
    """Until when one is away."""
    return _away_page(AwayForm(formdata=None))


@bp.post("/away")
def say_away() -> Response:
    """Be away until a day, or be here again."""
    form = AwayForm()
    if not form.validate_on_submit():
        return _away_page(form, status=422)
    with transaction():
        actions.say_away(form.until_on.data, by=doors.staff(), at=now())
    flash(_("Kept. New claims pass you over until then.") if form.until_on.data else _("You are here again."), "done")
    return done(url_for(".away"))


@bp.get("/times")
def times() -> Response:
    """How long claims take: the figures of the public page, and what each colleague looks after now."""
    together, by_plan = claim_figures.figures()
    known = plans_on(today())
    return page(
        "desk/times.html",
        together=together,
        plans=[(in_words(known[number][1]), one) for number, one in by_plan.items() if number in known],
        desks=desks(together, today=today()),
        most=MOST_COUNTED,
    )


@bp.get("/conflicts")
def declared() -> Response:
    """The conflicts that were declared: for a caseworker the own ones, for operator and auditor all."""
    is_caseworker = doors.role() == "caseworker"
    rows = conflicts.lately(own_of=doors.staff().id if is_caseworker else None)
    return page("desk/conflicts.html", rows=rows, reads=not is_caseworker, alone=is_caseworker)


@bp.get("/claims/<ref:claim>/conflict")
def conflict(claim: str) -> Response:
    """What stands between oneself and a claim: the form."""
    return page("desk/conflict.html", claim=_found(claim), form=ConflictForm(fresh=True))


@bp.post("/claims/<ref:claim>/conflict")
def declare(claim: str) -> Response:
    """Declare it. From now on others look after the claim."""
    of, form = _found(claim), ConflictForm()
    if not form.validate_on_submit():
        return page("desk/conflict.html", status=422, claim=of, form=form)
    with transaction():
        actions.declare(of, str(form.kind.data), str(form.note.data), by=doors.staff(), at=now())
    flash(_("Kept. From now on other people look after claim %(ref)s.", ref=of.ref), "done")
    return done(url_for("review.queue"))


def _found(ref: str) -> Claim:
    """The claim once it was handed in; 403 for who stands too near."""
    found = claim_for(ref) or abort(404)
    refuse_if_near(found, doors.staff())
    return found


def _others(of: Claim, by: Account) -> list[Account]:
    return [one for one in assignments.colleagues(of) if one.id != by.id]


def _shown(
    of: Claim, *, status: int = 200, refused: Exception | None = None, take: TakeForm | None = None,
    hand_over: HandOverForm | None = None,
) -> Response:  # fmt: skip
    by = doors.staff()
    ever = assignments.of(of)
    return page(
        "desk/claim.html",
        status=status_of(refused) if refused else status,
        claim=of,
        ever=ever,
        names=names_of({one.assigned_to for one in ever}),
        reads=doors.role() == "caseworker",
        is_mine=of.assigned_to == by.id,
        may_take=doors.role() == "caseworker" and hands.may_decide(of, by) and of.state in AT_DESK,
        take=take or TakeForm(taken=False, fresh=True),
        hand_over=hand_over or HandOverForm(_others(of, by), fresh=True),
        sent=take or hand_over,
        problem=sentence_of(refused) if refused else None,
    )


def _done(of: Claim, deed: Callable[[], None], said: str) -> Response:
    """Do one deed. The loser of a race sees who was faster."""
    try:
        with transaction():
            deed()
    except _REFUSED as refused:
        return _shown(of, refused=refused)
    flash(said, "done")
    return done(url_for("review.claim", claim=of.ref))


def _chosen(text: str) -> Chosen | None:
    """What a line of the form says: reference, steps, and who looked after it."""
    ref, _mark, rest = text.partition(":")
    steps, _mark, assigned = rest.partition(":")
    if not (_NUMBER.fullmatch(steps) and _NUMBER.fullmatch(assigned)):
        return None
    return Chosen(ref, int(steps), int(assigned))


def _ticked_page(found: list[Claim], form: BulkForm, *, status: int = 200) -> Response:
    rows = rows_of(found, by=doors.staff(), today=today())
    return page("desk/assigning.html", status=status if found else 422, rows=rows, form=form)


def _left_page(left: list[Done], said: str) -> Response:
    return page("desk/left.html", status=409, left=left, said=said)


def _away_page(form: AwayForm, *, status: int = 200) -> Response:
    until_on = assignments.away_until(doors.staff().id, on=today())
    if form.until_on.data is None and not form.is_submitted():
        form.until_on.data = until_on
    return page("desk/away.html", status=status, form=form, until_on=until_on, may_act=doors.role() == "caseworker")
