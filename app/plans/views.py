"""The catalogue, one plan, one rule version. Public: the same for everybody, and nothing that is typed is stored."""

from __future__ import annotations

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.domain.calendar import first_eligible_day
from app.plans import queries
from app.plans.choosing import queries as choosing
from app.plans.choosing.forms import PlanFilter
from app.plans.forms import BirthForm
from app.services import closings, figures, rulebook
from app.web import clock
from app.web.doors import door
from app.web.downloads import kept_by_nobody
from app.web.hx import page, wants_fragment
from app.web.i18n import language

bp = Blueprint("plans", __name__)
bp.before_request(door("visitor"))


@bp.get("/plans")
def index() -> ResponseReturnValue:
    """The plans: all, or those that fit what was asked, in the order that was asked for."""
    today = clock.today()
    plans = figures.plans_now(today)
    every = choosing.listed(plans, queries.charged(), closing=closings.binding_slugs(), on=today)
    asked = PlanFilter(request.args)
    asked.today = today
    sound = asked.validate()
    found = choosing.chosen(every, asked.wanted(), language=language(), on=today) if sound else None
    response = page(
        "plans/index.html",
        fragments={"plan-list": "plans/_plan_list.html"},
        status=200 if sound else 422,
        form=asked,
        alone=wants_fragment(),
        found=found,
        looser=choosing.looser(every, asked, on=today) if found == [] else [],
        every=every,
        names={one.plan.slug: one.rules.name for one in plans},
    )
    return kept_by_nobody(response) if asked.born.data else response


@bp.get("/plans/<plan:slug>")
def plan(slug: str) -> ResponseReturnValue:
    """One plan: its rules in words, what a case receives, what it has cost, and what it would mean for somebody."""
    today = clock.today()
    every = {one.plan.slug: one for one in figures.plans_now(today)}
    now = every.get(slug)
    if now is None:
        abort(404, _("There is no plan of this name. All plans are listed under Plans."))
    past = queries.history(now.plan.id)
    asked = BirthForm(request.args)
    asked.today = today
    sound = not asked.is_asked or asked.validate()
    columns, rows = queries.payout_table(now.rules)
    versions = queries.versions(slug)
    response = page(
        "plans/plan.html",
        fragments={"mine": "plans/_mine.html"},
        status=200 if sound else 422,
        now=now,
        rules=now.rules,
        names={one.plan.slug: one.rules.name for one in every.values()},
        form=asked,
        mine=queries.meaning(now.rules, asked.birth_on(), past, on=today) if asked.is_asked and sound else None,
        past=past,
        health=queries.health(past),
        coming=queries.coming(now.plan.id, day=today),
        versions=versions,
        closing=closings.binding_of(now.plan.id),
        newest=queries.change_to(versions, versions[0].number),
        payout_columns=columns,
        payout_rows=rows,
        day=today,
        eligible_from=first_eligible_day(today, now.rules.member.waiting_days),
        first_share_day=queries.first_share_day(now.rules, on=today),
    )
    return kept_by_nobody(response) if asked.is_asked else response


@bp.get("/plans/<plan:slug>/rules/<number:number>")
def version(slug: str, number: int) -> ResponseReturnValue:
    """One rule version whole, word for word, with its fingerprint."""
    every = queries.versions(slug)
    if not every:
        abort(404, _("There is no plan of this name. All plans are listed under Plans."))
    found = next((one for one in every if one.number == number), None)
    if found is None:
        abort(404, _("This plan has no rule version %(number)s.", number=number))
    rules = rulebook.rules_of(found)
    holding = rulebook.version_on(found.plan_id, clock.today())
    return page(
        "plans/version.html",
        found=found,
        rules=rules,
        holding=holding if holding.number > number else None,
        clauses=queries.clauses_in_order(rules),
        versions=every,
        day=clock.today(),
    )


@bp.get("/plans/<plan:slug>/rules/<number:number>/changes")
def changes(slug: str, number: int) -> ResponseReturnValue:
    """What one version changed against the one before it: for all, and for whoever agrees."""
    every = queries.versions(slug)
    if not every:
        abort(404, _("There is no plan of this name. All plans are listed under Plans."))
    change = queries.change_to(every, number)
    if change is None:
        abort(
            404, _("Rule version %(number)s of this plan changes nothing: no version stands before it.", number=number)
        )
    return page(
        "plans/changes.html",
        change=change,
        problem=None,
        versions=every,
        rules=rulebook.rules_of(change.after),
        day=clock.today(),
    )
