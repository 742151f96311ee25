"""What the terms of a rule version are called, and how their values are written, for pages that show what changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from app.domain.rule_changes import Change
from app.domain.terms import Words
from app.domain.word_diff import runs
from app.web import filters

TERMS: Final[Mapping[str, LazyString]] = {
    "fee_bp": _l("Fee, of the payouts"),
    "cap_case_fen": _l("Most for one case"),
    "cap_year_fen": _l("Most in one year"),
    "glide_bp": _l("How the yearly cap is spread"),
    "floor_fen": _l("Floor of the balance"),
    "remind_below_fen": _l("Reminder below a balance of"),
    "comfortable_fen": _l("Comfortable balance"),
    "join_least_fen": _l("Least top-up at joining"),
    "join_proposed_fen": _l("Proposed top-up at joining"),
    "grace_days": _l("Days of grace"),
    "notice_days": _l("Days of notice"),
    "shortfall_order": _l("What fills a gap"),
    "reserve_target_fen": _l("What the reserve should hold"),
    "publish_days": _l("Publication days of the month"),
    "settle_days": _l("Settle days of the month"),
    "objection_days": _l("Days to object"),
    "pay_within_days": _l("Days to pay after settling"),
    "ahead_days": _l("Days a closing is announced ahead"),
    "run_off_days": _l("Days of run-off after a closing"),
    "remainder_to": _l("Who receives what is left after a closing"),
    "event": _l("Kind of event"),
    "kind": _l("Kind of payout"),
    "entry_age_from_days": _l("Youngest age of joining, in days"),
    "entry_age_from": _l("Youngest age of joining"),
    "entry_age_to": _l("Highest age of joining"),
    "leaves_at_age": _l("Age at which the membership ends here"),
    "moves_to": _l("Plan it moves to then"),
    "prerequisite": _l("Plan that must come first"),
    "waiting_days": _l("Waiting period"),
    "report_within_days": _l("Days to apply after the event"),
    "appeal_within_days": _l("Days to appeal"),
    "first_look_days": _l("Days to the first look"),
    "decision_days": _l("Days to the decision"),
    "answer_within_days": _l("Days to answer a question"),
    "at_once_bp": _l("Paid at once, of what is approved"),
    "bills_before_days": _l("Bills count from so long before the event"),
    "bills_within_days": _l("Days to bring bills after the approval"),
    "top_fen": _l("Highest payout"),
}


def term(key: str) -> LazyString:
    """What a term is called; KeyError for one that nobody gave a name."""
    return TERMS[key]


def term_value(value: Any, key: str) -> str:
    """What a term says: fen as money, basis points as percent, days as days; "none" where there is none."""
    if value is None:
        return _("none")
    if key.endswith("_fen"):
        return filters.money(value)
    if key.endswith("_bp"):
        return filters.percent(value)
    if isinstance(value, tuple):
        return " / ".join(str(one) for one in value) or _("none")
    if key.endswith("_days"):
        return ngettext("%(num)s day", "%(num)s days", value)
    return filters.in_words(value) if isinstance(value, Words) else str(value)


def term_change(change: Change) -> str:
    """What became of one number or word, in words: raised, lowered, set, taken away, or simply another."""
    before, after = term_value(change.before, change.key), term_value(change.after, change.key)
    if change.before is None:
        return _("set to %(after)s; there was none before", after=after)
    if change.after is None:
        return _("taken away; it was %(before)s", before=before)
    if type(change.before) is int and type(change.after) is int:
        if change.after > change.before:
            return _("raised from %(before)s to %(after)s", before=before, after=after)
        return _("lowered from %(before)s to %(after)s", before=before, after=after)
    return _("changed from %(before)s to %(after)s", before=before, after=after)


def init_app(app: Flask) -> None:
    """Hang the filters: {{ key|term }}, {{ value|term_value(key) }}, {{ change|term_change }}, {{ a|runs_to(b) }}."""
    app.jinja_env.filters.update(term=term, term_value=term_value, term_change=term_change, runs_to=runs)
