"""Why somebody may not join a plan, as sentences; the same ones wherever the question is asked."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from app.domain.eligibility import DeclaredYes, NeedsMembership, Reason, TooOld, TooYoung
from app.domain.terms import Words
from app.web import filters


def reason_sentence(reason: Reason, *, plan_names: dict[str, Words]) -> str:
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
