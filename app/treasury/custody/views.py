"""Routes of the desk of custody statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, Response, abort, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.db import transaction
from app.domain import bank_tables
from app.domain.reconciling import StatementRefused
from app.models import CustodyStatement
from app.services import custody, figures
from app.services.bank_lines import BookedBefore
from app.services.bank_statements import differing, explaining, play, reading
from app.services.file_refusals import Empty, TooLarge
from app.treasury.custody import actions, queries
from app.treasury.custody.forms import AnswerForm, DeedForm, ExplanationForm, StatementForm
from app.web import booked, doors
from app.web.clock import now, today
from app.web.downloads import download
from app.web.fields import blame
from app.web.filters import in_words
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of

bp = Blueprint("custody", __name__, url_prefix="/treasury/statements")
bp.before_request(doors.door("treasurer", readers=("auditor",)))

_ROOM_FOR_FORM: Final = 64 * 1024
_REFUSED: Final = (
    bank_tables.NotATable, bank_tables.WrongHeading, bank_tables.TooManyLines, StatementRefused, reading.ReadBefore,
    Empty, TooLarge,
)  # fmt: skip
_DAYS: Final = (reading.DayNotOver, reading.DaysTurned)
_ANSWERS: Final = (explaining.OwnExplanation, explaining.Decided)
_PROPOSALS: Final = (explaining.DoesNotFit, explaining.NoSuchDeposit)


@bp.url_value_preprocessor
def let_file_in(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Somebody signed in may send one file of a bank; it is measured while it arrives."""
    if endpoint == "custody.take_in" and doors.account_or_none() is not None:
        request.max_content_length = 2 * bank_tables.MOST_BYTES + _ROOM_FOR_FORM


@bp.get("")
def index() -> Response:
    """The last statement of each account, all of them, and the form to take one in."""
    return _index(_form(blank=True))


@bp.post("")
def take_in() -> Response:
    """Take a statement in and compare it."""
    form = _form()
    if not form.validate_on_submit():
        return _index(form, status=422)
    first, last = form.days()
    try:
        with transaction():
            taken = actions.take_in(
                form.account.data,
                form.statement.data.stream,
                first_day=first,
                last_day=last,
                by=doors.staff(),
                at=now(),
            )
            url = url_for(".statement", statement=taken.ref)
    except _DAYS as wrong:
        blame(form.last_day, sentence_of(wrong))
        return _index(form, status=status_of(wrong))
    except _REFUSED as wrong:
        blame(form.statement, sentence_of(wrong))
        return _index(form, status=status_of(wrong))
    flash(_("Taken in. What differs from the books stands below, line by line."), "done")
    return done(url)


@bp.get("/template")
def template() -> Response:
    """An empty statement, for whoever fits the bank's own format to ours."""
    return download(bank_tables.write(bank_tables.STATEMENT_COLUMNS, ()), "text/csv", "statement.csv")


@bp.get("/made-up")
def made_up() -> Response:
    """In the demonstration: what a bank might send next."""
    account = request.args.get("account", "")
    if current_app.config["MODE"] != "demo" or account not in custody.names():
        abort(404)
    first, last = play.next_days(account, today=today())
    if last < first:
        abort(409, _("The last statement ends yesterday: move the clock of the demonstration on first."))
    return download(play.statement_of(account, first, last), "text/csv", f"statement-{first}-{last}.csv")


@bp.get("/<ref:statement>")
def statement(statement: str) -> Response:
    """One statement: what the bank says, what the books say, and the list that makes the difference."""
    return _shown(_statement(statement))


@bp.post("/<ref:statement>/explanations")
def explain(statement: str) -> Response:
    """Say what one part of the difference is."""
    found = _statement(statement)
    compared, key = differing.compare(found), request.form.get("part", "")
    part = queries.part_of(compared, key) or abort(404, _("This part is gone: both sides of it are there now."))
    plans = queries.plans_of(found.custody_account)
    form = _explanation(part, plans)
    if not form.validate_on_submit():
        return _shown(found, about=key, form=form, status=422)
    told = form.told({plan.slug: plan.id for plan in plans})
    try:
        with transaction():
            again = queries.part_of(differing.compare(_statement(statement)), key) or abort(409)
            actions.propose(_statement(statement), again, told, by=doors.staff(), at=now())
    except _PROPOSALS as refused:
        blame(form.kind, sentence_of(refused))
        return _shown(_statement(statement), about=key, form=form, status=status_of(refused))
    except (explaining.ExplainedAlready, BookedBefore) as late:
        known = booked.first_of(late)
        return _shown(_statement(statement), status=409, problem=sentence_of(late), known=known)
    flash(_("Noted. It counts once another treasurer has confirmed it."), "done")
    return done(url_for(".statement", statement=statement))


