"""Routes of the desk of bank files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, Response, abort, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.db import transaction
from app.domain import bank_tables
from app.models import BankBatch, BankImport
from app.services import custody
from app.services.bank_files import answers, batches, play
from app.services.file_refusals import Empty, TooLarge
from app.treasury.bank_files import actions, queries
from app.treasury.bank_files.forms import AnswerFileForm, BatchForm, DeedForm
from app.web import doors
from app.web.clock import now, today
from app.web.downloads import download
from app.web.fields import blame
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of

bp = Blueprint("bank_files", __name__, url_prefix="/treasury/bank-files")
bp.before_request(doors.door("treasurer", readers=("auditor",)))

_ROOM_FOR_FORM: Final = 64 * 1024
_REFUSED: Final = (
    bank_tables.NotATable, bank_tables.WrongHeading, bank_tables.TooManyLines, answers.NothingAnswered, Empty, TooLarge,
)  # fmt: skip


@bp.url_value_preprocessor
def let_file_in(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Somebody signed in may send one file of a bank; it is measured while it arrives."""
    if endpoint == "bank_files.read" and doors.account_or_none() is not None:
        request.max_content_length = 2 * bank_tables.MOST_BYTES + _ROOM_FOR_FORM


@bp.get("")
def index() -> Response:
    """What waits for a batch, and the batches that were made."""
    return _index()


@bp.post("")
def make() -> Response:
    """Make a batch of what waits in one custody account: all of it, or what was ticked."""
    account = request.form.get("account", "")
    form = BatchForm(prefix=account)
    if account not in custody.names() or not form.validate_on_submit():
        abort(400)
    try:
        with transaction():
            made = actions.make(account, form.chosen(), by=doors.staff(), at=now())
    except batches.NothingGathered as late:
        return _index(status=409, problem=sentence_of(late))
    flash(_("Made. Another treasurer checks it and lets it go; then its file can be taken to the bank."), "done")
    return done(url_for(".batch", batch=made.ref))


@bp.get("/<ref:batch>")
def batch(batch: str) -> Response:
    """One batch: its sum, its lines, what the bank said of each, and what can be done with it."""
    return _shown(_batch(batch))


@bp.post("/<ref:batch>/release")
def release(batch: str) -> Response:
    """Let it go."""
    found = _batch(batch)
    said = _("Let go. Take its file to the bank now.")
    return _deed(found, lambda: actions.let_go(found, by=doors.staff(), at=now()), said)


@bp.post("/<ref:batch>/cancellation")
def cancel(batch: str) -> Response:
    """Give it up before it goes."""
    found = _batch(batch)
    said = _("Cancelled. Its transfers wait for another batch.")
    return _deed(found, lambda: actions.cancel(found, by=doors.staff(), at=now()), said)


@bp.get("/<ref:batch>/file")
def take(batch: str) -> Response:
    """The file for the bank; that it was taken away is written down before its first byte is sent."""
    if doors.role() != "treasurer":
        abort(403, _("Names and accounts stand in this file: only treasurers take it away."))
    found = _batch(batch)
    ref, by = found.ref, doors.staff().id
    try:
        written = batches.take_away(found, by=by, role=doors.role(), at=now())
    except (batches.BatchMoved, batches.FileDiffers) as refused:
        return _shown(_batch(batch), status=status_of(refused), problem=sentence_of(refused))
    return download(written, "text/csv", f"batch-{ref}.csv")


@bp.get("/<ref:batch>/made-up-answer")
def made_up(batch: str) -> Response:
    """In the demonstration: what a bank might answer."""
    if current_app.config["MODE"] != "demo":
        abort(404)
    found = _batch(batch)
    return download(play.answer_to(found, on=today()), "text/csv", f"answer-{found.ref}.csv")


@bp.get("/template")
def template() -> Response:
    """An empty answer, for whoever fits the bank's own format to ours."""
    return download(bank_tables.write(bank_tables.ANSWER_COLUMNS, ()), "text/csv", "answer.csv")


