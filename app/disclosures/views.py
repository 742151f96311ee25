"""The list of periods, one period, one case. Public: the same for everybody, and nothing is stored."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.disclosures import queries
from app.disclosures.forms import PeriodFilter
from app.disclosures.records import queries as record
from app.disclosures.records.queries import Stated
from app.disclosures.stories import queries as stories
from app.domain.period_states import PUBLIC_STATES
from app.models import Period
from app.services import (
    breakdown,
    check_runs,
    crediting,
    days,
    figures,
    objections,
    parts,
    removals,
    run_log,
    visibility,
)
from app.services.run_log import Record
from app.web import clock, filters, money_questions
from app.web.addresses import whole as whole_address
from app.web.doors import door
from app.web.hx import page, wants_fragment
from app.web.qr import qr_code
from app.web.sums import equation_terms

bp = Blueprint("disclosures", __name__)
bp.before_request(door("visitor"))


@bp.get("/disclosures")
def index() -> ResponseReturnValue:
    """Every published period, newest first, by plan, state and month."""
    at = clock.now()
    plans = figures.plan_names(days.day_of(at))
    asked = PeriodFilter(request.args)
    asked.offer(list(plans.values()))
    sound = asked.validate()
    found = queries.periods(asked.wanted(), page=_page_number(), at=at) if sound else None
    if found and found.page > found.pages:
        abort(404, _("This list has no page %(page)s.", page=found.page))
    return page(
        "disclosures/index.html",
        fragments={"periods": "disclosures/_periods.html"},
        status=200 if sound else 422,
        form=asked,
        alone=wants_fragment(),
        found=found,
        plans=plans,
    )


@bp.get("/disclosures/checks")
def checks() -> ResponseReturnValue:
    """Every question about the money, with its last answer and its time."""
    return page(
        "disclosures/checks.html",
        run=check_runs.last_whole(),
        settlements=check_runs.of_settlements(),
        names=figures.plan_names(days.day_of(clock.now())),
        groups=money_questions.GROUPS,
    )


@bp.get("/disclosures/<period:name>")
def period(name: str) -> ResponseReturnValue:
    """One period: its sum with every term, its cases, its payouts, its proofs."""
    opened = queries.period(name)
    if opened is None:
        abort(404, _("There is no period of this name. All periods are listed under Disclosures."))
    overdue = opened.period.state == "planned" and opened.period.publication_day < days.day_of(clock.now())
    if opened.period.state not in PUBLIC_STATES and not overdue:
        day = filters.day(opened.period.publication_day)
        abort(404, _("This period is planned and not published yet. It will be published on %(day)s.", day=day))
    if not visibility.is_seen(opened.period):
        abort(404, _being_written())
    at = clock.now()
    whole = breakdown.sum_of(opened.period, opened.settlement, at=at)
    number = _page_number()
    shown = queries.cases(opened, total=whole.cases, page=number, on=days.day_of(at)) if whole else None
    if number > (shown.pages if shown else 1):
        abort(404, _("This list has no page %(page)s.", page=number))
    records = run_log.records(name)
    stated = record.facts(records)
    return page(
        "disclosures/period.html",
        fragments={"cases": "disclosures/_cases.html"},
        opened=opened,
        period=opened.period,
        rules=queries.rules_of_period(opened.period),
        whole=whole,
        cases=shown,
        facts=stated,
        terms=_terms(opened, whole) if whole else [],
        lock_due=days.midnight(opened.period.publication_day),
        day=days.day_of(at),
        objections=objections.of_period(opened.period),
        changes=opened.changes,
        corrections=[fact for fact in stated if fact.type == "correction"],
        log=run_log.lines(opened.period, records, opened.changes),
        corrected=crediting.corrected_in(opened.settlement) if opened.settlement else (),
        removed=record.removed(stated),
        **_proof(opened.period, records, stated),
    )


@bp.get("/cases/<ref:ref>")
def case(ref: str) -> ResponseReturnValue:
    """One public case: what it asked for, what it receives, and when."""
    opened = queries.public_case(ref)
    if opened is None:
        gone = removals.taken_out(ref)
        if gone is not None:
            facts, against = record.of_case(gone.case)
            return page("disclosures/taken_out.html", gone=gone, facts=facts, objections=against)
        if visibility.case_waits(ref):
            abort(404, _being_written())
        abort(404, _("There is no public case with this reference. It may have gone back to review."))
    rules = queries.rules_of_period(opened.case.period)
    facts, against = record.of_case(opened.case)
    return page(
        "disclosures/case.html",
        opened=opened,
        case=opened.case,
        part=parts.public(opened.case.award),
        plan_name=rules.name,
        cap_case_fen=rules.pool.cap_case_fen,
        day=days.day_of(clock.now()),
        facts=facts,
        objections=against,
        **stories.told(
            opened.case, on=days.day_of(clock.now()), corrected=any(one.type == "case-corrected" for one in facts)
        ),
    )


def _proof(period: Period, rows: list[Record], stated: list[Stated]) -> dict[str, Any]:
    """What proves a period, with the picture that leads a telephone to it."""
    told = record.told(period, rows, stated)
    proven = told["proven"]
    entry = proven.locked.entry if proven else None
    qr = (
        qr_code(whole_address(f"/verify?said={period.name}"), _("the check of this period against the public log"))
        if entry is not None
        else None
    )
    return {**told, "qr": qr}


def _being_written() -> str:
    return _(
        "This period is being written into the public log: everybody who shares is counted first. It is shown as soon "
        "as that is signed, usually within minutes. Please come back a little later."
    )


def _terms(opened: queries.Opened, whole: breakdown.Sum) -> list[tuple[str, int, str | None, str]]:
    return equation_terms(
        whole.equation,
        cases=whole.cases,
        fee_bp=queries.rules_of_period(opened.period).pool.fee_bp,
        links={"payouts": "#cases", "fee": "#fee", "unpaid": "#unpaid", "credits": "#credits", "surplus": "#surplus"},
    )


def _page_number() -> int:
    """The page of the list that is asked for, from 1; 404 for anything that is no page number."""
    asked = request.args.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and 1 <= len(asked) <= 6 and int(asked) >= 1):  # noqa: PLR2004
        abort(404, _("There is no such page of this list."))
    return int(asked)
