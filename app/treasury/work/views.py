"""Routes of the background work: what waits, what came to rest, try it again, give it up."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.services import outbox
from app.treasury.work import actions, queries
from app.treasury.work.forms import AgainForm, GiveUpForm
from app.web import clock, doors
from app.web.hx import done, page
from app.web.sentences import sentence_of

bp = Blueprint("work", __name__, url_prefix="/background-work")
bp.before_request(doors.door("treasurer", "operator", readers=("auditor",)))


@bp.get("")
def index() -> Response:
    """What the worker has before it, and what it could not do."""
    return _shown()


@bp.post("/<number:work_id>/again")
def again(work_id: int) -> Response:
    """Try a dead letter again."""
    if not AgainForm().validate_on_submit():
        abort(400)
    try:
        with transaction():
            actions.try_again(work_id, by=doors.staff(), role=doors.role(), at=clock.now())
    except outbox.NotDead as error:
        return _shown(status=409, problem=sentence_of(error))
    flash(_("The worker tries it again now."), "done")
    return done(url_for(".index"))


@bp.post("/<number:work_id>/end")
def give_up(work_id: int) -> Response:
    """Give a dead letter up, for a reason."""
    form = GiveUpForm(prefix=_name_of(work_id))
    if not form.validate_on_submit():
        return _shown(status=422, about=work_id, form=form)
    try:
        with transaction():
            actions.give_up(work_id, form.because(), by=doors.staff(), role=doors.role(), at=clock.now())
    except outbox.NotDead as error:
        return _shown(status=409, problem=sentence_of(error))
    flash(_("Given up. Your reason stays with it."), "done")
    return done(url_for(".index"))


def _name_of(work_id: int) -> str:
    """What the fields of one dead letter begin with: the page has a form for each of them."""
    return f"work-{work_id}"


def _shown(
    *, status: int = 200, problem: str | None = None, about: int | None = None, form: GiveUpForm | None = None
) -> Response:
    letters = queries.dead_letters()
    return page(
        "treasury/work.html",
        status=status,
        problem=problem,
        waiting=queries.waiting(at=clock.now()),
        letters=letters,
        total=outbox.dead_letters(),
        given_up=queries.given_up(),
        last_beat=queries.last_beat(),
        scanner=queries.scanner(),
        forms_of={
            one.id: form if form is not None and one.id == about else GiveUpForm(formdata=None, prefix=_name_of(one.id))
            for one in letters
        },
        refused=form if about in {one.id for one in letters} else None,
        again=AgainForm(formdata=None),
        may_act=doors.role() != "auditor",
    )
