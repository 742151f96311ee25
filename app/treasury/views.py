"""The routes of the treasury: what waits, one period, and the four deeds that bring it forward."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from app.db import transaction
from app.domain.moves import MoveNotAllowed
from app.domain.objections import Unanswered
from app.domain.period_states import CheckedAlone
from app.models import CheckRun, Period
from app.services import (
    check_runs,
    custody,
    days,
    deliveries,
    due,
    fees,
    figures,
    objections,
    payouts,
    rescheduling,
    second_person,
    settling,
)
from app.services.counting import building
from app.treasury import actions, queries
from app.treasury.forms import ApprovalForm, DeedForm
from app.web import doors, filters, money_questions
from app.web.clock import now
from app.web.hx import done, page
from app.web.sentences import sentence_of
from app.web.sums import equation_terms

bp = Blueprint("treasury", __name__, url_prefix="/treasury")
bp.before_request(doors.door("treasurer", readers=("auditor",)))


@bp.get("")
def overview() -> Response:
    """What needs something now, every plan's periods, and what is held and owed."""
    at = now()
    tasks = queries.tasks(at=at)
    return page(
        "treasury/overview.html",
        tasks=tasks,
        objections=objections.waiting_in([task.period.id for task in tasks]),
        plans=queries.periods_by_plan(at=at),
        names=figures.plan_names(days.day_of(at)),
        custodies=custody.custodies(),
        waiting=second_person.waiting(),
        fees=fees.of_all(),
        news_to_look_at=deliveries.count_to_look_at(),
    )


@bp.get("/checks")
def checks() -> Response:
    """The last answers to every question about the money, with the rows that were found."""
    return page(
        "treasury/checks.html",
        run=check_runs.last_whole(),
        latest=check_runs.latest(),
        names=figures.plan_names(days.day_of(now())),
        groups=money_questions.GROUPS,
        asked_for=check_runs.is_asked_for(),
    )


@bp.post("/checks")
def ask_again() -> Response:
    """Ask every question again, in the background."""
    if not DeedForm().validate_on_submit():
        abort(400)
    with transaction():
        check_runs.ask_for(by=doors.staff().id, at=now())
    flash(_("The questions are being asked. Load this page again in a moment."), "done")
    return done(url_for(".checks"))


@bp.get("/<period:name>")
def period(name: str) -> Response:
    """One period: its five steps, its whole arithmetic, and what can be done now."""
    return _shown(name)


@bp.post("/<period:name>/check")
def check(name: str) -> Response:
    """Say that the whole sum was checked: another treasurer then approves exactly it."""
    return _vouched(name, actions.check) or _done(name, _("Checked. Another treasurer now approves exactly this sum."))


@bp.post("/<period:name>/approval")
def approve(name: str) -> Response:
    """Approve the sum that another treasurer checked."""
    approved = _("Approved. On the settle day the clock settles exactly this sum.")
    return _vouched(name, actions.approve) or _done(name, approved)


def _vouched(name: str, deed: Callable[..., None]) -> Response | None:
    """Do one of the two deeds about a sum; None when it is done, else the page that says why not."""
    form = ApprovalForm()
    if not form.validate_on_submit():
        return _shown(name, status=422, problem=next(iter(form.digest.errors), None))
    try:
        with transaction():
            deed(_found(name), form.approved(), by=doors.staff(), at=now())
    except settling.PreviewVoid:
        with transaction():
            actions.take_back(_found(name), at=now())
        changed = _("The sum has changed since you opened the page. Nothing was approved: below is the new one.")
        return _shown(name, status=409, problem=changed)
    except CheckedAlone as error:
        return _shown(name, status=409, problem=sentence_of(error))
    except MoveNotAllowed as error:
        return _shown(name, status=409, problem=_overtaken(name, error))
    return None


def _done(name: str, words: str) -> Response:
    flash(words, "done")
    return done(url_for(".period", name=name))


