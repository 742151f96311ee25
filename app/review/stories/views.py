"""Routes of the desk of stories and of what is public of a case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _

from app.db import transaction
from app.domain.publication import NothingShown, OwnStory, StoryMoved
from app.models import Case, PublicStory
from app.review.stories import actions, queries
from app.review.stories.forms import AcceptForm, CorrectForm, FindForm, GiveBackForm, TakeDownForm
from app.services import claim_file
from app.web import doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of

bp = Blueprint("reading", __name__, url_prefix="/review")
bp.before_request(door("caseworker", readers=("auditor",)))

_REFUSED: Final = (OwnStory, StoryMoved, NothingShown)


@bp.get("/stories")
def index() -> Response:
    """Stories that wait to be read, and what was read lately; a public case is found by its reference."""
    form = FindForm(request.args, meta={"csrf": False})
    missing = None
    if form.ref.data:
        found = queries.case_by_ref(form.ref.data.strip().upper())
        if found is not None:
            return done(url_for(".case", case=found.ref))
        missing = form.ref.data
    return page(
        "stories/desk.html", form=form, missing=missing, waiting=queries.waiting(by=doors.staff()),
        read=queries.read_lately(),
    )  # fmt: skip


@bp.get("/stories/<ref:story>")
def story(story: str) -> Response:
    """One story, marked where something in it may point at somebody."""
    return _story_page(_story(story), AcceptForm(formdata=None), GiveBackForm(formdata=None))


@bp.post("/stories/<ref:story>/accept")
def accept(story: str) -> Response:
    """It may be shown."""
    found, form = _story(story), AcceptForm()
    if not form.validate_on_submit():
        return _story_page(found, form, GiveBackForm(formdata=None), status=422)
    return _deed(
        found, form, GiveBackForm(formdata=None), lambda: actions.accept(found, by=doors.staff(), at=now()),
        _("Accepted. It is shown with its case."),
    )  # fmt: skip


@bp.post("/stories/<ref:story>/give-back")
def give_back(story: str) -> Response:
    """It has to change before it is shown."""
    found, form = _story(story), GiveBackForm()
    if not form.validate_on_submit():
        return _story_page(found, AcceptForm(formdata=None), form, status=422)
    reason = str(form.back_reason.data)
    return _deed(
        found, AcceptForm(formdata=None), form,
        lambda: actions.give_back(found, reason, by=doors.staff(), at=now()),
        _("Given back. The claimant reads why, and can change it."),
    )  # fmt: skip


@bp.get("/public-cases/<ref:case>")
def case(case: str) -> Response:
    """What is public of a case, with what can be done about it."""
    return _case_page(_case(case))


@bp.post("/public-cases/<ref:case>/takedown")
def take_down(case: str) -> Response:
    """Take the story or all details down, for a public reason."""
    found = _case(case)
    has_story = queries.reading(found, on=today(), reads=True).story_for is not None
    form = TakeDownForm().offer(has_story=has_story)
    if not form.validate_on_submit():
        return _case_page(found, down=form, status=422)
    only, reason = form.what.data == "story", str(form.reason.data)
    try:
        with transaction():
            actions.take_down(
                found, queries.claim_of(found), only_story=only, reason=reason, by=doors.staff(), at=now()
            )
    except _REFUSED as refused:
        return _case_page(_case(case), down=form, refused=refused)
    flash(_("Taken down. The public page says when and why."), "done")
    return done(url_for(".case", case=case))


@bp.post("/public-cases/<ref:case>/correction")
def correct(case: str) -> Response:
    """Put a case into its right group; the page shows both entries."""
    found = _case(case)
    form = CorrectForm().offer(claim_file.terms_of(queries.claim_of(found)))
    if not form.validate_on_submit():
        return _case_page(found, right=form, status=422)
    group, reason = str(form.group.data), str(form.why.data)
    try:
        with transaction():
            actions.correct(found, queries.claim_of(found), group=group, reason=reason, by=doors.staff(), at=now())
    except _REFUSED as refused:
        return _case_page(_case(case), right=form, refused=refused)
    flash(_("Corrected. The public page shows the old entry and the new one."), "done")
    return done(url_for(".case", case=case))


def _story(ref: str) -> PublicStory:
    return queries.by_ref(ref) or abort(404)


def _case(ref: str) -> Case:
    return queries.case_by_ref(ref) or abort(404)


def _deed(
    found: PublicStory, yes: AcceptForm, no: GiveBackForm, deed: Callable[[], None], said: str
) -> Response:  # fmt: skip
    try:
        with transaction():
            deed()
    except _REFUSED as refused:
        return _story_page(found, yes, no, refused=refused)
    flash(said, "done")
    return done(url_for(".index"))


def _story_page(
    found: PublicStory, yes: AcceptForm, no: GiveBackForm, *, status: int = 200, refused: Exception | None = None
) -> Response:
    """The page; that a caseworker reads what is not public is written down before it is shown."""
    reads = doors.role() == "caseworker"
    opened = queries.opened(found, by=doors.staff(), reads=reads)
    if opened.is_own:
        abort(403, sentence_of(OwnStory()))
    if reads and found.text_sealed is not None:
        with transaction():
            actions.note_look(found, by=doors.staff(), at=now())
    return page(
        "stories/read.html", status=status_of(refused) if refused else status, opened=opened, accept=yes,
        give_back=no, may_act=reads, problem=sentence_of(refused) if refused else None,
        sent=yes if yes.errors else no,
    )  # fmt: skip


def _case_page(
    found: Case, *, down: TakeDownForm | None = None, right: CorrectForm | None = None, status: int = 200,
    refused: Exception | None = None,
) -> Response:  # fmt: skip
    reads = doors.role() == "caseworker"
    read = queries.reading(found, on=today(), reads=reads)
    claim = queries.claim_of(found)
    return page(
        "stories/case.html",
        status=status_of(refused) if refused else status,
        case=found,
        claim=claim,
        reading=read,
        gone=queries.gone_from(found),
        down=down or TakeDownForm(formdata=None).offer(has_story=read.story_for is not None),
        right=right or CorrectForm(formdata=None).offer(claim_file.terms_of(claim)),
        sent=right or down,
        may_act=reads,
        problem=sentence_of(refused) if refused else None,
    )
