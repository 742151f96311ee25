"""Routes of the review room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.db import transaction
from app.domain.claim_states import RefusalIncomplete
from app.domain.eligibility import NoSuchBenefit
from app.domain.moves import MoveNotAllowed
from app.models import Claim
from app.review import actions, forms, queries
from app.review.applications.queries import count_waiting
from app.review.asking.forms import DropForm
from app.review.bills.queries import count_waiting as bills_waiting
from app.review.complaints.queries import count_waiting as complaints_waiting
from app.review.corrections.queries import count_waiting as corrections_waiting
from app.review.desk.forms import QueueFilter
from app.review.desk.queries import claims_waiting
from app.review.forms import DecideForm, MoveForm, RecommendForm, SendBackForm
from app.review.groups.queries import count_waiting as count_groups_waiting
from app.review.looking.views import look_at
from app.review.signals import queries as noticed
from app.review.stories.queries import count_waiting as stories_waiting
from app.services import claim_file, claim_letters, decisions, evidence, objections, questions
from app.services.claims import ClaimMoved
from app.services.decisions import Incomplete, LessThanWasPaid, MoreThanTheRulesGive, NoSuchClause, RuledOut
from app.web import doors
from app.web.clock import now, today
from app.web.decision_letters import letter_in_words
from app.web.doors import door
from app.web.downloads import opened_document
from app.web.hx import done, page
from app.web.too_near import refuse_if_near

bp = Blueprint("review", __name__, url_prefix="/review")
bp.before_request(door("caseworker", readers=("auditor",)))

_OBJECTIONS: Final = (
    RuledOut,
    NoSuchBenefit,
    NoSuchClause,
    MoreThanTheRulesGive,
    LessThanWasPaid,
    Incomplete,
    RefusalIncomplete,
)
_BESIDE: Final = 8
"""How many claims of the queue stand beside the one that is open."""


@bp.get("")
def queue() -> Response:
    """Claims that wait for a caseworker, what is promised first at the top, and what was decided lately."""
    wanted = QueueFilter(request.args, by=doors.staff())
    found = claims_waiting(wanted.value(), by=doors.staff(), today=today(), desk=wanted.around)
    return page(
        "review/queue.html",
        fragments={"claim-rows": "review/_claim_rows.html"},
        queue=found,
        wanted=wanted.value(),
        filter=wanted,
        decided=queries.decided_lately(by=doors.staff()),
        objections_waiting=objections.waiting(but_not_of=doors.staff().id),
        applications_waiting=count_waiting(by=doors.staff()),
        groups_waiting=count_groups_waiting(by=doors.staff()),
        bills_waiting=bills_waiting(by=doors.staff()),
        complaints_waiting=complaints_waiting(by=doors.staff()),
        corrections_waiting=corrections_waiting(by=doors.staff()),
        stories_waiting=stories_waiting(by=doors.staff()),
        may_act=doors.role() == "caseworker",
    )


@bp.get("/<ref:claim>")
def claim(claim: str) -> Response:
    """The workbench: the claim, its evidence, what the rules say of it, and the moves it can make."""
    return _bench(_claim(claim))


@bp.get("/<ref:claim>/evidence/<ref:document>")
def document(claim: str, document: str) -> Response:
    """The view of one document; that it was looked at is written down before its first byte is sent.

    For caseworkers alone: nobody else stands in the consent it was sent under.
    """
    if doors.role() != "caseworker":
        abort(403, _("Only caseworkers may see this: that is what the claimant agreed to."))
    of = _claim(claim)
    if claim_file.is_reading_taken_back(of):
        abort(403, _("The claimant has taken back the consent to reading these documents. Nobody may open them."))
    found = queries.document_of(of, document) or abort(404)
    pieces = evidence.open_view(found, by=doors.staff(), role=doors.role(), at=now())
    return opened_document(pieces, found.view_media_type, f"{of.ref}-{found.kind}")


@bp.post("/<ref:claim>/begin")
def begin(claim: str) -> Response:
    """Take up a claim."""
    of = _claim(claim)
    form = MoveForm()
    if not form.validate_on_submit():
        return _bench(of, status=422)
    return _done(of, form, lambda: actions.begin(of, by=doors.staff(), at=now()), _("The review has begun."))


@bp.post("/<ref:claim>/recommend")
def recommend(claim: str) -> Response:
    """Recommend to pay or to refuse."""
    of = _claim(claim)
    form = RecommendForm(_of(of))
    if not form.validate_on_submit():
        return _bench(of, status=422, recommend=form)
    value = form.value()
    said = _("Your recommendation is kept. Another caseworker decides.")
    return _done(of, form, lambda: actions.recommend(of, value, by=doors.staff(), at=now()), said)


@bp.post("/<ref:claim>/send-back")
def send_back(claim: str) -> Response:
    """Let the first reviewer look again."""
    of = _claim(claim)
    form = SendBackForm()
    if not form.validate_on_submit():
        return _bench(of, status=422, send_back=form)
    reason = str(form.back_reason.data)
    said = _("The claim is back in review.")
    return _done(of, form, lambda: actions.send_back(of, reason, by=doors.staff(), at=now()), said)


@bp.post("/<ref:claim>/decide")
def decide(claim: str) -> Response:
    """Record the verdict of the second reviewer, or on an appeal."""
    of = _claim(claim)
    form = DecideForm(_of(of))
    if not form.validate_on_submit():
        return _bench(of, status=422, decide=form)
    value = form.value()
    if "change" in request.form:
        return _bench(of, decide=form)
    if "preview" in request.form:
        return _preview(of, form)
    said = _("Decided. The claimant has been told and gets a decision notice.")
    return _done(of, form, lambda: actions.decide(of, value, by=doors.staff(), at=now()), said)


def _claim(ref: str) -> Claim:
    """The claim, once it was handed in; 403 when it is the caseworker's own, whichever account it was made from."""
    found = queries.claim_for_review(ref) or abort(404)
    refuse_if_near(found, doors.staff())
    return found


