"""Routes of what the public reads of one's own case."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from app.claims import queries
from app.claims.publication import actions
from app.claims.publication import queries as public
from app.claims.publication.forms import EndForm, LevelForm, StoryForm
from app.db import transaction
from app.domain.publication import CannotBeOpener, StoryMoved, StoryTooLate
from app.models import Claim
from app.web import doors, i18n
from app.web.clock import now
from app.web.doors import door
from app.web.hx import done, page
from app.web.sentences import sentence_of

bp = Blueprint("publication", __name__, url_prefix="/claims")
bp.before_request(door("member"))

_LATE: Final = (StoryMoved, StoryTooLate)


@bp.route("/<ref:claim>/publication", methods=["GET", "POST"])
def level(claim: str) -> Response:
    """Every level with exactly what the public would read; of a public case less can be chosen at any time."""
    mine = _mine(claim)
    if mine.state == "draft":
        return done(url_for("claims.consents", claim=claim))
    form = LevelForm(publication_level=str(mine.publication_level)).offer()
    if not form.validate_on_submit():
        return _level_page(mine, form, 422 if form.is_submitted() else 200)
    try:
        with transaction():
            actions.choose_level(mine, form.level(), language=i18n.language(), by=doors.account(), at=now())
    except CannotBeOpener as refused:
        return _level_page(_mine(claim), form, 409, sentence_of(refused))
    flash(_("What the public reads is as you chose, from now on."), "done")
    return done(url_for(".level", claim=claim))


@bp.route("/<ref:claim>/public-story", methods=["GET", "POST"])
def story(claim: str) -> Response:
    """A text for the public: written or taken back by the claimant, read by a caseworker before it is shown."""
    mine = _mine(claim)
    form = StoryForm(story=public.story(mine))
    if not form.validate_on_submit():
        return _story_page(mine, form, 422 if form.is_submitted() else 200)
    try:
        with transaction():
            actions.write_story(mine, form.text(), by=doors.account(), at=now())
    except _LATE as refused:
        return _story_page(_mine(claim), form, 409, sentence_of(refused))
    said = _("Your story is kept. A caseworker reads it for names and places before anybody else does.")
    flash(said if form.text() else _("No story is kept for the public."), "done")
    return done(url_for(".story", claim=claim))


@bp.post("/<ref:claim>/public-story/end")
def end_story(claim: str) -> Response:
    """Take a story back that is shown; it is erased at once."""
    mine = _mine(claim)
    if not EndForm().validate_on_submit():
        abort(400)
    try:
        with transaction():
            actions.end_story(mine, by=doors.account(), at=now())
    except StoryMoved as refused:
        return _story_page(_mine(claim), StoryForm(formdata=None), 409, sentence_of(refused))
    flash(_("The story is erased. You can write another one; it is read again before it is shown."), "done")
    return done(url_for(".story", claim=claim))


def _mine(ref: str) -> Claim:
    return queries.claim_of(doors.account(), ref) or abort(404)


def _level_page(mine: Claim, form: LevelForm, status: int, problem: str | None = None) -> Response:
    return page(
        "stories/level.html", status=status, form=form, problem=problem, **public.shown(mine, at=now()),
        **queries.about(mine),
    )  # fmt: skip


def _story_page(mine: Claim, form: StoryForm, status: int, problem: str | None = None) -> Response:
    return page(
        "stories/story.html", status=status, form=form, problem=problem, **public.shown(mine, at=now()),
        **queries.about(mine),
    )  # fmt: skip
