"""Why somebody may not join a plan, as sentences; the same ones wherever the question is asked."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext

from app.domain.eligibility import DeclaredYes, NeedsMembership, Reason, TooOld, TooYoung
from app.domain.terms import Words
from app.web import filters


def reason_short(reason: Reason, plan_names: dict[str, Words]) -> str:
    """The same in a few words, for beside a name."""
    match reason:
        case TooYoung(from_day=day):
            return _("may join from %(day)s on", day=filters.day(day))
        case TooOld(until_day=day):
            return _("could join until %(day)s", day=filters.day(day))
        case NeedsMembership(slug=slug):
            name = filters.in_words(plan_names[slug]) if slug in plan_names else slug
            return _("%(plan)s comes first", plan=name)
        case DeclaredYes():
            return _("a health question was answered with yes")


def reason_sentence(reason: Reason, plan_names: dict[str, Words]) -> str:
    """One reason in words, with the day it depends on; `plan_names` holds the names of the plans by slug."""
    match reason:
        case TooYoung(from_day=day):
            return _("Too young today. Joining is possible from %(day)s on.", day=filters.day(day))
        case TooOld(until_day=day):
            return _("Past the entry age. The last day to join was %(day)s.", day=filters.day(day))
        case NeedsMembership(slug=slug):
            name = filters.in_words(plan_names[slug]) if slug in plan_names else slug
            return _("This plan is open to members of %(plan)s, and this person is none yet.", plan=name)
        case DeclaredYes(items=items):
            return ngettext(
                "One question of the health declaration was answered with yes: this plan cannot admit this person.",
                "%(num)s questions of the health declaration were answered with yes: this plan cannot admit this "
                "person.",
                len(items),
            )


def init_app(app: Flask) -> None:
    """Hang the filters: {{ reason|reason(names) }} and {{ reason|reason_short(names) }}."""
    app.jinja_env.filters.update(reason=reason_sentence, reason_short=reason_short)
