"""Routes of the claims room."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.claims import actions, queries
from app.claims.arriving.queries import waits_for
from app.claims.forms import (
    AppealForm,
    BankAccountForm,
    ConsentsForm,
    EventForm,
    OpenClaimForm,
    SubmitForm,
)
from app.claims.investigations import queries as investigations
from app.claims.publication import queries as public
from app.db import transaction
from app.domain import claim_states
from app.models import Claim
from app.services import claim_file, evidence, objections, removals
from app.web import doors, i18n
from app.web.clock import now, today
from app.web.doors import door
from app.web.filters import in_words
from app.web.hx import done, page
from app.web.sentences import sentence_of
from app.web.words import word

bp = Blueprint("claims", __name__, url_prefix="/claims")
bp.before_request(door("member"))


def _mine(ref: str) -> Claim:
    return queries.claim_of(doors.account(), ref) or abort(404)


def _draft(ref: str) -> Claim:
    """The claim while it can be filled in; 409 with a sentence afterwards."""
    claim = _mine(ref)
    if claim.state != "draft":
        abort(409, _("This claim has been handed in: what was entered stays as it is. You can still withdraw it."))
    return claim


@bp.get("")
def index() -> Response:
    """My claims, and the way to a new one."""
    return page(
        "claims/claims.html",
        claims=[queries.whole_file(claim, on=today()) for claim in queries.claims_of(doors.account())],
        finished=queries.FINISHED,
        memberships=queries.memberships_of(doors.account()),
    )


@bp.route("/new", methods=["GET", "POST"])
def new() -> Response:
    """Choose the membership a claim is for, and begin a draft."""
    form = _open_form()
    if not form.validate_on_submit():
        mine = queries.memberships_of(doors.account())
        return page("claims/new.html", status=_status(form), form=form, memberships=mine)
    membership = queries.membership_of(doors.account(), form.chosen()) or abort(404)
    with transaction():
        claim = actions.open_claim(membership, by=doors.account(), at=now())
    return done(url_for(".claim", claim=claim.ref))


def _status(form: FlaskForm) -> int:
    """200 for a form that is shown, 422 for one that was sent and found wanting."""
    return 422 if form.is_submitted() else 200


def _open_form() -> OpenClaimForm:
    form = OpenClaimForm(membership=request.args.get("membership"))
    form.offer([
        (row.ref, f"{queries.name_of(row)} · {in_words(queries.rules_behind(row).name)}")
        for row in queries.memberships_of(doors.account())
    ])  # fmt: skip
    return form


@bp.get("/<ref:claim>")
def claim(claim: str) -> Response:
    """A draft as a list of tasks; a claim that was handed in with its time line, its answer and its file."""
    mine = _mine(claim)
    template = "claims/draft.html" if mine.state == "draft" else "claims/claim.html"
    return page(
        template,
        objections=objections.of_claim(mine),
        looks=queries.looks_of(mine),
        **investigations.beside(mine),
        **queries.whole_file(mine, on=today()),
    )


@bp.route("/<ref:claim>/event", methods=["GET", "POST"])
def event(claim: str) -> Response:
    """What happened; what the dates say against it is said at once, on the page of the claim."""
    mine = _draft(claim)
    form = EventForm(obj=mine, story=claim_file.story_of(mine), hospital=claim_file.hospital_of(mine))
    form.concern(mine.membership, claim_file.terms_of(mine), today=today())
    if not form.validate_on_submit():
        return page("claims/event.html", status=_status(form), form=form, same=None, **queries.about(mine))
    try:
        with transaction():
            actions.tell_event(mine, form.event(), by=doors.account(), at=now())
    except actions.SameEvent as same:
        return page("claims/event.html", status=409, form=form, same=same, **queries.about(_mine(claim)))
    return done(url_for(".claim", claim=claim))


def _holder(claim: Claim) -> str:
    """Whose account it most likely is: the person's own, or that of whoever files as guardian or relative."""
    return queries.name_of(claim.membership) if claim.filer == "self" else doors.account().name


@bp.route("/<ref:claim>/bank-account", methods=["GET", "POST"])
def bank_account(claim: str) -> Response:
    """The account the payout goes to."""
    mine = _draft(claim)
    known = claim_file.bank_account_of(mine)
    form = BankAccountForm(obj=known) if known else BankAccountForm(holder=_holder(mine))
    if not form.validate_on_submit():
        return page("claims/bank_account.html", status=_status(form), form=form, **queries.about(mine))
    with transaction():
        actions.name_bank_account(mine, form.account(), by=doors.account(), at=now())
    return done(url_for(".claim", claim=claim))