def _of(claim: Claim) -> queries.Workbench:
    return queries.workbench(claim, by=doors.staff(), today=today(), reads=not _unread(claim))


def _unread(claim: Claim) -> str:
    """Why what was said of a claim is not shown to this reader; empty when it is."""
    if doors.role() != "caseworker":
        return _("Only caseworkers may see this: that is what the claimant agreed to.")
    if claim_file.is_reading_taken_back(claim):
        return _("The claimant has taken back the consent to reading the claim file. It is shown to nobody any more.")
    return ""


def _bench(claim: Claim, *, status: int = 200, lost: FlaskForm | None = None, **sent: FlaskForm) -> Response:
    """The workbench; `sent` is the form that was found wanting, `lost` one whose deed came too late."""
    bench = _of(claim)
    papers = [paper for line in bench.lines for paper in line.documents]
    asked_for = request.args.get("evidence")
    shown = next((paper for paper in papers if paper.ref == asked_for), None if asked_for else next(iter(papers), None))
    if asked_for and shown is None:
        abort(404)
    may_act = doors.role() == "caseworker"
    unread = _unread(claim)
    asked_queue = QueueFilter(request.args, by=doors.staff())
    wanted = asked_queue.value()
    beside = claims_waiting(wanted, by=doors.staff(), today=today(), limit=_BESIDE, desk=asked_queue.around)
    return page(
        "review/claim.html",
        fragments={"viewer": "review/_viewer.html"},
        status=status,
        bench=bench,
        claim=claim,
        objections=objections.of_claim(claim),
        shown=shown,
        beside=beside,
        wanted=wanted,
        judged=queries.judged(claim),
        asked=questions.of_claim(claim),
        open_question=questions.open_question(claim),
        drop=DropForm(formdata=None),
        on=today(),
        may_act=may_act,
        unread=unread,
        look=look_at(claim, shown) if shown is not None and not unread else None,
        **noticed.beside(bench, by=doors.staff(), today=today(), reads=bench.reads),
        appeal_until=decisions.appeal_until(claim, at=now()),
        sent=next(iter(sent.values()), None),
        lost=lost,
        kept=forms.typed(lost) if lost else [],
        **_forms(bench, sent if may_act else {}),
    )


def _preview(claim: Claim, form: DecideForm) -> Response:
    """The very letter this decision would send, in the claimant's language; nothing is kept of it."""
    value, at = form.value(), now()
    try:
        with transaction():
            decisions.check_decision(claim, value, at=at)
    except _OBJECTIONS as refused:
        form.object_to(refused)
        return _bench(claim, status=422, decide=form)
    letter = letter_in_words(claim_letters.preview(claim, value, at=at))
    sent = [(name, text) for name, text in request.form.items(multi=True) if name not in {"csrf_token", "preview"}]
    return page("review/letter.html", claim=claim, letter=letter, sent=sent)


def _forms(bench: queries.Workbench, sent: dict[str, FlaskForm]) -> dict[str, Any]:
    """One form for each move; what was sent and refused keeps what was typed."""
    return {
        "recommend": sent.get("recommend") or RecommendForm(bench, fresh=True),
        "decide": sent.get("decide") or DecideForm(bench, fresh=True),
        "send_back": sent.get("send_back") or SendBackForm(fresh=True),
    }


def _done(claim: Claim, form: FlaskForm, deed: Callable[[], object], said: str) -> Response:
    """Do one deed on the claim that was read. 409 shows what was faster, 422 what the rules object to."""
    seen = request.form.get("seen", -1, type=int)
    try:
        with transaction():
            actions.check_unmoved(claim, steps_seen=seen)
            deed()
    except (ClaimMoved, MoveNotAllowed):
        return _bench(claim, status=409, lost=form)
    except _OBJECTIONS as refused:
        form.object_to(refused)
        return _bench(claim, status=422, **{str(request.endpoint).rpartition(".")[2]: form})
    flash(said, "done")
    return done(url_for(".claim", claim=claim.ref))
