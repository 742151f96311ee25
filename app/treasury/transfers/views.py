"""Routes of the desk of transfers by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.db import transaction
from app.models import TransferByHand
from app.services import figures
from app.services.bank_lines import BookedBefore, RecordedBefore
from app.services.transfers_by_hand import (
    AnsweredBefore,
    ArrivedBefore,
    NobodysReference,
    NoReason,
    SameTreasurer,
)
from app.treasury.transfers import actions, queries
from app.treasury.transfers.forms import (
    ConfirmForm,
    PlaceForm,
    RejectForm,
    SendBackForm,
    TransferFilter,
    TransferForm,
)
from app.web import booked, doors
from app.web.clock import now, today
from app.web.fields import blame
from app.web.hx import done, page
from app.web.sentences import sentence_of, status_of

bp = Blueprint("transfers", __name__, url_prefix="/treasury/transfers")
bp.before_request(doors.door("treasurer", readers=("auditor",)))

_FORMS: dict[str, type[FlaskForm]] = {
    "confirm": ConfirmForm,
    "reject": RejectForm,
    "place": PlaceForm,
    "back": SendBackForm,
}


@bp.get("")
def index() -> Response:
    """Transfers by hand, newest first, by state."""
    asked = TransferFilter(request.args)
    sound = asked.validate()
    found = queries.transfers(asked.wanted()) if sound else queries.Page((), None)
    return page(
        "treasury/transfers.html",
        fragments={"transfers": "treasury/_transfers.html"},
        status=200 if sound else 422,
        form=asked,
        found=found,
        sums=queries.sums(),
        may_act=doors.role() == "treasurer",
    )


@bp.get("/new")
def new() -> Response:
    """The form for one line of the bank's list."""
    return _form_page(TransferForm(formdata=None, data={"banked_on": today()}))


@bp.post("/new")
def record() -> Response:
    """Record it; another treasurer confirms it."""
    form = TransferForm().offer(queries.custody_accounts())
    if not form.validate_on_submit():
        return _form_page(form, status=422)
    try:
        with transaction():
            ref = actions.record(form.seen(), by=doors.staff(), at=now()).ref
    except (RecordedBefore, BookedBefore) as twice:
        blame(form.bank_reference, sentence_of(twice))
        return _form_page(form, status=409, known=booked.first_of(twice))
    except ArrivedBefore as arrived:
        blame(form.written, sentence_of(arrived))
        return _form_page(form, status=409, known=booked.first_of(arrived), ask_whether_another=True)
    flash(_("Recorded. It is booked once another treasurer has confirmed it."), "done")
    return done(url_for(".transfer", transfer=ref))


@bp.get("/<ref:transfer>")
def transfer(transfer: str) -> Response:
    """One transfer, what it means, and what can be done."""
    return _shown(transfer)


@bp.post("/<ref:transfer>/confirmation")
def confirm(transfer: str) -> Response:
    """It is there: book it."""
    return _deed(transfer, "confirm", lambda found, _form: actions.confirm(found, by=doors.staff(), at=now()))


@bp.post("/<ref:transfer>/rejection")
def reject(transfer: str) -> Response:
    """It is not there, or not like this."""
    return _deed(
        transfer, "reject", lambda found, form: actions.reject(found, form.reason.data, by=doors.staff(), at=now())
    )


@bp.post("/<ref:transfer>/owner")
def place(transfer: str) -> Response:
    """Its owner was found."""
    return _deed(
        transfer, "place", lambda found, form: actions.place(found, form.reference.data, by=doors.staff(), at=now())
    )


@bp.post("/<ref:transfer>/return")
def send_back(transfer: str) -> Response:
    """It went back to where it came from."""
    return _deed(
        transfer,
        "back",
        lambda found, form: actions.send_back(found, form.sent_reference.data, by=doors.staff(), at=now()),
    )


def _deed(ref: str, name: str, deed: Callable[[TransferByHand, Any], None]) -> Response:
    """One of the four deeds; whoever is refused sees why, and what was typed."""
    found = queries.one(ref) or abort(404)
    form = _FORMS[name]()
    if not form.validate_on_submit():
        return _shown(ref, typed=(name, form), status=422)
    try:
        with transaction():
            deed(found.transfer, form)
    except (SameTreasurer, AnsweredBefore, NoReason, NobodysReference, RecordedBefore, BookedBefore) as refused:
        known = booked.first_of(refused)
        return _shown(ref, typed=(name, form), status=status_of(refused), problem=sentence_of(refused), known=known)
    flash(_("Done. The page says where the money is now."), "done")
    return done(url_for(".transfer", transfer=ref))


def _form_page(
    form: TransferForm, *, status: int = 200, known: str | None = None, ask_whether_another: bool = False
) -> Response:
    return page(
        "treasury/transfer_form.html",
        status=status,
        form=form.offer(queries.custody_accounts()),
        known=known,
        asks_whether_another=ask_whether_another or bool(form.is_another.data),
    )


def _shown(
    ref: str,
    *,
    typed: tuple[str, FlaskForm] | None = None,
    status: int = 200,
    problem: str | None = None,
    known: str | None = None,
) -> Response:
    found = queries.one(ref) or abort(404)
    forms = {name: kind(formdata=None) for name, kind in _FORMS.items()}
    if typed is not None:
        forms[typed[0]] = typed[1]
    return page(
        "treasury/transfer.html",
        status=status,
        problem=problem,
        known=known,
        opened=found,
        membership=queries.membership_of(found.transfer),
        names=figures.plan_names(today()),
        forms_by_name=forms,
        wrong=typed[1] if typed is not None else None,
        by=doors.staff().id,
        may_act=doors.role() == "treasurer",
    )
