"""Routes of joining: each step has its own address and a plain form, and leads to the first step that is open."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, session, url_for
from flask_babel import gettext as _

from app.adapters.payments import NoPaymentAdapter
from app.db import transaction
from app.domain.calendar import first_eligible_day
from app.domain.eligibility import DeclaredYes
from app.memberships.forms import TopUpForm
from app.memberships.joining import actions, queries
from app.memberships.joining.forms import (
    PersonForm,
    SubmitForm,
    WhoForm,
    answers_of,
    consent_fields,
    consent_form,
    declaration_form,
    question_fields,
)
from app.memberships.joining.queries import Offer
from app.memberships.suiting import queries as suiting
from app.models import Application, Person
from app.models.application import UNSENT
from app.web import doors
from app.web.clock import now, today
from app.web.doors import door
from app.web.hx import go_to, page
from app.web.i18n import language
from app.web.sentences import sentence_of

bp = Blueprint("joining", __name__, url_prefix="/join")
bp.before_request(door("member"))

_STEPS = ("resume", "declaration", "consents", "top_up", "check")
_AMOUNTS = "join-amounts"


@bp.get("/<plan:slug>")
def who(slug: str) -> Response:
    """Who is to join: somebody the account knows, or somebody new."""
    return _who_page(_offer(slug))


@bp.post("/<plan:slug>")
def choose(slug: str) -> Response:
    """Go on with the person that was chosen."""
    offered, form = _offer(slug), _who_form()
    if not form.validate_on_submit():
        return _who_page(offered, 422, form)
    ref = form.chosen()
    if ref is None:
        return go_to(url_for(".person", slug=slug))
    return _begin(offered, queries.person_of(doors.account(), ref) or abort(404))


@bp.get("/<plan:slug>/person")
def person(slug: str) -> Response:
    """The form for somebody new."""
    return page("memberships/join_person.html", offered=_offer(slug), form=PersonForm(on=today()))


@bp.post("/<plan:slug>/person")
def name_person(slug: str) -> Response:
    """Add the person, or find them again, and go on."""
    offered, form = _offer(slug), PersonForm(on=today())
    if form.validate_on_submit():
        try:
            with transaction():
                someone = actions.name_person(form.value(), by=doors.account(), at=now())
            return _begin(offered, someone)
        except actions.SecondSelf:
            form.relation.errors = [_("You have named yourself already. Say who this person is to you.")]
    return page("memberships/join_person.html", status=422, offered=offered, form=form)


@bp.get("/<plan:slug>/<ref:ref>")
def resume(slug: str, ref: str) -> Response:
    """Back to the first step that is open; or, when joining is not possible, why not and what is."""
    offered, application = _draft(slug, ref, "resume")
    against = queries.reasons_for(application, offered, on=today())
    if not against:
        return _onward(offered, application)
    someone = application.person or abort(404)
    return page(
        "memberships/join_not_possible.html",
        offered=offered,
        application=application,
        someone=queries.someone(someone),
        **suiting.obstacles(application, someone, offered, against, on=today()),
    )


@bp.get("/<plan:slug>/<ref:ref>/declaration")
def declaration(slug: str, ref: str) -> Response:
    """The health declaration, item by item."""
    offered, application = _draft(slug, ref, "declaration")
    items, given = offered.member.declaration, {answer.item: answer.yes for answer in application.answers}
    form = declaration_form(items, given)
    return _step_page("join_declaration", offered, application, form=form, questions=question_fields(form, items))


@bp.post("/<plan:slug>/<ref:ref>/declaration")
def declare(slug: str, ref: str) -> Response:
    """Keep the answers; a yes leads to the page that says what follows from it."""
    offered, application = _draft(slug, ref, "declaration")
    items = offered.member.declaration
    form = declaration_form(items, {})
    if not form.validate_on_submit():
        asked = question_fields(form, items)
        return _step_page("join_declaration", offered, application, status=422, form=form, questions=asked)
    with transaction():
        actions.declare(application, items, answers_of(form, items), language=language(), at=now())
    return _onward(offered, application)


@bp.get("/<plan:slug>/<ref:ref>/consents")
def consents(slug: str, ref: str) -> Response:
    """The consents, each with its full text."""
    offered, application = _draft(slug, ref, "consents")
    return _consents_page(offered, application, consent_form(queries.consents_asked(application, on=today())))


@bp.post("/<plan:slug>/<ref:ref>/consents")
def agree(slug: str, ref: str) -> Response:
    """Keep the consents."""
    offered, application = _draft(slug, ref, "consents")
    form = consent_form(queries.consents_asked(application, on=today()))
    if not form.validate_on_submit():
        return _consents_page(offered, application, form, status=422)
    with transaction():
        actions.agree(application, language=language(), at=now())
    return _onward(offered, application)


@bp.get("/<plan:slug>/<ref:ref>/top-up")
def top_up(slug: str, ref: str) -> Response:
    """How much to pay in at first."""
    offered, application = _draft(slug, ref, "top_up")
    form = TopUpForm.chosen(_amount_fen(application), offered.pool, least_fen=offered.pool.join_least_fen)
    return _step_page("join_topup", offered, application, form=form)


@bp.post("/<plan:slug>/<ref:ref>/top-up")
def choose_amount(slug: str, ref: str) -> Response:
    """Remember the amount in this browser until the application is sent."""
    offered, application = _draft(slug, ref, "top_up")
    form = TopUpForm(offered.pool, least_fen=offered.pool.join_least_fen)
    if not form.validate_on_submit():
        return _step_page("join_topup", offered, application, status=422, form=form)
    session[_AMOUNTS] = {**session.get(_AMOUNTS, {}), application.ref: form.amount_fen}
    return go_to(url_for(".check", slug=slug, ref=ref))


@bp.get("/<plan:slug>/<ref:ref>/check")
def check(slug: str, ref: str) -> Response:
    """Everything that will be sent, each with a way to change it."""
    offered, application = _draft(slug, ref, "check")
    return _check_page(offered, application)


@bp.post("/<plan:slug>/<ref:ref>/check")
def submit(slug: str, ref: str) -> Response:
    """Send the application and pay; sent twice, it is one."""
    offered, application = _draft(slug, ref, "check")
    amount_fen = _amount_fen(application) or 0
    if not SubmitForm().validate_on_submit():
        return _check_page(offered, application, status=422)
    try:
        with transaction():
            actions.submit(application, offered, amount_fen, by=doors.confirmed(), at=now())
    except actions.NotADraft:
        pass  # the other request was faster and did the same
    except actions.LiveMembership as held:
        return page("memberships/join_already.html", status=409, offered=offered, ref=held.ref)
    except (actions.MayNotJoin, actions.NotComplete):
        return _onward(offered, application)
    except NoPaymentAdapter as missing:
        return _check_page(offered, application, status=503, trouble=sentence_of(missing))
    session[_AMOUNTS] = {key: fen for key, fen in session.get(_AMOUNTS, {}).items() if key != ref}
    return go_to(url_for(".done", slug=slug, ref=ref))


@bp.get("/<plan:slug>/<ref:ref>/done")
def done(slug: str, ref: str) -> Response:
    """What came of the application: a membership, or that somebody looks at it first."""
    offered = queries.offer(slug, on=today()) or abort(404)
    application = queries.application_of(doors.account(), slug, ref) or abort(404)
    membership = queries.membership_from(application)
    payment, way = queries.awaited(application)
    if application.state in UNSENT and payment is None:
        return go_to(url_for(".resume", slug=slug, ref=ref))
    if membership is None:
        return page("memberships/join_waiting.html", offered=offered, application=application, payment=payment, way=way)
    return page(
        "memberships/join_done.html",
        offered=offered,
        someone=queries.someone(membership.person),
        membership=membership,
        certificate=queries.certificate_of(membership),
        locked=queries.lock_open_in(offered.plan) if membership.state == "pending" else None,
        eligible_from=first_eligible_day(membership.joined_on, offered.member.waiting_days),
        opens=suiting.opened_by(membership, on=today()),
    )


def _offer(slug: str) -> Offer:
    return queries.open_offer(slug, on=today()) or abort(404)


def _draft(slug: str, ref: str, step: str) -> tuple[Offer, Application]:
    """The plan and the draft, when this step is open; otherwise the answer is the page that is."""
    offered = _offer(slug)
    application = queries.application_of(doors.account(), slug, ref) or abort(404)
    if application.state not in UNSENT or queries.payment_for(application) is not None:
        abort(go_to(url_for(".done", slug=slug, ref=ref)))
    if not actions.is_up_to_date(application, offered):
        with transaction():
            actions.bring_up_to_date(application, offered)
        flash(_("The rules of this plan have changed since your last visit. Please answer the questions again."))
    if _STEPS.index(_first_open(offered, application, step)) < _STEPS.index(step):
        abort(_onward(offered, application))
    return offered, application


def _first_open(offered: Offer, application: Application, towards: str | None = None) -> str:
    """The first step that is not done yet, or where joining ends because it is not possible."""
    against = queries.reasons_for(application, offered, on=today())
    if against and not (towards == "declaration" and all(isinstance(one, DeclaredYes) for one in against)):
        return "resume"
    if against or not queries.is_declared(application, offered.member):
        return "declaration"
    if not queries.is_agreed(application):
        return "consents"
    return "check" if _amount_fen(application) is not None else "top_up"


def _onward(offered: Offer, application: Application) -> Response:
    """To the first step that is open."""
    step = _first_open(offered, application)
    return go_to(url_for(f".{step}", slug=offered.plan.slug, ref=application.ref))


def _begin(offered: Offer, someone: Person) -> Response:
    """Begin or find the application of this person, unless they are a member already."""
    try:
        with transaction():
            application = actions.begin(offered, someone, by=doors.account(), at=now())
    except actions.LiveMembership as held:
        return page("memberships/join_already.html", status=409, offered=offered, ref=held.ref)
    return go_to(url_for(".resume", slug=offered.plan.slug, ref=application.ref))


def _who_page(offered: Offer, status: int = 200, form: WhoForm | None = None) -> Response:
    said = suiting.who_may(offered, account=doors.account(), on=today())
    return page("memberships/join_who.html", status=status, offered=offered, form=form or _who_form(), **said)


def _consents_page(offered: Offer, application: Application, form: Any, **more: Any) -> Response:
    texts = consent_fields(form, queries.consents_asked(application, on=today()))
    return _step_page("join_consents", offered, application, form=form, texts=texts, **more)


def _who_form() -> WhoForm:
    return WhoForm([(someone.person.ref, someone.name) for someone in queries.family(doors.account())])


def _step_page(template: str, offered: Offer, application: Application, **more: Any) -> Response:
    """One step of an application that names its person."""
    someone = queries.someone(application.person or abort(404))
    return page(f"memberships/{template}.html", offered=offered, application=application, someone=someone, **more)


def _check_page(offered: Offer, application: Application, **more: Any) -> Response:
    return _step_page(
        "join_check",
        offered,
        application,
        **{"trouble": None, **more},
        form=SubmitForm(),
        amount_fen=_amount_fen(application),
        locked=queries.lock_open_in(offered.plan),
        former=suiting.former(application),
        eligible_from=first_eligible_day(today(), offered.member.waiting_days),
    )


def _amount_fen(application: Application) -> int | None:
    found = session.get(_AMOUNTS, {}).get(application.ref)
    return found if isinstance(found, int) else None