@bp.post("/<period:name>/settlement")
def settle(name: str) -> Response:
    """Settle an approved period on or after its day."""
    if not DeedForm().validate_on_submit():
        abort(400)
    try:
        with transaction():
            actions.settle_now(_found(name), by=doors.staff(), at=now())
    except settling.PreviewVoid as error:
        with transaction():
            actions.take_back(_found(name), at=now())
        return _shown(name, status=409, problem=sentence_of(error))
    except MoveNotAllowed as error:
        return _shown(name, status=409, problem=_overtaken(name, error))
    except check_runs.MoneyDisagrees as found:
        with transaction():
            check_runs.keep_refusal(found, at=now())
        return _shown(name, status=409)
    except (settling.NotYet, settling.NotInTheLog, settling.HeadCountDiffers, Unanswered) as error:
        return _shown(name, status=409, problem=sentence_of(error))
    flash(_("Settled. Every member of the pool was charged the same share; payments can be released."), "done")
    return done(url_for(".period", name=name))


@bp.post("/<period:name>/payments")
def release(name: str) -> Response:
    """Release what is due, as far as the custody account covers it."""
    if not DeedForm().validate_on_submit():
        abort(400)
    try:
        with transaction():
            released, waiting = actions.release_something(_found(name), by=doors.staff(), at=now())
    except actions.NothingReleased as nothing:
        return _shown(name, status=409, problem=_why_nothing(nothing.waiting))
    flash(ngettext("%(num)s payment is on its way.", "%(num)s payments are on their way.", released), "done")
    if waiting:
        flash(
            ngettext("%(num)s payment waits for money.", "%(num)s payments wait for money.", waiting),
            "problem",
        )
    return done(url_for(".period", name=name))


def _found(name: str) -> Period:
    found = queries.period(name)
    if found is None:
        abort(404, _("There is no period of this name. All periods are listed in the treasury."))
    return found


def _shown(name: str, *, status: int = 200, problem: str | None = None) -> Response:
    """The page of a period, as it is now."""
    found, at = _found(name), now()
    sheet = queries.sheet(found, at=at)
    held = custody.of(found.plan.custody_account)
    return page(
        "treasury/period.html",
        status=status,
        problem=problem,
        refusal=_refusal(found),
        period=found,
        differs=building.differs(found),
        plan_name=figures.plan_names(days.day_of(at))[found.plan.slug],
        sheet=sheet,
        terms=equation_terms(sheet.equation, cases=len(sheet.cases), fee_bp=sheet.terms.fee_bp) if sheet else [],
        payouts=due.payouts_of([found]).get(found.id, due.Due()),
        custody=held,
        line=[one for one in payouts.lines([held])[held.name] if one.period.id == found.id] if found.settled_at else [],
        changes=rescheduling.changes(found),
        before=queries.approval_before(found, at=at),
        checker=queries.name_of(found.checked_by),
        approver=queries.name_of(found.approved_by),
        own_check=found.checked_by == doors.staff().id,
        approved_claims=queries.approved_claims(found),
        log=queries.log(found),
        objections=objections.waiting_in([found.id]).get(found.id, []),
        approval=ApprovalForm(formdata=None, digest=sheet.digest if sheet else ""),
        deed=DeedForm(formdata=None),
        day=days.day_of(at),
    )


def _refusal(found: Period) -> tuple[CheckRun, list[LazyString]] | None:
    """The run whose findings keep this period from settling, with its questions in words."""
    run = check_runs.refusal_of(found.name) if found.settled_at is None else None
    if run is None:
        return None
    return run, [money_questions.question_words(answer["name"]) for answer in run.answers if answer["found"]]


def _overtaken(name: str, error: MoveNotAllowed) -> str:
    """Why a deed came too late: somebody, or the clock, did it first."""
    found = _found(name)
    if found.state == "checked" and found.checked_at:
        checker, when = queries.name_of(found.checked_by) or "", filters.instant(found.checked_at)
        return _("%(name)s checked this sum on %(when)s. Nothing was done twice.", name=checker, when=when)
    who = queries.name_of(found.approved_by)
    if found.state == "approved" and who and found.approved_at:
        when = filters.instant(found.approved_at)
        return _("%(name)s approved this sum on %(when)s. Nothing was done twice.", name=who, when=when)
    if found.settled_at:
        when = filters.instant(found.settled_at)
        return _("This period was settled on %(when)s. Nothing was done twice.", when=when)
    return sentence_of(error)


def _why_nothing(waiting: int) -> str:
    if waiting:
        return _("No payment fits into what the custody account may pay. They wait until money arrives.")
    return _("Nothing of this period waits for release: somebody released it before. Nothing was paid twice.")
