"""Messages about the conversation on a claim: what is asked and until when, and promises that were not kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from app.web.filters import day
from app.web.letter import Letter

Values = Mapping[str, Any]


def _claim(values: Values) -> tuple[tuple[str, str], ...]:
    links = [(_("See the claim"), f"/claims/{values['claim']}")]
    if "notice" in values:
        links.append((_("The letter (PDF)"), f"/notices/{values['notice']}.pdf"))
    return tuple(links)


def _answer(values: Values) -> tuple[tuple[str, str], ...]:
    links = [(_("Answer the reviewers"), f"/claims/{values['claim']}/answer")]
    if "notice" in values:
        links.append((_("The letter (PDF)"), f"/notices/{values['notice']}.pdf"))
    return tuple(links)


def _day(values: Values, name: str) -> str:
    return day(dt.date.fromisoformat(values[name]))


def _submitted(values: Values) -> Letter:
    title = _("Your claim has reached us")
    if "decision_by" not in values:
        return Letter(title, _("Its page shows each step and the day it is promised for."), _claim(values))
    return Letter(
        title,
        _(
            "Its reference is %(ref)s. We promise a first look by %(look)s and a decision by %(decision)s; while "
            "something is asked of you, the clock of the decision stands still.",
            ref=values["claim"],
            look=_day(values, "first_look_by"),
            decision=_day(values, "decision_by"),
        ),
        _claim(values),
    )


def _asked(values: Values) -> Letter:
    title = _("We need something more for your claim")
    if "due_on" not in values:
        said = _("The page of the claim says what, and why. The time limits stand still until then.")
        return Letter(title, said, _answer(values))
    said = ngettext(
        "%(num)s thing is asked for, with its reason. Please answer by %(day)s; the clock of the decision stands "
        "still meanwhile.",
        "%(num)s things are asked for, each with its reason. Please answer by %(day)s; the clock of the decision "
        "stands still meanwhile.",
        int(values["items"]),
        day=_day(values, "due_on"),
    )
    return Letter(title, said, _answer(values))


def _reminded(values: Values) -> Letter:
    title = _("We are still waiting for your answer")
    stays = _(
        "The claim stays open and nothing is lost. If something cannot be had, say so in the answer; that is an "
        "answer too."
    )
    if "due_on" not in values:
        return Letter(title, stays, _answer(values))
    if values.get("overdue"):
        due = ngettext(
            "The answer was due by %(day)s, %(num)s day ago. The reviewers may now decide on what is there.",
            "The answer was due by %(day)s, %(num)s days ago. The reviewers may now decide on what is there.",
            int(values["overdue"]),
            day=_day(values, "due_on"),
        )
    else:
        due = _("Please answer by %(day)s.", day=_day(values, "due_on"))
    return Letter(title, f"{due} {stays}", _answer(values))


def _dropped(values: Values) -> Letter:
    return Letter(
        _("You need not answer any more"),
        _("The reviewers withdrew their question, and the review goes on. The page of the claim says why."),
        _claim(values),
    )


def _gone_on(values: Values) -> Letter:
    return Letter(
        _("The review goes on without the answer"),
        _("The day to answer is over, so the reviewers go on with what is there. You can still bring it in an appeal."),
        _claim(values),
    )


def _broken(values: Values) -> Letter:
    promised = {
        "first_look": _("We promised a first look by %(day)s, and nobody has looked yet.", day=_day(values, "by")),
        "decision": _("We promised a decision by %(day)s, and there is none yet.", day=_day(values, "by")),
        "payment": _("We promised the payment by %(day)s, and it has not arrived yet.", day=_day(values, "by")),
    }[str(values["promise"])]
    return Letter(
        _("We are late with your claim"),
        f"{promised} " + _("We are sorry. You need not do anything; if you want to know why, ask us."),
        (*_claim(values), (_("Ask or complain"), "/help/complaints")),
    )


KINDS: Final[Mapping[str, Callable[[Values], Letter]]] = {
    "claim-submit": _submitted,
    "claim-ask-evidence": _asked,
    "claim-remind-evidence": _reminded,
    "claim-drop-question": _dropped,
    "claim-go-on": _gone_on,
    "claim-promise-broken": _broken,
}