@bp.post("/<ref:statement>/explanations/<ref:explanation>/answer")
def answer(statement: str, explanation: str) -> Response:
    """Confirm what another treasurer said, or not."""
    form = AnswerForm()
    if not form.validate_on_submit():
        abort(400)
    said = explaining.explanation_with(explanation) or abort(404)
    if said.statement_id != _statement(statement).id:
        abort(404)
    return _deed(
        statement,
        lambda: actions.answer(said, str(form.answer.data), by=doors.staff(), at=now()),
        _("Confirmed.") if form.answer.data == "confirmed" else _("Not confirmed. Nothing was booked."),
    )


@bp.post("/<ref:statement>/comparison")
def compare(statement: str) -> Response:
    """Look once more for the bookings of lines that had none."""
    if not DeedForm().validate_on_submit():
        abort(400)
    with transaction():
        found = actions.compare_again(_statement(statement), by=doors.staff(), at=now())
    flash(ngettext("%(num)s booking was found.", "%(num)s bookings were found.", found), "done")
    return done(url_for(".statement", statement=statement))


def _statement(ref: str) -> CustodyStatement:
    return reading.statement_with(ref) or abort(404, _("There is no such statement."))


def _form(*, blank: bool = False) -> StatementForm:
    accounts = custody.names()
    if not blank:
        return StatementForm().offer(accounts)
    form = StatementForm(formdata=None)
    last = reading.last_of(accounts[0]) if len(accounts) == 1 else None
    if last is not None:
        form.first_day.data = last.last_day + dt.timedelta(days=1)
    return form.offer(accounts)


def _explanation(part: differing.Part, plans: Any, *, blank: bool = False) -> ExplanationForm:
    named = figures.plan_names(today())
    offered = [(plan.slug, in_words(named[plan.slug].name)) for plan in plans if plan.slug in named]
    form = ExplanationForm(formdata=None, prefix=part.key) if blank else ExplanationForm(prefix=part.key)
    return form.offer(explaining.possible(part), offered)


def _deed(statement: str, deed: Callable[[], None], said: str) -> Response:
    try:
        with transaction():
            deed()
    except _ANSWERS as refused:
        return _shown(_statement(statement), status=status_of(refused), problem=sentence_of(refused))
    flash(said, "done")
    return done(url_for(".statement", statement=statement))


def _index(form: StatementForm, *, status: int = 200) -> Response:
    return page(
        "treasury/statements.html",
        status=status,
        form=form,
        accounts=custody.names(),
        last=reading.last_ones(),
        statements=queries.listed(),
        columns=", ".join(bank_tables.STATEMENT_COLUMNS),
        may_act=doors.role() == "treasurer",
    )


def _shown(  # noqa: PLR0913 -- what a refused deed leaves to be said
    found: CustodyStatement,
    *,
    about: str | None = None,
    form: ExplanationForm | None = None,
    status: int = 200,
    problem: str | None = None,
    known: str | None = None,
) -> Response:
    compared, plans = differing.compare(found), queries.plans_of(found.custody_account)
    return page(
        "treasury/statement.html",
        status=status,
        problem=problem,
        known=known,
        statement=found,
        compared=compared,
        texts=queries.texts(part.line for part in compared.parts) if doors.role() == "treasurer" else {},
        lines=len(queries.lines(found)),
        people=queries.names(found, compared.parts),
        forms_of={
            part.key: form if form is not None and part.key == about else _explanation(part, plans, blank=True)
            for part in compared.unexplained
        },
        refused=form,
        answer=AnswerForm(formdata=None),
        deed=DeedForm(formdata=None),
        by=doors.staff().id,
        may_act=doors.role() == "treasurer",
    )