@bp.post("/<ref:batch>/answers")
def read(batch: str) -> Response:
    """Read the bank's answer; nothing is booked before it was seen line by line."""
    found, form = _batch(batch), AnswerFileForm()
    if not form.validate_on_submit():
        return _shown(found, form=form, status=422)
    try:
        with transaction():
            answer = actions.read(_batch(batch), form.answer.data.stream, by=doors.staff(), at=now())
            url = url_for(".answer", answer=answer.ref)
    except _REFUSED as refused:
        blame(form.answer, sentence_of(refused))
        return _shown(_batch(batch), form=form, status=status_of(refused))
    except batches.BatchMoved as late:
        return _shown(_batch(batch), status=409, problem=sentence_of(late))
    return done(url)


@bp.get("/answers/<ref:answer>")
def answer(answer: str) -> Response:
    """Every line of an answer with what would become of it, or what became of it."""
    return _answer(_import(answer))


@bp.post("/answers/<ref:answer>/confirmation")
def confirm(answer: str) -> Response:
    """Book the good lines."""
    if not DeedForm().validate_on_submit():
        abort(400)
    try:
        with transaction():
            booked = actions.carry_out(_import(answer), by=doors.staff(), at=now())
    except answers.CarriedOut as late:
        return _answer(_import(answer), status=409, problem=sentence_of(late))
    flash(ngettext("%(num)s line was booked.", "%(num)s lines were booked.", booked), "done")
    return done(url_for(".answer", answer=answer))


def _batch(ref: str) -> BankBatch:
    return batches.batch_with(ref) or abort(404, _("There is no such batch."))


def _import(ref: str) -> BankImport:
    return answers.import_with(ref) or abort(404, _("There is no such answer."))


def _deed(found: BankBatch, deed: Callable[[], None], said: str) -> Response:
    if not DeedForm().validate_on_submit():
        abort(400)
    ref = found.ref
    try:
        with transaction():
            deed()
    except (batches.OwnBatch, batches.BatchMoved, batches.FileDiffers) as refused:
        return _shown(_batch(ref), status=status_of(refused), problem=sentence_of(refused))
    flash(said, "done")
    return done(url_for(".batch", batch=ref))


def _index(*, status: int = 200, problem: str | None = None) -> Response:
    gathered = queries.gathered()
    return page(
        "treasury/bank_files.html",
        status=status,
        problem=problem,
        gathered=gathered,
        forms_of={
            one.custody: BatchForm(formdata=None, prefix=one.custody).offer(list(one.waiting[: queries.SHOWN]))
            for one in gathered
        },
        batches=queries.listed(),
        most=batches.MOST_TRANSFERS,
        may_act=doors.role() == "treasurer",
    )


def _shown(
    found: BankBatch, *, form: AnswerFileForm | None = None, status: int = 200, problem: str | None = None
) -> Response:
    return page(
        "treasury/bank_batch.html",
        status=status,
        problem=problem,
        batch=found,
        lines=queries.lines(found),
        imports=answers.imports_of(found),
        people=queries.names(found),
        form=form or AnswerFileForm(formdata=None),
        deed=DeedForm(formdata=None),
        by=doors.staff().id,
        columns=", ".join(bank_tables.ANSWER_COLUMNS),
        may_act=doors.role() == "treasurer",
    )


def _answer(found: BankImport, *, status: int = 200, problem: str | None = None) -> Response:
    judged, batch = queries.judged(found, at=now()), queries.batch_of(found)
    return page(
        "treasury/bank_answer.html",
        status=status,
        problem=problem,
        answer=found,
        batch=batch,
        judged=judged,
        counted=queries.counted(judged),
        people=queries.names(batch, found.read_by, found.confirmed_by),
        deed=DeedForm(formdata=None),
        may_act=doors.role() == "treasurer",
    )
