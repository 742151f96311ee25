"""The application, put together: the only place that knows every room."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import app.models  # noqa: F401 -- makes the whole schema known
from app.accounts.correcting.views import bp as correcting_bp
from app.accounts.exporting.views import bp as exporting_bp
from app.accounts.history.views import bp as history_bp
from app.accounts.keeping.views import bp as keeping_bp
from app.accounts.proving.views import bp as proving_bp
from app.accounts.views import bp as accounts_bp
from app.accounts.views import own as account_bp
from app.adapters.commands import Commands
from app.adapters.migrations import Migrations
from app.claims.arriving.views import bp as arriving_bp
from app.claims.before.views import bp as before_claims_bp
from app.claims.bills.views import bp as claim_bills_bp
from app.claims.consents.views import bp as claim_consents_bp
from app.claims.deciding.views import bp as deciding_bp
from app.claims.filer.views import bp as claim_filer_bp
from app.claims.investigations.views import bp as claim_investigations_bp
from app.claims.looking.views import bp as own_pictures_bp
from app.claims.papers.views import bp as papers_bp
from app.claims.payout_account.views import bp as payout_account_bp
from app.claims.publication.views import bp as publication_bp
from app.claims.replying.views import bp as replying_bp
from app.claims.views import bp as claims_bp
from app.config import ROOT, settings
from app.db import db
from app.demo.money.views import bp as play_money_bp
from app.demo.views import bp as demo_bp
from app.disclosures.closing.views import bp as closings_bp
from app.disclosures.figures.views import bp as figures_bp
from app.disclosures.money.views import bp as money_bp
from app.disclosures.objecting.views import bp as objecting_bp
from app.disclosures.searching.views import bp as searching_bp
from app.disclosures.stories.views import bp as stories_bp
from app.disclosures.taking.views import bp as taking_bp
from app.disclosures.times.views import bp as times_bp
from app.disclosures.views import bp as disclosures_bp
from app.front.complaints.views import bp as complaining_bp
from app.front.complaints.views import own as own_complaints_bp
from app.front.views import bp as front_bp
from app.investigations.looking.views import bp as investigation_pictures_bp
from app.investigations.views import bp as investigations_bp
from app.jobs import queue
from app.memberships.counted.views import bp as counted_bp
from app.memberships.invited.views import bp as invited_bp
from app.memberships.invited.views import own as invited_own_bp
from app.memberships.joining.views import bp as joining_bp
from app.memberships.leaving.views import bp as leaving_bp
from app.memberships.own.views import bp as memberships_bp
from app.memberships.receipts.views import bp as receipts_bp
from app.memberships.reminding.views import bp as reminding_bp
from app.memberships.reports.views import bp as reporting_bp
from app.memberships.rules.views import bp as membership_rules_bp
from app.memberships.statements.views import bp as statements_bp
from app.memberships.takeover.views import bp as takeover_bp
from app.memberships.together.views import bp as together_bp
from app.notices.views import bp as notices_bp
from app.notices.views import own as own_notices_bp
from app.organising.views import bp as organising_bp
from app.plans.applying.views import bp as applying_bp
from app.plans.comparing.views import bp as comparing_bp
from app.plans.meaning.views import bp as meaning_bp
from app.plans.versions.views import bp as plan_versions_bp
from app.plans.views import bp as plans_bp
from app.publiclog.open_data.views import bp as open_data_bp
from app.publiclog.verifying.views import bp as verifying_bp
from app.publiclog.views import bp as publiclog_bp
from app.review.applications.views import bp as applications_bp
from app.review.asking.views import bp as asking_bp
from app.review.bills.views import bp as judging_bp
from app.review.complaints.views import bp as complaints_bp
from app.review.corrections.views import bp as corrections_bp
from app.review.desk.views import bp as desk_bp
from app.review.filers.views import bp as filers_bp
from app.review.groups.views import bp as group_desk_bp
from app.review.investigations.views import bp as investigating_bp
from app.review.late.views import bp as late_bp
from app.review.looking.views import bp as desk_pictures_bp
from app.review.objections.views import bp as answering_bp
from app.review.people.views import bp as people_bp
from app.review.reports.views import bp as reports_bp
from app.review.rescinding.views import bp as rescinding_bp
from app.review.signals.views import bp as signals_bp
from app.review.stories.views import bp as reading_bp
from app.review.views import bp as review_bp
from app.services import claim_words
from app.services.arriving import encrypting_uploads
from app.treasury.bank_files.views import bp as bank_files_bp
from app.treasury.changes.views import bp as period_changes_bp
from app.treasury.closing.views import bp as closing_bp
from app.treasury.credits.views import bp as credits_bp
from app.treasury.custody.views import bp as custody_bp
from app.treasury.deliveries.views import bp as deliveries_bp
from app.treasury.deliveries.views import hook as payment_news_bp
from app.treasury.fees.views import bp as fees_bp
from app.treasury.incoming.views import bp as incoming_bp
from app.treasury.outgoing.views import bp as outgoing_bp
from app.treasury.refunds.views import bp as refunds_bp
from app.treasury.reserves.views import bp as reserves_bp
from app.treasury.transfers.views import bp as transfers_bp
from app.treasury.views import bp as treasury_bp
from app.treasury.work.views import bp as work_bp
from app.web import (
    converters,
    doors,
    errors,
    filters,
    headers,
    health,
    i18n,
    kept,
    lateness,
    mode,
    reasons,
    rule_terms,
    shown,
    sums,
)

ROOMS: Final[tuple[Blueprint, ...]] = (
    health.bp,
    front_bp,
    complaining_bp,
    own_complaints_bp,
    plans_bp,
    plan_versions_bp,
    applying_bp,
    comparing_bp,
    meaning_bp,
    disclosures_bp,
    searching_bp,
    taking_bp,
    objecting_bp,
    stories_bp,
    money_bp,
    times_bp,
    figures_bp,
    publiclog_bp,
    verifying_bp,
    open_data_bp,
    closings_bp,
    accounts_bp,
    account_bp,
    keeping_bp,
    history_bp,
    exporting_bp,
    correcting_bp,
    proving_bp,
    claims_bp,
    before_claims_bp,
    claim_bills_bp,
    own_pictures_bp,
    papers_bp,
    arriving_bp,
    replying_bp,
    deciding_bp,
    claim_consents_bp,
    claim_investigations_bp,
    publication_bp,
    claim_filer_bp,
    payout_account_bp,
    joining_bp,
    invited_bp,
    invited_own_bp,
    organising_bp,
    leaving_bp,
    memberships_bp,
    statements_bp,
    counted_bp,
    membership_rules_bp,
    takeover_bp,
    receipts_bp,
    reminding_bp,
    together_bp,
    reporting_bp,
    notices_bp,
    own_notices_bp,
    investigations_bp,
    investigation_pictures_bp,
    investigating_bp,
    signals_bp,
    answering_bp,
    judging_bp,
    asking_bp,
    late_bp,
    applications_bp,
    filers_bp,
    group_desk_bp,
    desk_bp,
    reports_bp,
    complaints_bp,
    reading_bp,
    people_bp,
    corrections_bp,
    rescinding_bp,
    desk_pictures_bp,
    review_bp,
    refunds_bp,
    incoming_bp,
    outgoing_bp,
    fees_bp,
    reserves_bp,
    credits_bp,
    transfers_bp,
    deliveries_bp,
    payment_news_bp,
    closing_bp,
    bank_files_bp,
    custody_bp,
    period_changes_bp,
    treasury_bp,
    work_bp,
    play_money_bp,
    demo_bp,
)
"""Every room of the house, in the order in which its routes are asked."""


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """The application for this environment; `overrides` go over its settings.

    Raises `app.config.NotConfigured` or `app.web.mode.ModesDiffer` with a sentence for the operator.
    """
    site = Flask(
        "app",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(ROOT / "instance"),
    )
    site.jinja_options = {**Flask.jinja_options, "undefined": StrictUndefined}
    site.config.update(settings(os.environ))
    site.config.update(overrides or {})
    _stand_behind_proxies(site)
    _install(site)
    for room in ROOMS:
        doors.open_room(site, room)
    site.cli = Commands(site.name)
    return site


def _install(site: Flask) -> None:
    """The libraries, then the porch; the order of `after_request` is the reverse of this one."""
    db.init_app(site)
    claim_words.install()
    Migrations(site, db, ROOT / "migrations")
    Htmx(site)
    site.request_class = encrypting_uploads(site.request_class)
    CSRFProtect(site).exempt(payment_news_bp)  # its door is a signature (web/signed.py)
    porch = (
        converters, headers, i18n, kept, doors, filters, errors, mode, reasons, rule_terms, shown, sums, lateness,
        queue,
    )  # fmt: skip
    for part in porch:
        part.init_app(site)


def _stand_behind_proxies(site: Flask) -> None:
    """Believe as many proxies as the operator named, and answer only to our own name when we have one."""
    hops = site.config["PROXIES"]
    if hops:
        site.wsgi_app = ProxyFix(site.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    if site.config["MODE"] == "production":
        site.config["TRUSTED_HOSTS"] = [site.config["ORIGIN"].partition("://")[2].partition(":")[0]]
