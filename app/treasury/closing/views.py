"""Routes of the desk of closings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.domain.closing import ClosingDayTooSoon
from app.models import Closing, Plan
from app.services import closing as service
from app.services import closing_money, closings, figures
from app.services.bank_lines import BookedBefore
from app.treasury.closing import actions, queries
from app.treasury.closing.forms import AnswerForm, DeedForm, ProposalForm, RemainderForm, TakeBackForm
from app.web import booked, doors
from app.web.clock import now, today
from app.web.fields import blame
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of

bp = Blueprint("closing", __name__, url_prefix="/treasury/closings")
bp.before_request(doors.door("treasurer", readers=("auditor",)))

_REFUSED = (
    service.ClosesAlready, service.SameProposer, service.ClosingMoved, ClosingDayTooSoon, closing_money.NothingLeft,
    closing_money.RecordedAlready, closing_money.SameTreasurer, closing_money.AnsweredBefore, BookedBefore,
)  # fmt: skip


@bp.get("")
def index() -> Response:
    """Every plan: how many share in it, and how far its closing is."""
    return page("treasury/closings.html", lines=queries.plans(), names=figures.plan_names(today()))


@bp.get("/<plan:slug>")
def plan(slug: str) -> Response:
    """What closing this plan would mean, or what it means now."""
    return _shown(slug)


@bp.post("/<plan:slug>")
def propose(slug: str) -> Response:
    """Propose that it closes; nothing changes yet."""
    form = ProposalForm()
    if not form.validate_on_submit():
        return _shown(slug, proposal=form, status=422)
    try:
        with transaction():
            actions.propose(_plan(slug), form.wish(), by=doors.staff(), at=now())
    except ClosingDayTooSoon as soon:
        blame(form.closing_day, sentence_of(soon))
        return _shown(slug, proposal=form, status=422)
    except service.ClosesAlready as twice:
        return _shown(slug, status=409, problem=sentence_of(twice))
    flash(_("Proposed. Nothing is public and nothing changes until another treasurer announces it."), "done")
    return done(url_for(".plan", slug=slug))


@bp.post("/<plan:slug>/announce")
def announce(slug: str) -> Response:
    """Announce what another treasurer proposed."""
    said = _("Announced: public from now on, and every member is told.")
    return _deed(slug, lambda found: actions.announce(found, by=doors.staff(), at=now()), said)


@bp.post("/<plan:slug>/drop")
def drop(slug: str) -> Response:
    """Let the proposal go."""
    return _deed(slug, lambda found: actions.drop(found, by=doors.staff(), at=now()), _("Dropped. The plan goes on."))


@bp.post("/<plan:slug>/take-back")
def take_back(slug: str) -> Response:
    """Take the announcement back, with a public reason."""
    form = TakeBackForm()
    if not form.validate_on_submit():
        return _shown(slug, back=form, status=422)
    said = _("Taken back: the plan goes on, and every member is told.")
    return _deed(slug, lambda found: actions.take_back(found, str(form.why.data), by=doors.staff(), at=now()), said)


@bp.post("/<plan:slug>/remainder")
def record(slug: str) -> Response:
    """Record the transfer of what is left."""
    form = RemainderForm()
    if not form.validate_on_submit():
        return _shown(slug, remainder=form, status=422)
    said = _("Recorded. It is booked once another treasurer has confirmed it.")

    def deed(found: Closing) -> None:
        actions.record(found, form.given(), by=doors.staff(), at=now())

    return _deed(slug, deed, said)


@bp.post("/<plan:slug>/remainder/<ref:ref>")
def answer(slug: str, ref: str) -> Response:
    """Confirm it or not."""
    form = AnswerForm()
    if not form.validate_on_submit():
        abort(400)
    said = (
        _("Confirmed, booked and public.") if form.verdict() == "confirmed" else _("Not confirmed. Nothing was booked.")
    )

    def deed(found: Closing) -> None:
        remainder = queries.remainder_with(ref)
        if remainder is None or remainder.closing_id != found.id:
            abort(404)
        actions.answer(remainder, form.verdict(), by=doors.staff(), at=now())

    return _deed(slug, deed, said)


def _deed(slug: str, deed: Callable[[Closing], object], said: str) -> Response:
    """Do one deed on the closing of a plan; whoever is refused sees how it stands, and why."""
    try:
        with transaction():
            deed(closings.open_of(_plan(slug).id) or abort(404))
    except _REFUSED as refused:
        known = booked.first_of(refused)
        return _shown(slug, status=status_of(refused), problem=sentence_of(refused), known=known)
    flash(said, "done")
    return done(url_for(".plan", slug=slug))


def _plan(slug: str) -> Plan:
    return queries.plan(slug) or abort(404)


def _wanted() -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


def _shown(  # noqa: PLR0913 -- the forms of one page
    slug: str,
    *,
    proposal: ProposalForm | None = None,
    back: TakeBackForm | None = None,
    remainder: RemainderForm | None = None,
    status: int = 200,
    problem: str | None = None,
    known: str | None = None,
) -> Response:
    plan_ = _plan(slug)
    found = closings.open_of(plan_.id)
    seen = queries.outlook(plan_, found, wanted=_wanted(), at=now())
    given = closing_money.remainders_of(found) if found else []
    form = proposal or ProposalForm(formdata=None)
    if proposal is None:
        form.closing_day.data = seen.days.closing_day
    return page(
        "treasury/closing.html",
        status=status,
        problem=problem,
        known=known,
        plan=plan_,
        rules=figures.plan_names(today())[slug],
        closing=found,
        seen=seen,
        report=closing_money.report(found) if found else None,
        left_fen=sum(seen.held[family] for family in ("rounding_carry", "reserve")),
        may_take_back=found is not None and service.may_take_back(found),
        given=given,
        people=queries.names(found, given),
        proposal=form,
        back=back or TakeBackForm(formdata=None),
        remainder=remainder or RemainderForm(formdata=None),
        deed=DeedForm(formdata=None),
        answer=AnswerForm(formdata=None),
        by=doors.staff().id,
        may_act=doors.role() == "treasurer",
        day=today(),
    )