@bp.route("/<ref:claim>/consents", methods=["GET", "POST"])
def consents(claim: str) -> Response:
    """What may be read, and what may be published."""
    mine = _draft(claim)
    stands = claim_file.consents_of(mine)
    given = claim_file.NEEDED_CONSENT in stands
    level = str(mine.publication_level) if given else None
    form = ConsentsForm(claim_file=given, investigator="investigator" in stands, publication_level=level).offer()
    if not form.validate_on_submit():
        shown = public.shown(mine, at=now())
        return page("claims/consents.html", status=_status(form), form=form, **shown, **queries.about(mine))
    with transaction():
        passing = bool(form.investigator.data)
        language = i18n.language()
        actions.give_consents(
            mine, level=form.level(), investigator=passing, language=language, by=doors.account(), at=now()
        )
    return done(url_for(".claim", claim=claim))


@bp.route("/<ref:claim>/submission", methods=["GET", "POST"])
def submission(claim: str) -> Response:
    """Check the answers, and hand the claim in."""
    mine = _draft(claim)
    form, wait = SubmitForm(), waits_for(mine)
    if wait or not claim_file.readiness(mine).is_complete or not form.validate_on_submit():
        if wait:
            flash(wait, "problem")
        whole = {**queries.whole_file(mine, on=today()), "previews": public.previews(mine, at=now())}
        status = 409 if wait and form.is_submitted() else _status(form)
        return page("claims/submission.html", status=status, form=form, same=None, **whole)
    try:
        with transaction():
            actions.submit(mine, by=doors.confirmed(), at=now())
    except actions.SameEvent as same:
        whole = {**queries.whole_file(_mine(claim), on=today()), "previews": ()}
        return page("claims/submission.html", status=409, form=form, same=same, **whole)
    return done(url_for("claim_filer.handed_in", claim=claim))


# --- after it was handed in ------------------------------------------------------------------------------------------


@bp.route("/<ref:claim>/appeal", methods=["GET", "POST"])
def appeal(claim: str) -> Response:
    """Ask other people to decide again."""
    form = AppealForm()
    if (late := _too_late("appeal", claim, form.words.data)) is not None:
        return late
    mine = _mine(claim)
    wait = waits_for(mine)
    if wait:
        flash(wait, "problem")
    if wait or not form.validate_on_submit():
        status = 409 if wait and form.is_submitted() else _status(form)
        whole = queries.whole_file(mine, on=today()) | queries.appeal_days(mine, on=today())
        return page("claims/appeal.html", status=status, form=form, **whole)
    with transaction():
        actions.appeal(mine, form.said(), by=doors.account(), at=now())
    flash(_("Your appeal has been received. Somebody who had no hand in the claim decides it."))
    return done(url_for(".claim", claim=claim))


@bp.route("/<ref:claim>/withdrawal", methods=["GET", "POST"])
def withdrawal(claim: str) -> Response:
    """Take the claim back, or during an appeal only the appeal."""
    mine = _mine(claim)
    if (late := _too_late("withdraw_appeal" if mine.state == "appealed" else "withdraw", claim)) is not None:
        return late
    form = FlaskForm()
    if not form.validate_on_submit():
        standing = removals.standing_case(mine)
        of_part = "withdraw_part" in queries.moves_of(mine, on=today())
        shown = {"form": form, "case": standing, "of_part": of_part}
        return page("claims/withdrawal.html", status=_status(form), **shown, **queries.about(mine))
    with transaction():
        brought = evidence.documents_of(mine)
        actions.withdraw(mine, by=doors.account(), at=now())
    for document in brought:
        evidence.delete_files(document)
    flash(_("It was withdrawn. Nothing more happens with it."))
    return done(url_for(".claim", claim=claim))


def _too_late(move: str, ref: str, typed: str | None = None) -> Response | None:
    """None when the claimant may make this move now; otherwise 409: where the claim stands, and what was typed."""
    mine = _mine(ref)
    if move not in claim_states.moves_from(mine.state, "member"):
        said = _("This is not possible now: the claim is “%(state)s”.", state=word(mine.state, "claim_state"))
        return _kept(mine, said, typed)
    if move == "appeal":
        try:
            actions.check_may_appeal(mine, on=today())
        except claim_states.AppealTooLate as late:
            return _kept(mine, sentence_of(late), typed)
    return None


def _kept(claim: Claim, said: str, typed: str | None) -> Response:
    """What can no longer be sent stays on the page, to be copied."""
    return page("claims/too_late.html", status=409, said=said, typed=(typed or "").strip(), **queries.about(claim))
